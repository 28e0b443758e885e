/* SPDX-License-Identifier: BSD-3-Clause */

/* RPMsg over two vrings: messages, addresses and the name service. */

#ifndef RPMSG_H
#define RPMSG_H

#include <stdbool.h>
#include <stdint.h>

#define RPMSG_TEXT_BYTES 16

enum announcement { ANNOUNCE_NOTHING, ANNOUNCE_CREATE, ANNOUNCE_DESTROY };

/* What a service wants done with a message. */
struct rpmsg_verdict {
    bool echo;             /* send the payload back to its sender */
    bool close;            /* end the endpoint and tell the driver so */
    void (*then)(void);    /* run when nothing of the message is in our hands any more; null: nothing */
};

struct rpmsg_endpoint {
    const char *name;
    uint32_t address;
    /* Sees the first bytes of the payload, zeros behind them. */
    struct rpmsg_verdict (*decide)(const uint32_t text[RPMSG_TEXT_BYTES / 4], uint32_t bytes);
    bool is_open;
    enum announcement announcement;
};

/* The services of this remote, opened anew for each link; services.c has them. */
extern struct rpmsg_endpoint rpmsg_endpoints[];
extern const int rpmsg_endpoint_count;
void services_open(void);

/* Takes the rings that the host has laid out. False when they are not usable. */
bool rpmsg_open(void);

/* Handles what is there, up to a bound. True when there may be more. */
bool rpmsg_poll(void);

#endif
