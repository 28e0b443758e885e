/* SPDX-License-Identifier: BSD-3-Clause */
#include "vring.h"

#include "options.h"

#include <string.h>

_Static_assert(sizeof(struct desc) == 16, "descriptor");
_Static_assert(sizeof(struct avail) == 4 + 2 * RING_ENTRIES, "available ring");
_Static_assert(sizeof(struct used) == 4 + 8 * RING_ENTRIES, "used ring");
_Static_assert(__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__, "the platform's values are little endian");

void vring_at(struct vring *ring, unsigned number, uint8_t *base)
{
    ring->number = number;
    ring->desc = (struct desc *)base;
    ring->avail = (struct avail *)(base + RING_AVAIL_OFFSET);
    ring->used = (struct used *)(base + RING_USED_OFFSET);
}

void driver_queue_init(struct driver_queue *q, unsigned number, uint8_t *base)
{
    memset(q, 0, sizeof *q);
    memset(base, 0, RING_BYTES);
    vring_at(&q->ring, number, base);
    for (unsigned i = 0; i < RING_ENTRIES; i++) {
        q->next[i] = (uint16_t)(i + 1 < RING_ENTRIES ? i + 1 : RING_CHAIN_END);
        q->ring.desc[i].next = q->next[i];
    }
}

bool driver_queue_add(struct driver_queue *q, uint32_t offset, uint32_t len, uint16_t flags)
{
    uint16_t head = q->free_head;
    if (head == RING_CHAIN_END)
        return false;
    q->free_head = q->next[head];

    struct desc *d = &q->ring.desc[head];
    d->addr = offset;
    d->len = len;
    d->flags = flags;
    q->posted[head] = (struct desc){.addr = offset, .len = len, .flags = flags};
    q->in_flight[head] = true;
    q->in_flight_count++;

    bool bad_id = planted("avail-id") && q->ring.number == 1;
    q->ring.avail->ring[q->avail_idx % RING_ENTRIES] = bad_id ? 300 : head;
    q->avail_idx = (uint16_t)(q->avail_idx + (planted("avail-jump") && q->ring.number == 1 ? 300 : 1));
    /* The entry and its descriptor before the index that publishes them. */
    atomic_thread_fence(memory_order_seq_cst);
    atomic_store_explicit(&q->ring.avail->idx, q->avail_idx, memory_order_release);
    return true;
}

static void driver_check_descriptor(const struct driver_queue *q, uint32_t id)
{
    struct desc now = q->ring.desc[id];
    const struct desc *was = &q->posted[id];
    STRICT(now.addr == was->addr && now.len == was->len && now.flags == was->flags,
           "vring %u: descriptor %u belongs to the driver and the device changed it", q->ring.number, id);
}

bool driver_queue_get(struct driver_queue *q, struct buffer *b)
{
    uint16_t idx = atomic_load_explicit(&q->ring.used->idx, memory_order_acquire);
    uint16_t ready = (uint16_t)(idx - q->last_used);
    if (ready == 0)
        return false;
    if (ready > q->in_flight_count)
        fail(EXIT_WRONG, "vring %u: used.idx went from %u to %u, but only %u buffers are with the device",
             q->ring.number, q->last_used, idx, q->in_flight_count);

    uint16_t slot = q->last_used % RING_ENTRIES;
    struct used_entry e = q->ring.used->ring[slot];
    if (e.id >= RING_ENTRIES || !q->in_flight[e.id])
        fail(EXIT_WRONG, "vring %u: used entry %u names descriptor %u, which is not with the device", q->ring.number,
             slot, e.id);
    driver_check_descriptor(q, e.id);
    STRICT(e.len == q->posted[e.id].len, "vring %u: used.len is %u and desc.len is %u", q->ring.number, e.len,
           q->posted[e.id].len);

    b->offset = (uint32_t)q->posted[e.id].addr;
    b->size = e.len;
    b->index = slot;
    q->last_used++;
    q->in_flight[e.id] = false;
    q->in_flight_count--;
    /* Last in, first out: the descriptor just freed is the next one used. */
    q->next[e.id] = q->free_head;
    q->ring.desc[e.id].next = q->free_head;
    q->free_head = (uint16_t)e.id;
    return true;
}

bool driver_queue_wants_kick(struct driver_queue *q)
{
    /* The published index before the flag that the device may have cleared meanwhile. */
    atomic_thread_fence(memory_order_seq_cst);
    uint16_t flags = atomic_load_explicit(&q->ring.used->flags, memory_order_relaxed);
    STRICT((flags & ~USED_NO_NOTIFY) == 0, "vring %u: used.flags is 0x%x", q->ring.number, flags);
    return (flags & USED_NO_NOTIFY) == 0;
}

void device_queue_init(struct device_queue *q, unsigned number, uint8_t *base)
{
    memset(q, 0, sizeof *q);
    vring_at(&q->ring, number, base);
}

static void device_check_descriptor(const struct device_queue *q, uint16_t head, struct desc d, bool writable)
{
    if (d.len < 16 || d.addr < BUFFERS_BEGIN || d.addr >= BUFFERS_END || d.len > BUFFERS_END - d.addr)
        fail(EXIT_WRONG, "vring %u: descriptor %u (addr 0x%llx, len %u) is outside the buffer pool", q->ring.number,
             head, (unsigned long long)d.addr, d.len);
    STRICT(d.len == BUFFER_BYTES, "vring %u: descriptor %u: len is %u and not 512", q->ring.number, head, d.len);
    STRICT(d.flags == (writable ? DESC_WRITE : 0), "vring %u: descriptor %u: flags are 0x%x", q->ring.number, head,
           d.flags);
    bool in_half = writable ? d.addr < BUFFERS_MIDDLE : d.addr >= BUFFERS_MIDDLE;
    STRICT(in_half && d.addr % BUFFER_BYTES == 0, "vring %u: descriptor %u: addr 0x%llx is not one of its buffers",
           q->ring.number, head, (unsigned long long)d.addr);
}

bool device_queue_take(struct device_queue *q, struct buffer *b, bool writable)
{
    uint16_t idx = atomic_load_explicit(&q->ring.avail->idx, memory_order_acquire);
    uint16_t ready = (uint16_t)(idx - q->last_avail);
    if (ready == 0)
        return false;
    if (ready > RING_ENTRIES)
        fail(EXIT_WRONG, "vring %u: avail.idx went from %u to %u, more than the ring holds", q->ring.number,
             q->last_avail, idx);

    uint16_t head = q->ring.avail->ring[q->last_avail % RING_ENTRIES];
    if (head >= RING_ENTRIES)
        fail(EXIT_WRONG, "vring %u: avail.ring names descriptor %u", q->ring.number, head);
    STRICT(!q->taken[head], "vring %u: descriptor %u was offered again before it was returned", q->ring.number, head);
    struct desc d = q->ring.desc[head];
    device_check_descriptor(q, head, d, writable);

    q->last_avail++;
    q->taken[head] = true;
    b->offset = (uint32_t)d.addr;
    b->size = d.len;
    b->index = head;
    return true;
}

void device_queue_give(struct device_queue *q, uint16_t head, uint32_t len)
{
    struct used_entry e = {.id = planted("used-id") ? 300 : head, .len = planted("used-len-zero") ? 0 : len};
    q->taken[head] = false;
    q->ring.used->ring[q->used_idx % RING_ENTRIES] = e;
    q->used_idx = (uint16_t)(q->used_idx + (planted("used-jump") ? 300 : 1));
    atomic_thread_fence(memory_order_seq_cst);
    atomic_store_explicit(&q->ring.used->idx, q->used_idx, memory_order_release);
}

bool device_queue_wants_kick(struct device_queue *q)
{
    atomic_thread_fence(memory_order_seq_cst);
    uint16_t flags = atomic_load_explicit(&q->ring.avail->flags, memory_order_relaxed);
    /* Bit 0 may change at any time: a driver that polls, or waits for a transmit buffer, turns kicks off or on. */
    STRICT((flags & ~AVAIL_NO_INTERRUPT) == 0, "vring %u: avail.flags is 0x%x", q->ring.number, flags);
    return (flags & AVAIL_NO_INTERRUPT) == 0;
}
