/* SPDX-License-Identifier: BSD-3-Clause */

/* Facts of the board. The build script reads the addresses from board.json and hands them over as macros. */

#ifndef BOARD_H
#define BOARD_H

#if !defined(RAM_ADDRESS) || !defined(RAM_BYTES) || !defined(IMAGE_ADDRESS) || !defined(IMAGE_BYTES)
#error "RAM_ADDRESS, RAM_BYTES, IMAGE_ADDRESS and IMAGE_BYTES must come from the build script"
#endif

#define TRACE_BYTES 4096
#define RING_ENTRIES 64
#define RING_ALIGNMENT 0x1000

#endif
