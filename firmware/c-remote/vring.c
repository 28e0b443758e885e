/* SPDX-License-Identifier: BSD-3-Clause */

#include "vring.h"

#include "board.h"
#include "memory.h"
#include "platform.h"

#define FLAG_NEXT 1u
#define FLAG_WRITE 2u
#define FLAG_INDIRECT 4u
#define FLAG_SILENCE 1u

_Static_assert(RING_ENTRIES <= 64, "vring.held has one bit for each descriptor");

static uint32_t used_offset(uint32_t entries, uint32_t alignment)
{
    uint32_t available_end = 16 * entries + 4 + 2 * entries + 2;
    return (available_end + alignment - 1) & ~(alignment - 1);
}

bool vring_open(struct vring *ring, const volatile struct table_vring *description)
{
    /* Copied once: the host could still change them. We wrote these two, so anything else is somebody's mistake. */
    uint32_t address = description->address;
    uint32_t entries = description->entries;
    uint32_t offset = used_offset(entries, RING_ALIGNMENT);

    if (entries != RING_ENTRIES || description->alignment != RING_ALIGNMENT || address % RING_ALIGNMENT != 0)
        return false;
    if (!memory_is_shared(address, offset + 4 + 8 * entries + 2))
        return false;

    ring->descriptors = (volatile struct descriptor *)(uintptr_t)address;
    ring->available = (volatile uint16_t *)(uintptr_t)(address + 16 * entries);
    ring->used = (volatile uint16_t *)(uintptr_t)(address + offset);
    ring->entries = (uint16_t)entries;
    ring->taken = 0;
    ring->returned = 0;
    ring->published = 0;
    ring->held = 0;
    ring->doorbell = description->notify_id & 0x7F;
    return true;
}

bool vring_has_available(const struct vring *ring)
{
    uint16_t offered = (uint16_t)(ring->available[1] - ring->taken);
    /* An index that jumped further than the ring is long offers nothing that can be believed. */
    return offered > 0 && offered <= ring->entries;
}

static bool is_good(const struct descriptor *copy, enum direction direction)
{
    uint16_t wanted = direction == TO_DRIVER ? FLAG_WRITE : 0;

    return (copy->flags & (FLAG_NEXT | FLAG_WRITE | FLAG_INDIRECT)) == wanted && copy->address % 4 == 0
        && memory_is_shared(copy->address, copy->bytes);
}

enum taken vring_take(struct vring *ring, enum direction direction, struct buffer *buffer)
{
    struct descriptor copy;
    uint16_t id;

    if (!vring_has_available(ring))
        return NOTHING;
    /* The entry and what it describes must be read after the index that covers them. */
    platform_fence();
    id = ring->available[2 + ring->taken++ % ring->entries];
    if (id >= ring->entries || (ring->held >> id & 1) != 0)
        return REFUSED;

    ring->held |= (uint64_t)1 << id;
    copy.address = ring->descriptors[id].address;
    copy.bytes = ring->descriptors[id].bytes;
    copy.flags = ring->descriptors[id].flags;
    if (!is_good(&copy, direction)) {
        vring_return(ring, id, 0);
        return REFUSED;
    }

    buffer->start = (volatile uint8_t *)(uintptr_t)copy.address;
    buffer->bytes = copy.bytes;
    buffer->id = id;
    return TAKEN;
}

void vring_return(struct vring *ring, uint16_t id, uint32_t used_bytes)
{
    volatile struct used_entry *elements = (volatile struct used_entry *)(ring->used + 2);
    volatile struct used_entry *element = &elements[ring->returned++ % ring->entries];

    element->id = id;
    element->bytes = used_bytes;
    ring->held &= ~((uint64_t)1 << id);
}

void vring_publish(struct vring *ring)
{
    if (ring->published == ring->returned)
        return;
    ring->published = ring->returned;

    /* The elements, and what the buffers hold, before the index that shows them. */
    platform_fence();
    ring->used[1] = ring->returned;
    /* The index before the look at the driver's wish: it writes its wish, then looks at the index. */
    platform_fence();
    if ((ring->available[0] & FLAG_SILENCE) == 0)
        platform_ring(ring->doorbell);
}

void vring_want_doorbell(struct vring *ring, bool wanted)
{
    ring->used[0] = wanted ? 0 : FLAG_SILENCE;
    /* Our wish before our next look at what is available. */
    platform_fence();
}
