/* SPDX-License-Identifier: BSD-3-Clause */

/* The device's side of a split virtqueue, believing nothing: DeviceQueue, RingPublisher, RingCursor, VirtqChain,
   VringMemory, VringLayout. */

#ifndef VIRTQUEUE_H
#define VIRTQUEUE_H

#include <stdbool.h>
#include <stdint.h>

#define VIRTQ_DESC_NEXT 1u
#define VIRTQ_DESC_WRITE 2u
#define VIRTQ_DESC_INDIRECT 4u
#define RING_SILENCE 1u
#define RING_HEAD_BYTES 4u
#define QUEUE_MAX_ENTRIES 32768u
#define VRING_MAX_ALIGNMENT (1u << 20)

struct virtq_desc {
    uint64_t address;
    uint32_t length_bytes;
    uint16_t flags;
    uint16_t next;
};

struct used_element {
    uint32_t head;
    uint32_t written_bytes;
};

/* Head of either ring. */
struct ring_head {
    uint16_t flags;
    uint16_t index;
};

struct vring_layout {
    uint16_t entry_count;
    uint32_t alignment_bytes;
    uint32_t avail_offset_bytes;
    uint32_t used_offset_bytes;
    uint32_t size_bytes;
};

struct vring_memory {
    uint8_t *start;
    struct vring_layout layout;
};

enum queue_result { QUEUE_EMPTY, QUEUE_TAKEN, QUEUE_REJECTED, QUEUE_BROKEN };
enum chain_result { CHAIN_SEGMENT, CHAIN_END, CHAIN_MALFORMED, CHAIN_OUTSIDE };

struct queue_faults {
    uint32_t index_jumps;
    uint32_t heads_outside;
    uint32_t heads_not_owned;
    uint32_t lengths_beyond_buffer;
    uint32_t bad_chains;
    uint32_t buffers_outside;
    uint32_t bad_buffers;
};

#define SLOT_HELD (1u << 31)

/* What this side remembers of one chain: that it holds it, and a word with it. */
struct device_slot {
    uint32_t word;
};

/* How far this side has written its ring, and when the two sides want to hear of each other. */
struct ring_publisher {
    struct ring_head *own;
    uint16_t *own_event;
    struct ring_head *peer;
    uint16_t *peer_event;
    uint16_t next;
    uint16_t published;
    uint16_t announced;
    bool is_silent;
};

/* How far this side has read the peer's ring. */
struct ring_cursor {
    const uint16_t *index;
    uint16_t entry_count;
    uint16_t seen;
    uint16_t next;
    bool is_broken;
};

struct virtq_segment {
    uint64_t address;
    uint32_t length_bytes;
    bool device_writes;
};

/* A chain of one buffer that this side holds, and where that buffer is mapped. */
struct taken_buffer {
    uint8_t *start;
    uint32_t length_bytes;
    uint16_t head;
};

/* Two owners at most: one takes, one gives back. */
struct device_queue {
    struct virtq_desc *descriptors;
    uint16_t *avail_entries;
    struct used_element *used_elements;
    struct device_slot *slots;
    struct ring_cursor avail;
    struct ring_publisher used;
    bool event_index;
    uint32_t notify_id;
    struct queue_faults faults;
    uint64_t kicks_sent;
    uint64_t kicks_suppressed;
};

bool vring_layout_try_create(struct vring_layout *layout, uint32_t entry_count, uint32_t alignment_bytes);
bool vring_memory_try_map(struct vring_memory *memory, uint64_t address, const struct vring_layout *layout);

void device_queue_open(struct device_queue *queue, const struct vring_memory *memory, struct device_slot *slots,
                       bool event_index, uint32_t notify_id);
enum queue_result device_queue_try_take(struct device_queue *queue, uint16_t *head);
bool device_queue_try_open(struct device_queue *queue, uint16_t expected_flags, uint32_t least_bytes,
                           struct taken_buffer *buffer);
bool device_queue_push(struct device_queue *queue, uint16_t head, uint32_t written_bytes);
void device_queue_flush(struct device_queue *queue);
bool device_queue_has_available(struct device_queue *queue);
bool device_queue_set_notifications(struct device_queue *queue, bool wanted);
void device_queue_prefetch(const struct device_queue *queue, uint16_t ahead);

static inline void device_queue_set_tag(struct device_queue *queue, uint16_t head, uint32_t tag)
{
    queue->slots[head].word = tag | SLOT_HELD;
}

static inline uint32_t device_queue_get_tag(const struct device_queue *queue, uint16_t head)
{
    return queue->slots[head].word & ~SLOT_HELD;
}

#endif
