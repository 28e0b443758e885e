/* SPDX-License-Identifier: BSD-3-Clause */

/* What the firmware needs of the board: mps2-an386, a Cortex-M4 with the doorbell at UART0. */
#ifndef BOARD_H
#define BOARD_H

#include <stdint.h>

#define POOL_ADDRESS 0x21600000u
#define POOL_BYTES 0xa00000u
#define RING_ENTRIES 16u

void board_start(void);
void board_ring(uint8_t byte);
void board_mask(void);
void board_unmask(void);
void board_sleep(void);
void board_wait(void);

/* The resource table, which the host writes: the vdev entry and its two vrings. */
extern volatile uint32_t board_vdev[];

#endif
