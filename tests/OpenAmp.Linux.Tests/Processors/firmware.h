/* SPDX-License-Identifier: BSD-3-Clause */
/* What firmware of a process processor needs: its memory, its doorbells, RPMsg as a virtio device. Written from
 * docs/process-processor.md and docs/protocol.md alone. */
#ifndef FIRMWARE_H
#define FIRMWARE_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* ---- resource table, version 1 --------------------------------------------------------------------------------- */

#define ANYWHERE 0xffffffffu
enum { RSC_CARVEOUT = 0, RSC_TRACE = 2, RSC_VDEV = 3, VIRTIO_RPMSG = 7, RPMSG_F_NS = 1, DRIVER_OK = 4 };

struct rsc_carveout {
    uint32_t type, da, pa, len, flags, reserved;
    char name[32];
};

struct rsc_trace {
    uint32_t type, da, len, reserved;
    char name[32];
};

struct rsc_vring {
    uint32_t da, align, num, notifyid, pa;
};

struct rsc_vdev {
    uint32_t type, id, notifyid, dfeatures, gfeatures, config_len;
    uint8_t status, num_of_vrings, reserved[2];
    struct rsc_vring vring[2];
};

/* ---- the process's environment --------------------------------------------------------------------------------- */

enum { MAX_VDEVS = 4 };

struct host {
    uint8_t *memory;
    uint64_t address, length; /* of the memory, as a device sees it */
    uint8_t *table;
    int lifeline;
    int wait[MAX_VDEVS], kick[MAX_VDEVS]; /* eventfds, -1 where there is none */
};

/* Reads OPENAMP_PROCESSOR and maps the memory. Exits with 90 and a sentence on stderr when it cannot. */
void host_open(struct host *h);
/* NULL unless all of the range lies within the memory. */
void *host_at(const struct host *h, uint64_t address, uint64_t length);
void fatal(const char *format, ...) __attribute__((noreturn, format(printf, 1, 2)));

/* ---- RPMsg as a virtio device ------------------------------------------------------------------------------------ */

enum { HEADER_BYTES = 16, ADDRESS_NS = 0x35 };

struct queue {
    uint16_t num, last;
    uint8_t *desc, *avail, *used;
};

struct rpmsg {
    struct host *host;
    unsigned vdev;
    struct queue to_driver, to_device;
};

typedef void rpmsg_handler(struct rpmsg *r, uint32_t source, uint32_t destination, uint8_t *bytes, uint16_t length);

/* False while the driver has not set DRIVER_OK. */
bool rpmsg_ready(const struct host *h, const struct rsc_vdev *vdev);
void rpmsg_open(struct rpmsg *r, struct host *h, unsigned number, const struct rsc_vdev *vdev);
/* False when the driver has left no buffer. */
bool rpmsg_send(struct rpmsg *r, uint32_t source, uint32_t destination, const void *bytes, uint16_t length);
bool rpmsg_announce(struct rpmsg *r, const char *name, uint32_t address);
/* Hands over every message that is there. */
void rpmsg_receive(struct rpmsg *r, rpmsg_handler *handler);

#endif
