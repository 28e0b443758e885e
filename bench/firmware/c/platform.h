/* SPDX-License-Identifier: BSD-3-Clause */

/* What the core asks of the machine: IPlatform. Inline, as ilc makes it: the machine is known when the core is
   compiled. */

#ifndef PLATFORM_H
#define PLATFORM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "machine.h"

static inline void platform_notify(uint32_t notify_id)
{
    machine_ring((uint8_t)(notify_id & 0x7F));
}

/* False unless every byte of the range lies in memory shared with the peer. */
static inline bool platform_try_translate(uint64_t address, uint64_t length_bytes, uint8_t **pointer)
{
    uint32_t offset = (uint32_t)address - MACHINE_POOL_START;

    *pointer = (uint8_t *)(uintptr_t)address;
    return (address | length_bytes) >> 32 == 0 && offset <= MACHINE_POOL_BYTES
        && (uint32_t)length_bytes <= MACHINE_POOL_BYTES - offset;
}

static inline void platform_full_fence(void)
{
    __atomic_thread_fence(__ATOMIC_SEQ_CST);
}

/* CACHE: this machine keeps shared memory coherent with the host. */
static inline void platform_clean(const volatile void *start, size_t length_bytes)
{
    (void)start;
    (void)length_bytes;
}

static inline void platform_invalidate(const volatile void *start, size_t length_bytes)
{
    (void)start;
    (void)length_bytes;
}

static inline void platform_prefetch(const void *start)
{
    (void)start;
}

static inline void platform_copy_to_shared(uint8_t *destination, const void *source, size_t length_bytes)
{
    machine_copy(destination, source, length_bytes);
}

#endif
