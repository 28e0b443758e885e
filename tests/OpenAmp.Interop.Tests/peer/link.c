/* SPDX-License-Identifier: BSD-3-Clause */
#define _GNU_SOURCE
#include "link.h"

#include "options.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

enum {
    SHM_BYTES = 0x80000,
    TABLE_GFEATURES = 0x24,
    TABLE_STATUS = 0x2c,
    TABLE_VRING0 = 0x30,
    TABLE_VRING1 = 0x44,
    VRING_NOTIFY_ID = 12,
    CONNECT_ATTEMPTS = 100,
    READ_AT_ONCE = 32,
};

static const uint8_t table_bytes[TABLE_BYTES] = {
    /* 00 version, entries, reserved   */ 1, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
    /* 10 offset of entry 0, its type  */ 0x14, 0, 0, 0, 3, 0, 0, 0,
    /* 18 virtio id, notify id         */ 7, 0, 0, 0, 0, 0, 0, 0,
    /* 20 device and driver features   */ 1, 0, 0, 0, 0, 0, 0, 0,
    /* 28 config length, status, rings */ 0, 0, 0, 0, 0, 2, 0, 0,
    /* 30 ring 0: address, align, ...  */ 0, 0x40, 0, 0, 0, 0x10, 0, 0, 0, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0,
    /* 44 ring 1                       */ 0, 0x80, 0, 0, 0, 0x10, 0, 0, 0, 1, 0, 0, 2, 0, 0, 0, 0, 0, 0, 0,
};

static uint8_t status_read(const struct link *l)
{
    return atomic_load((_Atomic uint8_t *)(l->shm + TABLE_STATUS));
}

static void status_write(struct link *l, uint8_t value)
{
    atomic_store((_Atomic uint8_t *)(l->shm + TABLE_STATUS), value);
}

static uint32_t features_read(const struct link *l)
{
    return atomic_load((_Atomic uint32_t *)(l->shm + TABLE_GFEATURES));
}

static void features_write(struct link *l, uint32_t value)
{
    atomic_store((_Atomic uint32_t *)(l->shm + TABLE_GFEATURES), value);
}

bool link_driver_ready(const struct link *l)
{
    return (status_read(l) & STATUS_DRIVER_OK) != 0;
}

static void map_memory(struct link *l)
{
    int fd = shm_open(opt.shm_name, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    struct stat about;
    if (fd < 0)
        fail(EXIT_WRONG, "shm_open %s: %s", opt.shm_name, strerror(errno));
    if (flock(fd, LOCK_EX) != 0 || fstat(fd, &about) != 0)
        fail(EXIT_WRONG, "flock or fstat %s: %s", opt.shm_name, strerror(errno));
    if (about.st_size < SHM_BYTES && ftruncate(fd, SHM_BYTES) != 0)
        fail(EXIT_WRONG, "ftruncate %s: %s", opt.shm_name, strerror(errno));
    flock(fd, LOCK_UN);
    l->shm = mmap(NULL, SHM_BYTES, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    if (l->shm == MAP_FAILED)
        fail(EXIT_WRONG, "mmap %s: %s", opt.shm_name, strerror(errno));
    close(fd);
    (void)mlock(l->shm, SHM_BYTES); /* only a wish */
}

static struct sockaddr_un socket_address(void)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    if (strlen(opt.socket_path) >= sizeof address.sun_path)
        fail(EXIT_USAGE, "socket path is longer than %zu bytes: %s", sizeof address.sun_path - 1, opt.socket_path);
    strcpy(address.sun_path, opt.socket_path);
    return address;
}

static int accept_one(void)
{
    struct sockaddr_un address = socket_address();
    unlink(opt.socket_path);
    int listener = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (listener < 0 || bind(listener, (struct sockaddr *)&address, sizeof address) != 0 || listen(listener, 5) != 0)
        fail(EXIT_WRONG, "listen on %s: %s", opt.socket_path, strerror(errno));
    struct pollfd wait = {.fd = listener, .events = POLLIN};
    while (poll(&wait, 1, deadline_left_ms("a client to connect")) <= 0)
        continue;
    int fd = accept4(listener, NULL, NULL, SOCK_CLOEXEC);
    if (fd < 0)
        fail(EXIT_WRONG, "accept on %s: %s", opt.socket_path, strerror(errno));
    close(listener);
    return fd;
}

static int connect_with_retries(void)
{
    struct sockaddr_un address = socket_address();
    for (unsigned attempt = 1; attempt <= CONNECT_ATTEMPTS; attempt++) {
        int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
        if (fd < 0)
            fail(EXIT_WRONG, "socket: %s", strerror(errno));
        if (connect(fd, (struct sockaddr *)&address, sizeof address) == 0)
            return fd;
        close(fd);
        unsigned left = (unsigned)deadline_left_ms("a server to listen");
        sleep_ms(attempt * 10 < left ? attempt * 10 : left);
    }
    fail(EXIT_WRONG, "no server at %s after %u attempts", opt.socket_path, CONNECT_ATTEMPTS);
}

static uint32_t table_u32(const uint8_t *table, unsigned at)
{
    uint32_t value;
    memcpy(&value, table + at, sizeof value);
    return value;
}

/* Every byte of the table, but for the two fields that a driver may have written by now. */
static void check_table(const uint8_t *table)
{
    bool driver_may_be_ahead = opt.role == ROLE_DEVICE;
    for (unsigned i = 0; i < TABLE_BYTES; i++) {
        bool driver_writes = i == TABLE_GFEATURES || i == TABLE_STATUS;
        uint8_t then = i == TABLE_GFEATURES ? FEATURE_NAME_SERVICE : STATUS_DRIVER_OK;
        bool right = table[i] == table_bytes[i] || (driver_may_be_ahead && driver_writes && table[i] == then);
        STRICT(right, "resource table: byte 0x%02x is 0x%02x and not 0x%02x", i, table[i], table_bytes[i]);
    }
}

static void parse_table(struct link *l)
{
    uint8_t table[TABLE_BYTES];
    memcpy(table, l->shm, sizeof table);
    check_table(table);
    bool known = table_u32(table, 0) == 1 && table_u32(table, 4) == 1 && table_u32(table, 0x10) == 0x14 &&
                 table_u32(table, 0x14) == 3 && table_u32(table, 0x18) == 7 && table[0x2d] == 2;
    if (!known)
        fail(EXIT_WRONG, "resource table: not version 1 with one RPMsg device of two rings");
    const unsigned entries[2] = {TABLE_VRING0, TABLE_VRING1};
    for (unsigned i = 0; i < 2; i++) {
        uint32_t da = table_u32(table, entries[i]);
        uint32_t notify_id = table_u32(table, entries[i] + VRING_NOTIFY_ID);
        if (table_u32(table, entries[i] + 4) != 0x1000 || table_u32(table, entries[i] + 8) != RING_ENTRIES)
            fail(EXIT_WRONG, "resource table: ring %u is not of 256 entries aligned to 4096", i);
        if (da % 0x1000 != 0 || da > BUFFERS_BEGIN - 0x3000)
            fail(EXIT_WRONG, "resource table: ring %u is at 0x%x", i, da);
        l->vring_offset[i] = da;
        /* Each side writes the notify ids back, as they are. */
        memcpy(l->shm + entries[i] + VRING_NOTIFY_ID, &notify_id, sizeof notify_id);
    }
}

static void start_driver(struct link *l)
{
    uint32_t offered = table_u32(l->shm, 0x20);
    STRICT(offered == FEATURE_NAME_SERVICE, "device features are 0x%x", offered);
    features_write(l, planted("gfeatures") ? 0x20000001u : offered);
    l->name_service = (offered & FEATURE_NAME_SERVICE) != 0;
    link_kick(l);
    for (unsigned i = 0; i < 2; i++)
        driver_queue_init(&l->driver[i], i, l->shm + l->vring_offset[i]);
    atomic_store(&l->driver[1].ring.avail->flags, AVAIL_NO_INTERRUPT);
    for (uint32_t i = 0; i < RING_ENTRIES; i++) {
        uint32_t offset = BUFFERS_BEGIN + i * BUFFER_BYTES;
        memset(l->shm + offset, 0, BUFFER_BYTES);
        driver_queue_add(&l->driver[0], offset, BUFFER_BYTES, DESC_WRITE);
    }
    l->next_new_buffer = BUFFERS_MIDDLE;
    status_write(l, planted("status") ? 7 : STATUS_DRIVER_OK);
    link_kick(l);
}

static void await_driver(struct link *l)
{
    while (!link_driver_ready(l)) {
        deadline_left_ms("the driver to set DRIVER_OK");
        link_drain_socket(l);
        if (l->closed && !link_driver_ready(l))
            fail(EXIT_WRONG, "the peer closed its socket before the driver was ready");
        if (status_read(l) & STATUS_NEEDS_RESET)
            status_write(l, 0);
        sleep_ms(1);
    }
    STRICT(status_read(l) == STATUS_DRIVER_OK, "status is 0x%02x and not 0x04 (DRIVER_OK alone)", status_read(l));
    uint32_t features = features_read(l);
    STRICT(features == FEATURE_NAME_SERVICE, "the driver accepted features 0x%x, 0x1 were offered", features);
    l->name_service = (features & FEATURE_NAME_SERVICE) != 0;
    for (unsigned i = 0; i < 2; i++)
        device_queue_init(&l->device[i], i, l->shm + l->vring_offset[i]);
    atomic_store(&l->device[0].ring.used->flags, USED_NO_NOTIFY);
}

void link_open(struct link *l)
{
    memset(l, 0, sizeof *l);
    l->kicked = true; /* the first wait returns at once */
    map_memory(l);
    if (opt.side == SIDE_SERVER) {
        memcpy(l->shm, table_bytes, sizeof table_bytes);
        if (planted("table"))
            l->shm[0x54] = 1;
        l->fd = accept_one();
    } else {
        l->fd = connect_with_retries();
    }
    parse_table(l);
    if (opt.role == ROLE_DRIVER)
        start_driver(l);
    else
        await_driver(l);
}

static void take_notifications(struct link *l, const uint8_t *bytes, ssize_t got)
{
    for (ssize_t i = 0; i < got; i++)
        STRICT(bytes[i] == 1, "a notification is the byte 0x%02x and not 0x01", bytes[i]);
    l->count.kicks_in += (unsigned long)got;
    l->kicked = true;
}

/* False when nothing was there to read. */
static bool read_socket(struct link *l, int flags)
{
    uint8_t bytes[READ_AT_ONCE];
    ssize_t got = recv(l->fd, bytes, sizeof bytes, flags);
    if (got > 0) {
        take_notifications(l, bytes, got);
        return true;
    }
    if (got == 0 || errno == ECONNRESET) {
        l->closed = true;
        return false;
    }
    if (errno != EAGAIN && errno != EINTR)
        fail(EXIT_WRONG, "read from the socket: %s", strerror(errno));
    return false;
}

void link_drain_socket(struct link *l)
{
    while (!l->closed && read_socket(l, MSG_DONTWAIT))
        continue;
}

void link_wait(struct link *l)
{
    while (!l->kicked) {
        int left = deadline_left_ms(l->waiting_for);
        if (l->closed)
            fail(EXIT_WRONG, "the peer closed its socket; this side was still waiting for %s", l->waiting_for);
        struct pollfd wait = {.fd = l->fd, .events = POLLIN};
        if (poll(&wait, 1, left) > 0)
            read_socket(l, MSG_DONTWAIT);
        if (l->closed)
            break; /* one last look at the rings: what was sent before the close counts */
    }
    l->kicked = false;
}

void link_kick(struct link *l)
{
    uint8_t byte = planted("kick") ? 2 : 1;
    l->count.kicks_out++;
    /* Errors are not looked at: a peer that is gone is noticed by the reader. Full is not an error: a peer that is
     * itself blocked in a send must first be read from. */
    while (send(l->fd, &byte, 1, MSG_NOSIGNAL | MSG_DONTWAIT) < 0 && (errno == EAGAIN || errno == EINTR)) {
        struct pollfd wait = {.fd = l->fd, .events = l->closed ? POLLOUT : POLLIN | POLLOUT};
        if (poll(&wait, 1, deadline_left_ms("room in the notification socket")) > 0 && (wait.revents & POLLIN))
            link_drain_socket(l);
    }
}
