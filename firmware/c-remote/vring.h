/* SPDX-License-Identifier: BSD-3-Clause */

/* The device's side of a split virtqueue (VIRTIO 1.3, section 2.7): 16-byte descriptors, an available ring that the
   driver writes, a used ring that we write. */

#ifndef VRING_H
#define VRING_H

#include <stdbool.h>
#include <stdint.h>

#include "resource-table.h"

struct descriptor {
    uint64_t address;
    uint32_t bytes;
    uint16_t flags;
    uint16_t next;
};

struct used_entry {
    uint32_t id;
    uint32_t bytes;
};

struct vring {
    volatile struct descriptor *descriptors;
    volatile uint16_t *available; /* flags, index, then the entries */
    volatile uint16_t *used;      /* flags, index, then the elements */
    uint16_t entries;
    uint16_t taken;    /* free-running: entries of the available ring that we have seen */
    uint16_t returned; /* free-running: elements of the used ring that we have written */
    uint16_t published;
    uint8_t doorbell;
    uint64_t held; /* one bit for each descriptor that is ours now */
};

/* One buffer that the driver offered, checked and ours until it is returned. */
struct buffer {
    volatile uint8_t *start;
    uint32_t bytes;
    uint16_t id;
};

enum direction { FROM_DRIVER, TO_DRIVER };
enum taken { TAKEN, NOTHING, REFUSED };

/* Takes a ring that the host has laid out. False when it is not one of ours or lies outside shared memory. */
bool vring_open(struct vring *ring, const volatile struct table_vring *description);

/* Whether the driver offers something. */
bool vring_has_available(const struct vring *ring);

/* Takes the next buffer. REFUSED: it was nonsense, and went back with length 0 where that was possible. */
enum taken vring_take(struct vring *ring, enum direction direction, struct buffer *buffer);

/* Gives a buffer back. The driver sees it at vring_publish. */
void vring_return(struct vring *ring, uint16_t id, uint32_t used_bytes);

/* Shows the driver what was returned, and rings unless it asked for silence. */
void vring_publish(struct vring *ring);

/* Asks the driver for silence, or for a doorbell when it offers something. */
void vring_want_doorbell(struct vring *ring, bool wanted);

#endif
