/* SPDX-License-Identifier: BSD-3-Clause */

/* The machine of the comparison: memory of the MPS2's PSRAM, and a doorbell that is a word in it. CoreCost/ has the
   same numbers. */

#ifndef MACHINE_H
#define MACHINE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define MACHINE_POOL_START 0x21600000u
#define MACHINE_POOL_BYTES 0xA00000u
#define MACHINE_DOORBELL 0x21500000u

/* The copy that C# firmware has too: a few instructions of assembler, in firmware/corelib/native/arm.s. */
void machine_copy(void *destination, const void *source, size_t length) __asm("openamp_memmove");

/* What this machine does without, as IPlatform says it; without it, it is not compiled. FULL compiles everything. */
#ifdef FULL
#define MACHINE_PREFETCHES true
#define MACHINE_HAS_PLAIN_RINGS false
#define MACHINE_COUNTS_TRAFFIC true
#define MACHINE_HEARS_NAME_SERVICE true
#else
#define MACHINE_PREFETCHES false
#define MACHINE_HAS_PLAIN_RINGS true
#define MACHINE_COUNTS_TRAFFIC false
#define MACHINE_HEARS_NAME_SERVICE false
#endif

static inline void machine_ring(uint8_t byte)
{
    *(volatile uint32_t *)MACHINE_DOORBELL = byte;
}

#endif
