/* SPDX-License-Identifier: BSD-3-Clause */
/* Firmware: echoes on every virtio device, and does the evil that messages and arguments ask for.
 * -DVDEVS=n gives it n devices. */
#include "firmware.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <time.h>
#include <unistd.h>

#ifndef VDEVS
#define VDEVS 1
#endif

enum {
    RINGS = 16,
    SERVICE_ADDRESS = 1024,
    SHUTDOWN_ADDRESS = 1025,
    AREA = 0x10010000, /* a carveout at a fixed address: the trace, then the clock at the moment of death */
    AREA_BYTES = 0x2000,
    TRACE_BYTES = 0x1000,
    ENTRIES = 2 + VDEVS
};

#define VDEV_AT(i) (16 + 4 * ENTRIES + sizeof(struct rsc_carveout) + sizeof(struct rsc_trace) \
                    + (i) * sizeof(struct rsc_vdev))
#define VDEV \
    { \
        .type = RSC_VDEV, .id = VIRTIO_RPMSG, .notifyid = ANYWHERE, .dfeatures = RPMSG_F_NS, \
        .num_of_vrings = 2, \
        .vring = {{ANYWHERE, 4096, RINGS, ANYWHERE, 0}, {ANYWHERE, 4096, RINGS, ANYWHERE, 0}}, \
    }

struct table {
    uint32_t version, count, reserved[2], offset[ENTRIES];
    struct rsc_carveout area;
    struct rsc_trace trace;
    struct rsc_vdev vdev[VDEVS];
};

__attribute__((section(".resource_table"), used)) static const struct table table = {
    .version = 1,
    .count = ENTRIES,
    .offset = {16 + 4 * ENTRIES, 16 + 4 * ENTRIES + sizeof(struct rsc_carveout), VDEV_AT(0),
#if VDEVS > 1
               VDEV_AT(1),
#endif
#if VDEVS > 2
               VDEV_AT(2),
#endif
    },
    .area = {RSC_CARVEOUT, AREA, 0, AREA_BYTES, 0, 0, "area"},
    .trace = {RSC_TRACE, AREA, TRACE_BYTES, 0, "trace"},
    .vdev = {VDEV,
#if VDEVS > 1
             VDEV,
#endif
#if VDEVS > 2
             VDEV,
#endif
    },
};

static struct host host;
static struct rpmsg devices[VDEVS];
static bool is_open[VDEVS];
static volatile sig_atomic_t is_told_to_end;

static void on_terminate(int signal)
{
    (void)signal;
    is_told_to_end = 1;
}

static void trace(const char *text)
{
    static size_t at;
    char *buffer = host_at(&host, AREA, TRACE_BYTES);
    for (; *text != 0 && buffer != NULL; text++) {
        buffer[at] = *text;
        at = (at + 1) % TRACE_BYTES;
    }
}

static void note_time(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    _Atomic uint64_t *place = host_at(&host, AREA + TRACE_BYTES, sizeof *place);
    atomic_store(place, (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec);
}

static void scribble(struct rpmsg *r)
{
    memset(r->to_driver.used + 4, 0xee, 8u * r->to_driver.num);
    *(_Atomic uint16_t *)(void *)(r->to_driver.used + 2) += 300;
    uint64_t one = 1;
    (void)!write(host.kick[r->vdev], &one, sizeof one);
}

static void hang(void)
{
    signal(SIGTERM, SIG_IGN);
    trace("hangs\n");
}

/* What a message or an argument asks for. False when it asks for nothing. */
static bool obey(struct rpmsg *r, const char *order)
{
    int code;
    if (strcmp(order, "abort") == 0) {
        trace("aborts\n");
        note_time();
        abort();
    } else if (strcmp(order, "segv") == 0) {
        trace("segv\n");
        note_time();
        raise(SIGSEGV);
    } else if (sscanf(order, "exit %d", &code) == 1) {
        trace("exits\n");
        note_time();
        _exit(code);
    } else if (strcmp(order, "hang") == 0) {
        hang();
        for (;;)
            pause();
    } else if (strcmp(order, "deaf") == 0) {
        hang(); /* goes on, but heeds SIGTERM no more */
    } else if (strcmp(order, "scribble") == 0 && r != NULL) {
        scribble(r);
    } else if (strncmp(order, "trace ", 6) == 0) {
        trace(order + 6);
        trace("\n");
    } else {
        return false;
    }
    return true;
}

static void on_message(struct rpmsg *r, uint32_t source, uint32_t destination, uint8_t *bytes, uint16_t length)
{
    char order[128] = {0};
    memcpy(order, bytes, length < sizeof order - 1 ? length : sizeof order - 1);
    if (destination == SHUTDOWN_ADDRESS) {
        trace("shuts down\n");
        rpmsg_send(r, SHUTDOWN_ADDRESS, source, "bye", 3);
        _exit(0);
    }
    if (destination == SERVICE_ADDRESS && !obey(r, order))
        rpmsg_send(r, SERVICE_ADDRESS, source, bytes, length);
}

static void serve(unsigned i, struct rsc_vdev *vdev, bool offers_shutdown)
{
    if (!is_open[i] && rpmsg_ready(&host, vdev)) {
        rpmsg_open(&devices[i], &host, i, vdev);
        is_open[i] = true;
        rpmsg_announce(&devices[i], "echo", SERVICE_ADDRESS);
        if (offers_shutdown && i == 0)
            rpmsg_announce(&devices[i], "rpmsg-shutdown", SHUTDOWN_ADDRESS);
    }
    if (is_open[i])
        rpmsg_receive(&devices[i], on_message);
}

int main(int argc, char **argv)
{
    bool offers_shutdown = false;
    host_open(&host);
    prctl(PR_SET_DUMPABLE, 0); /* the tests' crashes leave no files */
    /* SIGTERM comes only while this waits, so that none is overlooked. */
    sigset_t blocked, before;
    sigemptyset(&blocked);
    sigaddset(&blocked, SIGTERM);
    sigprocmask(SIG_BLOCK, &blocked, &before);
    signal(SIGTERM, on_terminate);
    trace("starts\n");
    for (int i = 1; i < argc; i++) {
        offers_shutdown |= strcmp(argv[i], "shutdown") == 0;
        obey(NULL, argv[i]);
    }

    struct pollfd wait[VDEVS + 1];
    for (unsigned i = 0; i < VDEVS; i++)
        wait[i] = (struct pollfd){.fd = host.wait[i], .events = POLLIN};
    wait[VDEVS] = (struct pollfd){.fd = host.lifeline, .events = POLLIN};
    while (!is_told_to_end) {
        for (unsigned i = 0; i < VDEVS; i++)
            serve(i, &((struct table *)(void *)host.table)->vdev[i], offers_shutdown);
        if (ppoll(wait, VDEVS + 1, NULL, &before) < 0 && errno != EINTR)
            fatal("ppoll: %s", strerror(errno));
        uint64_t count;
        for (unsigned i = 0; i < VDEVS; i++)
            if (wait[i].revents != 0)
                (void)!read(wait[i].fd, &count, sizeof count);
        if (wait[VDEVS].revents != 0)
            return 80; /* the host is gone */
    }
    trace("ends\n");
    return 0;
}
