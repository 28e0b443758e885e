/* SPDX-License-Identifier: BSD-3-Clause */
#include "firmware.h"

#include <string.h>
#include <unistd.h>

/* Offsets and flags of VIRTIO 1.3, section 2.7 (split virtqueues), in the layout of legacy devices. */
enum { DESC_BYTES = 16, DESC_WRITE = 2, AVAIL_NO_INTERRUPT = 1, RING_OFFSET = 4, USED_ELEMENT_BYTES = 8 };

static uint64_t read_at(const uint8_t *from, size_t bytes)
{
    uint64_t value = 0;
    memcpy(&value, from, bytes);
    return value;
}

static _Atomic uint16_t *word_at(uint8_t *ring, unsigned offset)
{
    return (_Atomic uint16_t *)(void *)(ring + offset);
}

bool rpmsg_ready(const struct host *h, const struct rsc_vdev *vdev)
{
    (void)h;
    const _Atomic uint8_t *status = (const _Atomic uint8_t *)(const void *)&vdev->status;
    return (atomic_load_explicit(status, memory_order_acquire) & DRIVER_OK) != 0;
}

static void queue_open(struct queue *q, const struct host *h, const struct rsc_vring *ring)
{
    uint32_t num = ring->num, align = ring->align;
    uint64_t used = DESC_BYTES * (uint64_t)num + RING_OFFSET + 2 * (uint64_t)num + 2;
    used = (used + align - 1) / align * align;
    uint8_t *base = host_at(h, ring->da, used + RING_OFFSET + USED_ELEMENT_BYTES * (uint64_t)num + 2);
    if (base == NULL || num == 0 || num > 32768)
        fatal("a ring of %u entries at 0x%x lies outside the memory", num, ring->da);
    *q = (struct queue){.num = (uint16_t)num, .desc = base, .avail = base + DESC_BYTES * num, .used = base + used};
}

void rpmsg_open(struct rpmsg *r, struct host *h, unsigned number, const struct rsc_vdev *vdev)
{
    r->host = h;
    r->vdev = number;
    queue_open(&r->to_driver, h, &vdev->vring[0]);
    queue_open(&r->to_device, h, &vdev->vring[1]);
}

/* Takes the next available buffer: its descriptor's number, or -1. */
static int queue_take(struct queue *q, const struct host *h, uint8_t **bytes, uint32_t *length)
{
    uint16_t index = atomic_load_explicit(word_at(q->avail, 2), memory_order_acquire);
    if (index == q->last)
        return -1;
    uint16_t head = (uint16_t)read_at(q->avail + RING_OFFSET + 2 * (q->last % q->num), 2);
    if (head >= q->num)
        fatal("the driver offers descriptor %u of %u", head, q->num);
    const uint8_t *desc = q->desc + DESC_BYTES * head;
    *length = (uint32_t)read_at(desc + 8, 4);
    *bytes = host_at(h, read_at(desc, 8), *length);
    if (*bytes == NULL || *length < HEADER_BYTES)
        fatal("the driver's descriptor %u lies outside the memory", head);
    q->last++;
    return head;
}

static void queue_give(struct queue *q, uint16_t head, uint32_t length)
{
    uint16_t index = atomic_load_explicit(word_at(q->used, 2), memory_order_relaxed);
    uint32_t element[2] = {head, length};
    memcpy(q->used + RING_OFFSET + USED_ELEMENT_BYTES * (index % q->num), element, sizeof element);
    atomic_store_explicit(word_at(q->used, 2), (uint16_t)(index + 1), memory_order_release);
}

static void queue_kick(struct rpmsg *r, struct queue *q)
{
    /* The used index before the flag that the driver may have cleared meanwhile. */
    atomic_thread_fence(memory_order_seq_cst);
    uint64_t one = 1;
    if ((atomic_load_explicit(word_at(q->avail, 0), memory_order_relaxed) & AVAIL_NO_INTERRUPT) == 0)
        (void)!write(r->host->kick[r->vdev], &one, sizeof one);
}

bool rpmsg_send(struct rpmsg *r, uint32_t source, uint32_t destination, const void *bytes, uint16_t length)
{
    uint8_t *buffer;
    uint32_t room;
    int head = queue_take(&r->to_driver, r->host, &buffer, &room);
    if (head < 0)
        return false;
    if (length > room - HEADER_BYTES)
        fatal("%u bytes do not fit a buffer of %u", length, room);
    uint32_t header[3] = {source, destination, 0};
    uint16_t tail[2] = {length, 0};
    memcpy(buffer, header, sizeof header);
    memcpy(buffer + sizeof header, tail, sizeof tail);
    memcpy(buffer + HEADER_BYTES, bytes, length);
    queue_give(&r->to_driver, (uint16_t)head, room);
    queue_kick(r, &r->to_driver);
    return true;
}

bool rpmsg_announce(struct rpmsg *r, const char *name, uint32_t address)
{
    uint8_t message[40] = {0};
    strncpy((char *)message, name, 31);
    memcpy(message + 32, &address, sizeof address);
    return rpmsg_send(r, address, ADDRESS_NS, message, sizeof message);
}

void rpmsg_receive(struct rpmsg *r, rpmsg_handler *handler)
{
    uint8_t *buffer;
    uint32_t room;
    int head;
    bool any = false;
    while ((head = queue_take(&r->to_device, r->host, &buffer, &room)) >= 0) {
        uint16_t length = (uint16_t)read_at(buffer + 12, 2);
        if (length <= room - HEADER_BYTES)
            handler(r, (uint32_t)read_at(buffer, 4), (uint32_t)read_at(buffer + 4, 4), buffer + HEADER_BYTES, length);
        queue_give(&r->to_device, (uint16_t)head, room);
        any = true;
    }
    if (any)
        queue_kick(r, &r->to_device);
}
