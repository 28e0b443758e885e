/* SPDX-License-Identifier: BSD-3-Clause */

/* What the rest of the remote needs from the core and the board. One file implements it for each architecture. */

#ifndef PLATFORM_H
#define PLATFORM_H

#include <stdbool.h>
#include <stdint.h>

#define DOORBELL_PANIC 0xFEu

/* Opens the doorbell's UART and its interrupt. */
void platform_start(void);

/* Sleeps until the host rings. Returns at once when it rang since the last call. */
void platform_wait_for_doorbell(void);

/* Rings the host. */
void platform_ring(uint8_t byte);

/* Orders every memory access before it against every one after it, as the host sees them. */
void platform_fence(void);

/* Stops for good: interrupts off, asleep, memory left as it is for a dump. */
_Noreturn void platform_stop(void);

/* Asks the machine for a reset. */
_Noreturn void platform_reset(void);

/* Executes an instruction that no core has. */
void platform_undefined_instruction(void);

/* Reads an address that nothing answers at. */
void platform_bad_read(void);

/* Faults within the fault handler. False where the core has no such state. */
bool platform_lock_up(void);

#endif
