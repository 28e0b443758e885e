/* SPDX-License-Identifier: BSD-3-Clause */

#include "trace.h"

#include <stddef.h>

#include "board.h"

/* The resource table names this symbol. Cleared at start, so that the text always ends with a zero. */
volatile char openamp_trace_buffer[TRACE_BYTES] __attribute__((aligned(64)));

static size_t position;

static void put(char character)
{
    /* The last byte stays zero. Oldest text makes room for newest, as in the classic trace buffer. */
    if (position == TRACE_BYTES - 1)
        position = 0;
    openamp_trace_buffer[position++] = character;
    openamp_trace_buffer[position] = 0;
}

void trace_text(const char *text)
{
    while (*text != 0)
        put(*text++);
}

void trace_hex(uint64_t value, int digits)
{
    trace_text("0x");
    for (int shift = 4 * (digits - 1); shift >= 0; shift -= 4)
        put("0123456789abcdef"[(value >> shift) & 15]);
}
