/* SPDX-License-Identifier: BSD-3-Clause */

/* Assembly, because a C initialiser cannot hold a 32-bit address on a 64-bit core. */

#include "board.h"

#define ANY 0xffffffff

    .section .resource_table, "aw"
    .balign 16
    .global openamp_resource_table
openamp_resource_table:
    .word 1, 2, 0, 0                    /* version, entries, reserved */
    .word vdev - openamp_resource_table
    .word trace - openamp_resource_table

vdev:
    .word 3, 7, ANY                     /* RSC_VDEV, VIRTIO_ID_RPMSG, notify id: the host's choice */
    .word 1, 0, 0                       /* offered: VIRTIO_RPMSG_F_NS; accepted; no config space */
    .byte 0, 2, 0, 0                    /* status, two vrings */
    .word ANY, RING_ALIGNMENT, RING_ENTRIES, ANY, 0
    .word ANY, RING_ALIGNMENT, RING_ENTRIES, ANY, 0

trace:
    .word 2, openamp_trace_buffer, TRACE_BYTES, 0
    .ascii "trace0"
    .zero 26
