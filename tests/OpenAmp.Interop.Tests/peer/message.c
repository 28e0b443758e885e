/* SPDX-License-Identifier: BSD-3-Clause */
#include "message.h"

#include "options.h"

#include <string.h>

_Static_assert(sizeof(struct header) == HEADER_BYTES, "message header");

struct announcement {
    char name[NAME_BYTES];
    uint32_t address;
    uint32_t flags; /* 1: the endpoint is gone */
};
_Static_assert(sizeof(struct announcement) == 40, "name service message");

enum { SEND_ATTEMPTS = 15000 /* of 1 ms */, UNSENT_NODE_BYTES = 24 };

static uint8_t *at(const struct link *l, uint32_t offset)
{
    return l->shm + offset;
}

/* ---- transmit ------------------------------------------------------------------------------------------------- */

/* Given up before, returned by the device, new from the pool: in this order. */
static bool transmit_buffer_try(struct link *l, struct buffer *b)
{
    if (l->unsent_count > 0) {
        *b = l->unsent[--l->unsent_count];
        return true;
    }
    if (opt.role == ROLE_DEVICE)
        return link_driver_ready(l) && device_queue_take(&l->device[0], b, true);
    if (driver_queue_get(&l->driver[1], b))
        return true;
    if (l->next_new_buffer >= BUFFERS_END)
        return false;
    *b = (struct buffer){.offset = l->next_new_buffer, .size = BUFFER_BYTES};
    l->next_new_buffer += BUFFER_BYTES;
    return true;
}

static bool transmit_buffer(struct link *l, struct buffer *b, bool wait)
{
    for (int attempt = 0; !transmit_buffer_try(l, b); attempt++) {
        if (!wait || attempt == SEND_ATTEMPTS || l->closed)
            return false;
        deadline_left_ms("a transmit buffer");
        link_drain_socket(l);
        sleep_ms(1);
    }
    return true;
}

static int capacity_of(const struct buffer *b)
{
    /* Signed on purpose: a returned length below 16 makes this negative, and the send below goes wrong visibly. */
    return (int)b->size - HEADER_BYTES;
}

static void transmit(struct link *l, struct buffer b, uint32_t src, uint32_t dst, int len)
{
    struct header h = {.src = src, .dst = dst, .len = (uint16_t)len};
    if (planted("hdr-len"))
        h.len = 600;
    memcpy(at(l, b.offset), &h, sizeof h);
    l->count.sent++;
    if (opt.role == ROLE_DRIVER) {
        uint32_t desc_len = planted("desc-len") ? (uint32_t)(HEADER_BYTES + len) : b.size;
        if (!driver_queue_add(&l->driver[1], b.offset, desc_len, 0))
            fail(EXIT_WRONG, "vring 1 is full though a transmit buffer was free");
        if (driver_queue_wants_kick(&l->driver[1]))
            link_kick(l);
        return;
    }
    device_queue_give(&l->device[0], b.index, planted("used-len-message") ? (uint32_t)(HEADER_BYTES + len) : b.size);
    if (device_queue_wants_kick(&l->device[0]))
        link_kick(l);
}

static int send_from(struct link *l, uint32_t src, uint32_t dst, const void *bytes, int len, bool wait)
{
    struct buffer b;
    if (dst == ADDRESS_ANY || len < 0)
        return ERROR_PARAMETER;
    if (!link_driver_ready(l) || !transmit_buffer(l, &b, wait))
        return ERROR_NO_BUFFER;
    if (len > capacity_of(&b))
        len = capacity_of(&b);
    if (len > 0)
        memcpy(at(l, b.offset) + HEADER_BYTES, bytes, (size_t)len);
    transmit(l, b, src, dst, len);
    return len;
}

int endpoint_send(struct endpoint *e, uint32_t to, const void *bytes, int len, bool wait)
{
    return send_from(e->link, e->address, to, bytes, len, wait);
}

uint8_t *endpoint_take(struct endpoint *e, struct buffer *b, int *capacity, bool wait)
{
    if (!link_driver_ready(e->link) || !transmit_buffer(e->link, b, wait))
        return NULL;
    struct header h = {.reserved = b->index | 1u << 16};
    memcpy(at(e->link, b->offset), &h, sizeof h);
    *capacity = capacity_of(b);
    return at(e->link, b->offset) + HEADER_BYTES;
}

int endpoint_send_taken(struct endpoint *e, uint32_t to, struct buffer b, int len)
{
    if (to == ADDRESS_ANY || len < 0)
        return ERROR_PARAMETER;
    transmit(e->link, b, e->address, to, len);
    return len;
}

void endpoint_give_up(struct endpoint *e, struct buffer b)
{
    /* A buffer in this state holds a list node: two addresses of the process and the index. */
    uint64_t node[UNSENT_NODE_BYTES / 8] = {(uint64_t)(uintptr_t)e, (uint64_t)(uintptr_t)e->link, b.index};
    memcpy(at(e->link, b.offset), node, sizeof node);
    e->link->unsent[e->link->unsent_count++] = b;
}

/* ---- receive -------------------------------------------------------------------------------------------------- */

static bool receive_buffer(struct link *l, struct buffer *b)
{
    return opt.role == ROLE_DRIVER ? driver_queue_get(&l->driver[0], b) : device_queue_take(&l->device[1], b, false);
}

static void return_buffer(struct link *l, struct buffer b)
{
    bool kick;
    if (opt.role == ROLE_DRIVER) {
        if (!driver_queue_add(&l->driver[0], b.offset, BUFFER_BYTES, DESC_WRITE))
            fail(EXIT_WRONG, "vring 0 has no descriptor for a receive buffer");
        kick = driver_queue_wants_kick(&l->driver[0]);
    } else {
        device_queue_give(&l->device[1], b.index, b.size);
        kick = device_queue_wants_kick(&l->device[1]);
    }
    if (kick)
        link_kick(l);
}

static void note(struct link *l, const struct buffer *b, uint32_t holds)
{
    uint32_t word = b->index | holds << 16;
    memcpy(at(l, b->offset) + 8, &word, sizeof word);
}

static uint32_t holds_of(const struct link *l, const struct buffer *b)
{
    uint32_t word;
    memcpy(&word, at(l, b->offset) + 8, sizeof word);
    STRICT((word & 0xffff) == b->index, "the peer wrote into a received buffer that it does not own (0x%x)", b->offset);
    return word >> 16;
}

void message_hold(struct endpoint *e, const struct message *m)
{
    note(e->link, &m->buffer, holds_of(e->link, &m->buffer) + 1);
}

void message_release(struct endpoint *e, const struct message *m)
{
    uint32_t holds = holds_of(e->link, &m->buffer);
    if (holds == 0)
        fail(EXIT_WRONG, "the hold count of the buffer at 0x%x was overwritten", m->buffer.offset);
    note(e->link, &m->buffer, holds - 1);
    if (holds == 1)
        return_buffer(e->link, m->buffer);
}

static void check_announcement(const struct endpoint *e, const struct message *m, const struct announcement *a)
{
    STRICT(memchr(a->name, 0, NAME_BYTES) != NULL, "name service: the name has no end");
    STRICT(strncmp(a->name, e->name, NAME_BYTES) == 0, "name service: the name is \"%.32s\" and not \"%s\"", a->name,
           e->name);
    STRICT(a->flags <= 1, "name service: flags are 0x%x", a->flags);
    STRICT(m->src == a->address, "name service: src 0x%x is not the announced address 0x%x", m->src, a->address);
    STRICT(a->address == ADDRESS_FIRST, "name service: 0x%x is not the first dynamic address 0x400", a->address);
}

static void on_announcement(struct endpoint *e, const struct message *m)
{
    struct announcement a;
    if (m->len != sizeof a)
        fail(EXIT_WRONG, "name service: message of %u bytes and not 40", m->len);
    memcpy(&a, m->bytes, sizeof a);
    check_announcement(e, m, &a);
    bool mine = strncmp(a.name, e->name, NAME_BYTES) == 0 && (e->peer == ADDRESS_ANY || e->peer == a.address);
    if (!mine)
        return;
    e->announcements++;
    if (a.flags & 1) {
        e->peer = ADDRESS_ANY;
        e->unbound = true;
    } else {
        e->peer = a.address;
    }
}

static void deliver(struct endpoint *e, const struct header *h, const struct message *m)
{
    if (h->dst == ADDRESS_NAME_SERVICE) {
        on_announcement(e, m);
        return;
    }
    if (!e->alive || h->dst != e->address) {
        STRICT(!e->alive, "message to 0x%x, where there is no endpoint", h->dst);
        return;
    }
    if (e->peer == ADDRESS_ANY && !e->unbound)
        e->peer = h->src; /* the first message says who the peer is */
    STRICT(e->unbound || h->src == e->peer, "message from 0x%x, the peer is 0x%x", h->src, e->peer);
    e->on_message(e, m);
}

static void receive_all(struct endpoint *e)
{
    struct buffer b;
    while (receive_buffer(e->link, &b)) {
        struct header h;
        memcpy(&h, at(e->link, b.offset), sizeof h);
        /* A driver goes by what it posted: a wrong used.len of a receive buffer is for --strict to notice. */
        uint32_t size = opt.role == ROLE_DRIVER ? BUFFER_BYTES : b.size;
        if (h.len > size - HEADER_BYTES)
            fail(EXIT_WRONG, "message of %u bytes in a buffer of %u", h.len, size);
        STRICT(h.flags == 0, "message flags are 0x%x", h.flags);
        note(e->link, &b, 0);
        e->link->count.received++;
        struct message m = {.src = h.src, .len = h.len, .buffer = b, .bytes = at(e->link, b.offset) + HEADER_BYTES};
        deliver(e, &h, &m);
        if (holds_of(e->link, &b) == 0)
            return_buffer(e->link, b);
    }
}

/* ---- endpoint ------------------------------------------------------------------------------------------------- */

static int announce(struct endpoint *e, uint32_t flags)
{
    struct announcement a = {.address = e->address, .flags = flags};
    /* What follows the name's end is whatever was there: a reader must stop at the NUL. */
    memset(a.name, 0xa7, sizeof a.name);
    if (!planted("ns-name"))
        strcpy(a.name, e->name);
    return send_from(e->link, planted("ns-src") ? ADDRESS_NAME_SERVICE : e->address, ADDRESS_NAME_SERVICE, &a,
                     planted("ns-len") ? 36 : (int)sizeof a, true);
}

void endpoint_open(struct endpoint *e, struct link *l, const char *name, uint32_t address)
{
    e->link = l;
    e->name = name;
    e->address = address;
    e->peer = ADDRESS_ANY;
    e->unbound = false;
    e->announcements = 0;
    if (opt.bind_late) {
        while (e->peer == ADDRESS_ANY)
            endpoint_poll(e, "the peer to announce its endpoint");
        e->alive = true;
        return;
    }
    e->alive = true;
    if (l->name_service && announce(e, 0) < 0)
        fail(EXIT_WRONG, "no buffer to announce the endpoint");
}

void endpoint_close(struct endpoint *e)
{
    e->alive = false;
    if (e->link->name_service)
        (void)announce(e, 1);
}

void endpoint_poll(struct endpoint *e, const char *waiting_for)
{
    e->link->waiting_for = waiting_for;
    link_wait(e->link);
    receive_all(e);
}
