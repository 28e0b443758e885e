/* SPDX-License-Identifier: BSD-3-Clause */

#ifndef TRACE_H
#define TRACE_H

#include <stdint.h>

/* Appends text to the trace buffer that the resource table names. */
void trace_text(const char *text);

/* Appends a number as 0x and as many hexadecimal digits as asked for. */
void trace_hex(uint64_t value, int digits);

#endif
