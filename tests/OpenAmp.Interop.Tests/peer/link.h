/* SPDX-License-Identifier: BSD-3-Clause */
/* The two-process platform: shared memory, resource table, notification socket, virtio start-up. */
#ifndef PEER_LINK_H
#define PEER_LINK_H

#include "vring.h"

enum { TABLE_BYTES = 88, FEATURE_NAME_SERVICE = 1, STATUS_DRIVER_OK = 4, STATUS_NEEDS_RESET = 0x40 };

struct link {
    uint8_t *shm;
    int fd;
    uint32_t vring_offset[2]; /* as the table says */
    bool kicked;              /* a notification has come in, or none has been looked for yet */
    bool closed;              /* the peer has closed its socket */
    bool name_service;
    const char *waiting_for; /* for messages: what the program does at the moment */

    struct driver_queue driver[2]; /* in use when this side is the driver */
    struct device_queue device[2]; /* in use when this side is the device */
    uint32_t next_new_buffer;      /* driver: transmit buffers are taken from the pool on demand */

    /* Transmit buffers that were taken and given up without being sent: used first, last one first. */
    struct buffer unsent[RING_ENTRIES];
    unsigned unsent_count;

    struct {
        unsigned long sent, received, kicks_out, kicks_in;
    } count;
};

/* Maps the memory, connects, agrees with the other side; returns when messages may flow. */
void link_open(struct link *l);
/* Waits for a notification (not the first time) and takes it. Fails when the peer is gone and nothing is left. */
void link_wait(struct link *l);
/* Reads notifications that are here already, so that a peer never blocks on a full socket. */
void link_drain_socket(struct link *l);
void link_kick(struct link *l);
bool link_driver_ready(const struct link *l);

#endif
