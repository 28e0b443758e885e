/* SPDX-License-Identifier: BSD-3-Clause */
/* Ping sides: numbered messages of growing size, each checked when it comes back. */
#include "options.h"
#include "programs.h"

#include <string.h>

enum { SIZE_FIRST = 1, SIZE_LAST = 480, FILL = 0xa5 };

struct ping_header {
    unsigned long number;
    unsigned long size;
};

struct ping {
    unsigned long sent;
    unsigned long echoed;
    unsigned long each; /* messages per size */
    struct message held[RING_ENTRIES];
    unsigned held_count;
};

void leave(struct endpoint *e)
{
    uint32_t word = SHUTDOWN_MESSAGE;
    if (!opt.shutdown) {
        endpoint_close(e);
        return;
    }
    must_send(endpoint_send(e, e->peer, &word, (int)sizeof word, true), (int)sizeof word);
    while (!e->unbound && (opt.strict || !e->link->closed))
        endpoint_poll(e, "the peer to obey the shutdown word");
}

static int write_ping(const struct ping *p, uint8_t *bytes)
{
    struct ping_header h = {.number = p->sent, .size = SIZE_FIRST + p->sent / p->each};
    memcpy(bytes, &h, sizeof h);
    memset(bytes + sizeof h, FILL, h.size);
    return (int)(sizeof h + h.size);
}

static void check_echo(struct ping *p, const struct message *m)
{
    struct ping_header h;
    unsigned long size = SIZE_FIRST + p->echoed / p->each;
    if (p->echoed >= p->sent)
        fail(EXIT_WRONG, "an echo that nothing was sent for (%lu are in)", p->echoed);
    if (m->len != sizeof h + size)
        fail(EXIT_WRONG, "echo %lu has %u bytes and not %lu", p->echoed, m->len, (unsigned long)sizeof h + size);
    memcpy(&h, m->bytes, sizeof h);
    if (h.number != p->echoed || h.size != size)
        fail(EXIT_WRONG, "echo %lu of size %lu says number %lu, size %lu", p->echoed, size, h.number, h.size);
    for (unsigned long i = 0; i < size; i++)
        if (m->bytes[sizeof h + i] != FILL)
            fail(EXIT_WRONG, "echo %lu: byte %lu is 0x%02x", p->echoed, i, m->bytes[sizeof h + i]);
    p->echoed++;
}

static void on_echo(struct endpoint *e, const struct message *m)
{
    check_echo(e->state, m);
}

static void await_echoes(struct endpoint *e, const struct ping *p)
{
    while (p->echoed < p->sent) {
        if (e->unbound)
            fail(EXIT_WRONG, "the peer destroyed its endpoint; %lu of %lu echoes are in", p->echoed, p->sent);
        endpoint_poll(e, "an echo");
    }
}

void run_ping(struct link *l)
{
    uint8_t bytes[PAYLOAD_BYTES];
    struct ping p = {.each = 1};
    struct endpoint e = {.on_message = on_echo, .state = &p};
    endpoint_open(&e, l, SERVICE_DEMO, ADDRESS_FIRST);
    await_peer(&e);
    while (p.sent < SIZE_LAST) {
        int len = write_ping(&p, bytes);
        p.sent++;
        must_send(endpoint_send(&e, e.peer, bytes, len, true), len);
        await_echoes(&e, &p);
    }
    leave(&e);
}

/* Polls until a buffer is there: as long as echoes are on their way, one of them will wake us. */
static void flood_one(struct endpoint *e, struct ping *p)
{
    uint8_t bytes[PAYLOAD_BYTES];
    int len = write_ping(p, bytes);
    int result;
    while ((result = endpoint_send(e, e->peer, bytes, len, false)) == ERROR_NO_BUFFER) {
        if (e->unbound)
            fail(EXIT_WRONG, "the peer destroyed its endpoint; %lu of %lu echoes are in", p->echoed, p->sent);
        STRICT(p->echoed < p->sent, "all %lu echoes are in and no buffer has come back: nothing would wake this side",
               p->sent);
        endpoint_poll(e, "a transmit buffer or an echo");
    }
    must_send(result, len);
    p->sent++;
}

void run_flood(struct link *l)
{
    struct ping p = {.each = opt.count};
    struct endpoint e = {.on_message = on_echo, .state = &p};
    endpoint_open(&e, l, SERVICE_DEMO, ADDRESS_FIRST);
    await_peer(&e);
    while (p.sent < SIZE_LAST * p.each)
        flood_one(&e, &p);
    await_echoes(&e, &p);
    leave(&e);
}

static void on_echo_hold(struct endpoint *e, const struct message *m)
{
    struct ping *p = e->state;
    message_hold(e, m);
    p->held[p->held_count++] = *m;
}

static void check_held(struct endpoint *e, struct ping *p)
{
    for (unsigned i = 0; i < p->held_count; i++) {
        check_echo(p, &p->held[i]);
        message_release(e, &p->held[i]);
    }
    p->held_count = 0;
}

/* Every second message first gives its buffer up unsent, and must get the same one again. */
static uint8_t *take_twice(struct endpoint *e, const struct ping *p, struct buffer *b)
{
    int capacity;
    uint8_t *bytes = endpoint_take(e, b, &capacity, true);
    if (bytes != NULL && p->sent % 2 == 1) {
        struct buffer first = *b;
        endpoint_give_up(e, first);
        bytes = endpoint_take(e, b, &capacity, true);
        if (b->offset != first.offset)
            fail(EXIT_WRONG, "a buffer given up unsent was not used first");
    }
    if (bytes == NULL || capacity < PAYLOAD_BYTES)
        fail(EXIT_WRONG, "no transmit buffer of %d bytes for message %lu", PAYLOAD_BYTES, p->sent);
    return bytes;
}

void run_nocopy_ping(struct link *l)
{
    struct ping p = {.each = 1};
    struct endpoint e = {.on_message = on_echo_hold, .state = &p};
    endpoint_open(&e, l, SERVICE_DEMO, ADDRESS_FIRST);
    await_peer(&e);
    while (p.sent < SIZE_LAST) {
        struct buffer b;
        uint8_t *bytes = take_twice(&e, &p, &b);
        int len = write_ping(&p, bytes);
        p.sent++;
        must_send(endpoint_send_taken(&e, e.peer, b, len), len);
        while (p.echoed < p.sent) {
            if (e.unbound)
                fail(EXIT_WRONG, "the peer destroyed its endpoint; %lu of %lu echoes are in", p.echoed, p.sent);
            endpoint_poll(&e, "an echo");
            check_held(&e, &p);
        }
    }
    leave(&e);
}
