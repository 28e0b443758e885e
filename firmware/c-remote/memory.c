/* SPDX-License-Identifier: BSD-3-Clause */

#include "memory.h"

#include <stddef.h>

#include "board.h"

void *memset(void *to, int value, size_t bytes);
void *memcpy(void *restrict to, const void *restrict from, size_t bytes);

static bool is_within(uint64_t address, uint64_t bytes, uint64_t start, uint64_t length)
{
    /* An address below the start wraps to a huge offset. */
    uint64_t offset = address - start;
    return offset <= length && bytes <= length - offset;
}

static bool overlaps_image(uint64_t address, uint64_t bytes)
{
    return address < (uint64_t)IMAGE_ADDRESS + IMAGE_BYTES && address + bytes > IMAGE_ADDRESS;
}

bool memory_is_shared(uint64_t address, uint64_t bytes)
{
    return is_within(address, bytes, RAM_ADDRESS, RAM_BYTES) && !overlaps_image(address, bytes);
}

void memory_copy(volatile void *to, const volatile void *from, uint32_t bytes)
{
    volatile uint32_t *to_word = to;
    const volatile uint32_t *from_word = from;
    volatile uint8_t *to_byte;
    const volatile uint8_t *from_byte;

    for (; bytes >= 4; bytes -= 4)
        *to_word++ = *from_word++;

    to_byte = (volatile uint8_t *)to_word;
    from_byte = (const volatile uint8_t *)from_word;
    while (bytes-- > 0)
        *to_byte++ = *from_byte++;
}

/* A freestanding compiler may still call these two. */
void *memset(void *to, int value, size_t bytes)
{
    unsigned char *byte = to;
    while (bytes-- > 0)
        *byte++ = (unsigned char)value;
    return to;
}

void *memcpy(void *restrict to, const void *restrict from, size_t bytes)
{
    unsigned char *to_byte = to;
    const unsigned char *from_byte = from;
    while (bytes-- > 0)
        *to_byte++ = *from_byte++;
    return to;
}
