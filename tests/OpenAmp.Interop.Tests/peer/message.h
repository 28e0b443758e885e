/* SPDX-License-Identifier: BSD-3-Clause */
/* RPMsg over a link: one named endpoint beside the name service, in either virtio role. */
#ifndef PEER_MESSAGE_H
#define PEER_MESSAGE_H

#include "link.h"

enum {
    HEADER_BYTES = 16,
    PAYLOAD_BYTES = BUFFER_BYTES - HEADER_BYTES,
    NAME_BYTES = 32,
    ADDRESS_NAME_SERVICE = 0x35,
    ADDRESS_FIRST = 1024,
    ERROR_NO_BUFFER = -2002,
    ERROR_PARAMETER = -2003,
};
#define ADDRESS_ANY 0xffffffffu

struct header {
    uint32_t src;
    uint32_t dst;
    uint32_t reserved; /* the receiver notes here: low half the buffer's index, high half how often it is held */
    uint16_t len;
    uint16_t flags;
};

/* A received message; the bytes are in shared memory. */
struct message {
    uint32_t src;
    uint16_t len;
    struct buffer buffer;
    uint8_t *bytes;
};

struct endpoint {
    struct link *link;
    const char *name;
    uint32_t address;
    uint32_t peer; /* ADDRESS_ANY until it is known */
    bool alive;
    bool unbound; /* the peer has destroyed its endpoint */
    unsigned announcements;
    void (*on_message)(struct endpoint *e, const struct message *m);
    void *state;
};

/* Makes the endpoint and announces it; with --bind-late waits for the peer's announcement instead. */
void endpoint_open(struct endpoint *e, struct link *l, const char *name, uint32_t address);
/* Tells the peer, as far as it still listens. */
void endpoint_close(struct endpoint *e);
/* Waits for a notification, then delivers all messages that are there. */
void endpoint_poll(struct endpoint *e, const char *waiting_for);

/* Length sent, or a negative error. With wait: up to 15 s for a buffer. Longer than the buffer is cut. */
int endpoint_send(struct endpoint *e, uint32_t to, const void *bytes, int len, bool wait);

/* A transmit buffer to write into; NULL when there is none and, with wait, none in 15 s. */
uint8_t *endpoint_take(struct endpoint *e, struct buffer *b, int *capacity, bool wait);
int endpoint_send_taken(struct endpoint *e, uint32_t to, struct buffer b, int len);
void endpoint_give_up(struct endpoint *e, struct buffer b);

/* Keeps a received buffer beyond the callback, until as many releases. */
void message_hold(struct endpoint *e, const struct message *m);
void message_release(struct endpoint *e, const struct message *m);

#endif
