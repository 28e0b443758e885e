/* SPDX-License-Identifier: BSD-3-Clause */

#include "virtqueue.h"

#include "platform.h"

#define CACHE_LINE_BYTES 64u

static uint16_t read_acquire(const uint16_t *index)
{
    return __atomic_load_n(index, __ATOMIC_ACQUIRE);
}

static void write_release(uint16_t *index, uint16_t value)
{
    __atomic_store_n(index, value, __ATOMIC_RELEASE);
}

/* --- Layout --- */

bool vring_layout_try_create(struct vring_layout *layout, uint32_t entry_count, uint32_t alignment_bytes)
{
    uint32_t avail_end;

    if (entry_count == 0 || entry_count > QUEUE_MAX_ENTRIES || (entry_count & (entry_count - 1)) != 0)
        return false;
    if (alignment_bytes < 4 || alignment_bytes > VRING_MAX_ALIGNMENT
        || (alignment_bytes & (alignment_bytes - 1)) != 0)
        return false;

    layout->entry_count = (uint16_t)entry_count;
    layout->alignment_bytes = alignment_bytes;
    layout->avail_offset_bytes = entry_count * sizeof(struct virtq_desc);
    /* The events are part of the layout whether or not EVENT_IDX is negotiated. */
    avail_end = layout->avail_offset_bytes + RING_HEAD_BYTES + 2 * entry_count + sizeof(uint16_t);
    layout->used_offset_bytes = (avail_end + alignment_bytes - 1) & ~(alignment_bytes - 1);
    layout->size_bytes = layout->used_offset_bytes + RING_HEAD_BYTES + 8 * entry_count + sizeof(uint16_t);
    return true;
}

bool vring_memory_try_map(struct vring_memory *memory, uint64_t address, const struct vring_layout *layout)
{
    uint8_t *start;

    if (layout->size_bytes == 0 || (address & (layout->alignment_bytes - 1)) != 0
        || !platform_try_translate(address, layout->size_bytes, &start) || ((uintptr_t)start & 3) != 0)
        return false;
    memory->start = start;
    memory->layout = *layout;
    return true;
}

/* --- The used ring, which we write --- */

static bool publish(struct ring_publisher *ring)
{
    if (ring->published == ring->next)
        return false;
    ring->published = ring->next;
    write_release(&ring->own->index, ring->next);
    platform_clean(ring->own, RING_HEAD_BYTES);
    return true;
}

/* Whether moving an index passed the event the other side waits for (vring_need_event). */
static inline bool event_is_needed(uint16_t event, uint16_t new_index, uint16_t old_index)
{
    return (uint16_t)(new_index - event - 1) < (uint16_t)(new_index - old_index);
}

static bool needs_kick(struct ring_publisher *ring, bool event_index)
{
    /* Our index before our read of the other side's wish. */
    platform_full_fence();
    if (!MACHINE_HAS_PLAIN_RINGS && event_index) {
        uint16_t old = ring->announced;

        ring->announced = ring->published;
        platform_invalidate(ring->peer_event, sizeof(uint16_t));
        return event_is_needed(read_acquire(ring->peer_event), ring->published, old);
    }
    platform_invalidate(ring->peer, RING_HEAD_BYTES);
    return (*(const volatile uint16_t *)&ring->peer->flags & RING_SILENCE) == 0;
}

static void set_wanted(struct ring_publisher *ring, bool wanted, uint16_t peer_index, bool event_index)
{
    if (!MACHINE_HAS_PLAIN_RINGS && event_index) {
        /* An event just behind us is passed again only after 65535 more elements. */
        write_release(ring->own_event, (uint16_t)(wanted ? peer_index : peer_index - 1));
        platform_clean(ring->own_event, sizeof(uint16_t));
    } else if (ring->is_silent == wanted) {
        ring->is_silent = !wanted;
        *(volatile uint16_t *)&ring->own->flags = wanted ? 0 : RING_SILENCE;
        platform_clean(ring->own, RING_HEAD_BYTES);
    }
}

/* --- The available ring, which the driver writes --- */

static bool look(struct ring_cursor *cursor)
{
    uint16_t index, ahead;

    platform_invalidate(cursor->index, sizeof(uint16_t));
    index = read_acquire(cursor->index);
    ahead = (uint16_t)(index - cursor->next);
    if (cursor->is_broken || ahead - 1u >= cursor->entry_count) {
        cursor->is_broken |= ahead != 0;
        return false;
    }
    cursor->seen = index;
    return true;
}

static bool has_work(struct ring_cursor *cursor)
{
    return cursor->next != cursor->seen || look(cursor);
}

static enum queue_result step(struct ring_cursor *cursor, uint32_t *slot_index)
{
    *slot_index = cursor->next & (cursor->entry_count - 1u);
    if (!has_work(cursor))
        return cursor->is_broken ? QUEUE_BROKEN : QUEUE_EMPTY;
    cursor->next++;
    return QUEUE_TAKEN;
}

/* --- Chains --- */

struct virtq_chain {
    const struct virtq_desc *table;
    uint32_t table_length;
    uint16_t index;
    uint16_t steps_left;
    bool in_indirect;
    bool at_end;
    bool writing;
};

static enum chain_result chain_stop(struct virtq_chain *chain, enum chain_result reason)
{
    chain->at_end = true;
    return reason;
}

static bool chain_copy(struct virtq_chain *chain, struct virtq_desc *descriptor)
{
    const volatile struct virtq_desc *shared;

    if (chain->index >= chain->table_length || chain->steps_left == 0)
        return false;
    chain->steps_left--;
    shared = chain->table + chain->index;
    platform_invalidate(shared, sizeof *shared);
    descriptor->address = shared->address;
    descriptor->length_bytes = shared->length_bytes;
    descriptor->flags = shared->flags;
    descriptor->next = shared->next;
    return true;
}

static enum chain_result chain_enter_table(struct virtq_chain *chain, const struct virtq_desc *descriptor)
{
    uint8_t *table;

    if (chain->in_indirect || (descriptor->flags & VIRTQ_DESC_NEXT) != 0
        || descriptor->length_bytes < sizeof *descriptor || descriptor->length_bytes % sizeof *descriptor != 0)
        return CHAIN_MALFORMED;
    if (!platform_try_translate(descriptor->address, descriptor->length_bytes, &table) || ((uintptr_t)table & 3) != 0)
        return CHAIN_OUTSIDE;
    chain->table = (const struct virtq_desc *)table;
    chain->table_length = descriptor->length_bytes / sizeof *descriptor;
    chain->index = 0;
    chain->in_indirect = true;
    chain->steps_left++;
    return CHAIN_SEGMENT;
}

static enum chain_result chain_take(struct virtq_chain *chain, const struct virtq_desc *descriptor,
                                    struct virtq_segment *segment, uint8_t **pointer)
{
    bool device_writes = (descriptor->flags & VIRTQ_DESC_WRITE) != 0;

    segment->address = descriptor->address;
    segment->length_bytes = descriptor->length_bytes;
    segment->device_writes = device_writes;
    if (chain->writing && !device_writes)
        return chain_stop(chain, CHAIN_MALFORMED);
    if (!platform_try_translate(segment->address, segment->length_bytes, pointer))
        return chain_stop(chain, CHAIN_OUTSIDE);
    chain->writing = device_writes;
    chain->at_end = (descriptor->flags & VIRTQ_DESC_NEXT) == 0;
    chain->index = descriptor->next;
    return CHAIN_SEGMENT;
}

static enum chain_result chain_next(struct virtq_chain *chain, struct virtq_segment *segment, uint8_t **pointer)
{
    struct virtq_desc descriptor;

    *segment = (struct virtq_segment){ 0 };
    *pointer = NULL;
    if (chain->at_end)
        return CHAIN_END;
    if (!chain_copy(chain, &descriptor))
        return chain_stop(chain, CHAIN_MALFORMED);
    if ((descriptor.flags & VIRTQ_DESC_INDIRECT) != 0) {
        enum chain_result entered = chain_enter_table(chain, &descriptor);
        if (entered != CHAIN_SEGMENT)
            return chain_stop(chain, entered);
        if (!chain_copy(chain, &descriptor) || (descriptor.flags & VIRTQ_DESC_INDIRECT) != 0)
            return chain_stop(chain, CHAIN_MALFORMED);
    }
    return chain_take(chain, &descriptor, segment, pointer);
}

__attribute__((unused)) static bool follow_single(struct device_queue *queue, uint16_t head,
                                                  struct virtq_segment *segment, uint8_t **pointer)
{
    struct virtq_chain chain = {
        .table = queue->descriptors,
        .table_length = queue->avail.entry_count,
        .index = head,
        .steps_left = queue->avail.entry_count,
    };
    enum chain_result result = chain_next(&chain, segment, pointer);
    struct virtq_segment rest;
    uint8_t *rest_pointer;

    if (result == CHAIN_SEGMENT && chain_next(&chain, &rest, &rest_pointer) == CHAIN_END)
        return true;
    if (result == CHAIN_OUTSIDE)
        queue->faults.buffers_outside++;
    else
        queue->faults.bad_chains++;
    return false;
}

/* --- The queue --- */

void device_queue_open(struct device_queue *queue, const struct vring_memory *memory, struct device_slot *slots,
                       bool event_index, uint32_t notify_id)
{
    uint16_t entry_count = memory->layout.entry_count;
    struct ring_head *avail = (struct ring_head *)(memory->start + memory->layout.avail_offset_bytes);
    struct ring_head *used = (struct ring_head *)(memory->start + memory->layout.used_offset_bytes);
    uint16_t *avail_entries = (uint16_t *)(avail + 1);
    struct used_element *used_elements = (struct used_element *)(used + 1);

    *queue = (struct device_queue){
        .descriptors = (struct virtq_desc *)memory->start,
        .avail_entries = avail_entries,
        .used_elements = used_elements,
        .slots = slots,
        .event_index = event_index,
        .notify_id = notify_id,
        .used = { .own = used, .peer = avail },
        .avail = { .index = &avail->index, .entry_count = entry_count },
    };
    if (!MACHINE_HAS_PLAIN_RINGS) {
        queue->used.own_event = (uint16_t *)(used_elements + entry_count);
        queue->used.peer_event = avail_entries + entry_count;
    }
    platform_invalidate(used, RING_HEAD_BYTES);
    for (uint32_t i = 0; i < entry_count; i++)
        slots[i] = (struct device_slot){ 0 };
}

enum queue_result device_queue_try_take(struct device_queue *queue, uint16_t *head)
{
    uint32_t slot_index;
    uint16_t claimed;
    struct device_slot *slot;
    const volatile uint16_t *entry;
    enum queue_result result = step(&queue->avail, &slot_index);

    if (result != QUEUE_TAKEN)
        return result;

    /* Copied once; only the copy is looked at. */
    entry = queue->avail_entries + slot_index;
    platform_invalidate(entry, sizeof *entry);
    claimed = *entry;
    if (claimed >= queue->avail.entry_count) {
        queue->faults.heads_outside++;
        return QUEUE_REJECTED;
    }
    slot = queue->slots + claimed;
    if ((slot->word & SLOT_HELD) != 0) {
        queue->faults.heads_not_owned++;
        return QUEUE_REJECTED;
    }
    slot->word = SLOT_HELD;
    *head = claimed;
    return QUEUE_TAKEN;
}

bool device_queue_try_open(struct device_queue *queue, uint16_t expected_flags, uint32_t least_bytes,
                           struct taken_buffer *buffer)
{
    const volatile struct virtq_desc *descriptor = queue->descriptors + buffer->head;
    uint64_t address;
    uint32_t length_bytes;
    uint16_t flags;
    uint8_t *start;

    platform_invalidate(descriptor, sizeof *descriptor);
    address = descriptor->address;
    length_bytes = descriptor->length_bytes;
    flags = descriptor->flags;
    buffer->length_bytes = length_bytes;
    buffer->start = NULL;
    if ((flags & (VIRTQ_DESC_NEXT | VIRTQ_DESC_INDIRECT)) != 0) {
        struct virtq_segment segment;

        if (MACHINE_HAS_PLAIN_RINGS) {
            queue->faults.bad_chains++;
            return false;
        }
        if (!follow_single(queue, buffer->head, &segment, &start)) {
            buffer->length_bytes = segment.length_bytes;
            return false;
        }
        buffer->length_bytes = length_bytes = segment.length_bytes;
        flags = segment.device_writes ? VIRTQ_DESC_WRITE : 0;
    } else if (!platform_try_translate(address, length_bytes, &start)) {
        queue->faults.buffers_outside++;
        return false;
    }

    if ((flags & VIRTQ_DESC_WRITE) != expected_flags || length_bytes < least_bytes || ((uintptr_t)start & 3) != 0) {
        queue->faults.bad_buffers++;
        return false;
    }
    buffer->start = start;
    return true;
}

void device_queue_prefetch(const struct device_queue *queue, uint16_t ahead)
{
    uint32_t slot_index = (uint32_t)(queue->avail.next + ahead) & (queue->avail.entry_count - 1u);
    const struct virtq_desc *descriptor;
    uint8_t *pointer;

    if (!MACHINE_PREFETCHES || (uint16_t)(queue->avail.seen - queue->avail.next) <= ahead)
        return;
    descriptor = queue->descriptors + (queue->avail_entries[slot_index] & (queue->avail.entry_count - 1u));
    if (platform_try_translate(descriptor->address, 2 * CACHE_LINE_BYTES, &pointer)) {
        platform_prefetch(pointer);
        platform_prefetch(pointer + CACHE_LINE_BYTES);
    }
}

bool device_queue_push(struct device_queue *queue, uint16_t head, uint32_t written_bytes)
{
    struct used_element *element;

    if (head >= queue->avail.entry_count || (queue->slots[head].word & SLOT_HELD) == 0)
        return false;
    queue->slots[head].word = 0;
    element = queue->used_elements + (queue->used.next & (queue->avail.entry_count - 1u));
    element->head = head;
    element->written_bytes = written_bytes;
    platform_clean(element, sizeof *element);
    queue->used.next++;
    return true;
}

void device_queue_flush(struct device_queue *queue)
{
    if (!publish(&queue->used))
        return;
    if (needs_kick(&queue->used, queue->event_index)) {
        if (MACHINE_COUNTS_TRAFFIC)
            queue->kicks_sent++;
        platform_notify(queue->notify_id);
    } else if (MACHINE_COUNTS_TRAFFIC) {
        queue->kicks_suppressed++;
    }
}

bool device_queue_has_available(struct device_queue *queue)
{
    return has_work(&queue->avail);
}

bool device_queue_set_notifications(struct device_queue *queue, bool wanted)
{
    set_wanted(&queue->used, wanted, queue->avail.next, queue->event_index);
    if (!wanted)
        return false;
    /* Our wish before our look at the driver's index. */
    platform_full_fence();
    return has_work(&queue->avail);
}
