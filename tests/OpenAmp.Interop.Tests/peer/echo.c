/* SPDX-License-Identifier: BSD-3-Clause */
/* Echo sides: every message goes back to its sender until the shutdown word or the end of the peer's endpoint. */
#include "options.h"
#include "programs.h"

#include <string.h>

bool is_shutdown(const struct message *m)
{
    uint32_t word;
    if (m->len < sizeof word)
        return false;
    memcpy(&word, m->bytes, sizeof word);
    return word == SHUTDOWN_MESSAGE;
}

void await_peer(struct endpoint *e)
{
    while (e->peer == ADDRESS_ANY)
        endpoint_poll(e, "the peer's address");
}

void must_send(int sent, int len)
{
    if (sent != len)
        fail(EXIT_WRONG, "failed to send: %d bytes asked for, result %d", len, sent);
}

struct echo {
    bool shutdown;
    unsigned long messages;
    struct message held[RING_ENTRIES]; /* no-copy: received and not yet answered */
    unsigned held_count;
};

static void on_message(struct endpoint *e, const struct message *m)
{
    struct echo *echo = e->state;
    if (is_shutdown(m)) {
        echo->shutdown = true;
        return;
    }
    echo->messages++;
    must_send(endpoint_send(e, m->src, m->bytes, m->len, true), m->len);
}

void run_echo(struct link *l)
{
    struct echo echo = {0};
    struct endpoint e = {.on_message = on_message, .state = &echo};
    endpoint_open(&e, l, SERVICE_DEMO, ADDRESS_FIRST);
    while (!echo.shutdown && !e.unbound)
        endpoint_poll(&e, "the next message, or the end of the peer's endpoint");
    endpoint_close(&e);
    STRICT(echo.messages > 0, "the peer left without having sent a message");
}

static void on_message_hold(struct endpoint *e, const struct message *m)
{
    struct echo *echo = e->state;
    if (is_shutdown(m)) {
        echo->shutdown = true;
        return;
    }
    echo->messages++;
    message_hold(e, m);
    echo->held[echo->held_count++] = *m;
}

static void answer_held(struct endpoint *e, struct echo *echo)
{
    for (unsigned i = 0; i < echo->held_count; i++) {
        const struct message *m = &echo->held[i];
        struct buffer b;
        int capacity;
        uint8_t *bytes = endpoint_take(e, &b, &capacity, true);
        if (bytes == NULL || capacity < m->len)
            fail(EXIT_WRONG, "no transmit buffer for %u bytes", m->len);
        memcpy(bytes, m->bytes, m->len);
        must_send(endpoint_send_taken(e, m->src, b, m->len), m->len);
        message_release(e, m);
    }
    echo->held_count = 0;
}

void run_nocopy_echo(struct link *l)
{
    struct echo echo = {0};
    struct endpoint e = {.on_message = on_message_hold, .state = &echo};
    endpoint_open(&e, l, SERVICE_DEMO, ADDRESS_FIRST);
    while (!echo.shutdown && !e.unbound) {
        endpoint_poll(&e, "the next message, or the end of the peer's endpoint");
        answer_held(&e, &echo);
    }
    endpoint_close(&e);
    STRICT(echo.messages > 0, "the peer left without having sent a message");
}
