/* SPDX-License-Identifier: BSD-3-Clause */

#ifndef MEMORY_H
#define MEMORY_H

#include <stdbool.h>
#include <stdint.h>

/* Whether a range lies in the RAM shared with the host and outside our own image, which a wrong or hostile address
   must not make us overwrite. */
bool memory_is_shared(uint64_t address, uint64_t bytes);

/* Copies between buffers that are aligned to 4, word by word: memory without a cache allows nothing else. */
void memory_copy(volatile void *to, const volatile void *from, uint32_t bytes);

#endif
