/* SPDX-License-Identifier: BSD-3-Clause */
/* Split rings of 256 entries in shared memory: the driver's half and the device's half. */
#ifndef PEER_VRING_H
#define PEER_VRING_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

enum {
    RING_ENTRIES = 256,
    RING_AVAIL_OFFSET = 0x1000,
    RING_USED_OFFSET = 0x2000,
    RING_BYTES = 0x2806,
    RING_CHAIN_END = 32768,
    DESC_NEXT = 1,
    DESC_WRITE = 2,
    DESC_INDIRECT = 4,
    AVAIL_NO_INTERRUPT = 1,
    USED_NO_NOTIFY = 1,
    BUFFER_BYTES = 512,
    BUFFERS_BEGIN = 0x10000,
    BUFFERS_MIDDLE = 0x30000, /* receive buffers of the driver below, transmit buffers from here on */
    BUFFERS_END = 0x50000,
};

struct desc {
    uint64_t addr;
    uint32_t len;
    uint16_t flags;
    uint16_t next;
};

struct avail {
    _Atomic uint16_t flags;
    _Atomic uint16_t idx;
    uint16_t ring[RING_ENTRIES];
};

struct used_entry {
    uint32_t id;
    uint32_t len;
};

struct used {
    _Atomic uint16_t flags;
    _Atomic uint16_t idx;
    struct used_entry ring[RING_ENTRIES];
};

struct vring {
    unsigned number; /* 0 or 1, for messages */
    struct desc *desc;
    struct avail *avail;
    struct used *used;
};

/* A buffer as the message layer sees it. */
struct buffer {
    uint32_t offset; /* in the shared memory object */
    uint32_t size;   /* bytes, header included; of a returned transmit buffer: what used.len said */
    uint16_t index;  /* driver: slot of the used ring; device: number of the descriptor */
};

struct driver_queue {
    struct vring ring;
    uint16_t free_head;
    uint16_t avail_idx;
    uint16_t last_used;
    uint16_t next[RING_ENTRIES]; /* the free list; also written to the descriptors */
    struct desc posted[RING_ENTRIES];
    bool in_flight[RING_ENTRIES];
    unsigned in_flight_count;
};

struct device_queue {
    struct vring ring;
    uint16_t last_avail;
    uint16_t used_idx;
    bool taken[RING_ENTRIES];
};

void vring_at(struct vring *ring, unsigned number, uint8_t *base);

/* Zeroes the ring and links its free list. */
void driver_queue_init(struct driver_queue *q, unsigned number, uint8_t *base);
/* False when no descriptor is free. */
bool driver_queue_add(struct driver_queue *q, uint32_t offset, uint32_t len, uint16_t flags);
/* Takes the next used entry; false when there is none. */
bool driver_queue_get(struct driver_queue *q, struct buffer *b);
bool driver_queue_wants_kick(struct driver_queue *q);

void device_queue_init(struct device_queue *q, unsigned number, uint8_t *base);
/* Takes the next available entry; false when there is none. */
bool device_queue_take(struct device_queue *q, struct buffer *b, bool writable);
void device_queue_give(struct device_queue *q, uint16_t head, uint32_t len);
bool device_queue_wants_kick(struct device_queue *q);

#endif
