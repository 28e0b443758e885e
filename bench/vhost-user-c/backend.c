// SPDX-License-Identifier: BSD-3-Clause
//
// The least vhost-user back end that echoes RPMsg messages: one front end, one memory region, split rings, eventfd
// kicks, poll(2) and nothing else. It checks what a cooperating kernel needs checked, no more. For comparison with the
// back end in C# (OpenAmp.Linux.VhostUserRpmsgListener), not for use.
//
//     backend SOCKET

#define _GNU_SOURCE
#include <errno.h>
#include <poll.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

enum {
    GET_FEATURES = 1, SET_FEATURES, SET_OWNER, RESET_OWNER, SET_MEM_TABLE, SET_VRING_NUM = 8, SET_VRING_ADDR,
    SET_VRING_BASE, GET_VRING_BASE, SET_VRING_KICK, SET_VRING_CALL, SET_VRING_ERR, GET_PROTOCOL_FEATURES,
    SET_PROTOCOL_FEATURES, SET_VRING_ENABLE = 18, SET_BACKEND_REQ_FD = 21,
};

#define FEATURES (1ULL << 32 | 1ULL << 30 | 1)  // VERSION_1, protocol features, name service
#define PROTOCOL_FEATURES (1ULL << 5)           // a socket for the back end's requests: Linux insists
#define NEEDS_REPLY 8u
#define HEADER_BYTES 16u
#define RX 0 // to the driver
#define TX 1 // from the driver

struct message {
    uint32_t request, flags, size;
    union {
        uint64_t word;
        struct { uint32_t index, number; } state;
        struct { uint32_t index, flags; uint64_t descriptors, used, avail, log; } address;
        struct { uint32_t count, padding; struct { uint64_t guest, size, user, offset; } region[8]; } memory;
        char bytes[512];
    };
} __attribute__((packed));

struct descriptor { uint64_t address; uint32_t length; uint16_t flags, next; };
struct avail { _Atomic uint16_t flags; _Atomic uint16_t index; uint16_t ring[]; };
struct used { _Atomic uint16_t flags; _Atomic uint16_t index; struct { uint32_t id, length; } ring[]; };

struct queue {
    struct descriptor *descriptors;
    struct avail *avail;
    struct used *used;
    uint16_t size, next_avail, next_used;
    int kick, call, enabled;
};

static struct queue queues[2] = { { .kick = -1, .call = -1 }, { .kick = -1, .call = -1 } };
static int requests = -1;
static uint8_t *memory;
static uint64_t guest_base, user_base, memory_size;

static void die(const char *what)
{
    perror(what);
    exit(1);
}

static void *at(uint64_t address, uint64_t base, uint64_t length)
{
    if (memory == NULL || address < base || length > memory_size || address - base > memory_size - length) {
        fprintf(stderr, "address 0x%llx is outside the memory\n", (unsigned long long)address);
        exit(1);
    }
    return memory + (address - base);
}

// Whether the driver offers something. Kicks are wanted only where nothing was found.
static int has_work(struct queue *queue, int always_kicks)
{
    if (queue->next_avail != atomic_load_explicit(&queue->avail->index, memory_order_acquire))
        return 1;
    if (always_kicks)
        return 0;
    atomic_store(&queue->used->flags, 0);
    if (queue->next_avail == atomic_load(&queue->avail->index))
        return 0;
    atomic_store(&queue->used->flags, 1);
    return 1;
}

static void echo(void)
{
    struct queue *rx = &queues[RX], *tx = &queues[TX];
    if (!rx->enabled || !tx->enabled)
        return;
    int answered = 0;
    while (has_work(tx, 1) && has_work(rx, 0)) {
        uint16_t in = tx->avail->ring[tx->next_avail++ % tx->size] % tx->size;
        uint16_t out = rx->avail->ring[rx->next_avail++ % rx->size] % rx->size;
        struct descriptor from = tx->descriptors[in], to = rx->descriptors[out];
        uint32_t *source = at(from.address, guest_base, from.length);
        uint32_t *target = at(to.address, guest_base, to.length);
        if (from.length > to.length || from.length < HEADER_BYTES) {
            fprintf(stderr, "a message of %u bytes, a buffer of %u\n", from.length, to.length);
            exit(1);
        }
        memcpy(target, source, from.length);
        target[0] = source[1]; // who was meant answers
        target[1] = source[0];
        rx->used->ring[rx->next_used % rx->size].id = out;
        rx->used->ring[rx->next_used % rx->size].length = from.length;
        atomic_store_explicit(&rx->used->index, ++rx->next_used, memory_order_release);
        tx->used->ring[tx->next_used % tx->size].id = in;
        tx->used->ring[tx->next_used % tx->size].length = 0;
        atomic_store_explicit(&tx->used->index, ++tx->next_used, memory_order_release);
        answered = 1;
    }
    atomic_thread_fence(memory_order_seq_cst);
    uint64_t one = 1;
    if (answered && !(rx->avail->flags & 1) && write(rx->call, &one, sizeof one) < 0 && errno != EAGAIN)
        die("call");
}

static int receive(int socket, struct message *message, int descriptors[8])
{
    char control[CMSG_SPACE(8 * sizeof(int))];
    struct iovec part = { message, 12 };
    struct msghdr header = { .msg_iov = &part, .msg_iovlen = 1, .msg_control = control,
                             .msg_controllen = sizeof control };
    ssize_t length = recvmsg(socket, &header, MSG_WAITALL | MSG_CMSG_CLOEXEC);
    if (length == 0)
        return 0;
    if (length != 12 || message->size > sizeof message->bytes)
        die("recvmsg");
    struct cmsghdr *rights = CMSG_FIRSTHDR(&header);
    if (rights != NULL)
        memcpy(descriptors, CMSG_DATA(rights), rights->cmsg_len - CMSG_LEN(0));
    if (message->size > 0 && recv(socket, message->bytes, message->size, MSG_WAITALL) != (ssize_t)message->size)
        die("recv");
    return 1;
}

static void reply(int socket, struct message *message, uint64_t word, uint32_t size)
{
    message->flags = 1 | 4;
    message->size = size;
    message->word = word;
    if (send(socket, message, 12 + size, 0) != (ssize_t)(12 + size))
        die("send");
}

static void replace(int *old, int new)
{
    if (*old >= 0)
        close(*old);
    *old = new;
}

static void set_address(struct queue *queue, const struct message *message)
{
    queue->descriptors = at(message->address.descriptors, user_base, queue->size * 16u);
    queue->avail = at(message->address.avail, user_base, queue->size * 2u + 6);
    queue->used = at(message->address.used, user_base, queue->size * 8u + 6);
    queue->next_used = atomic_load(&queue->used->index);
    atomic_store(&queue->used->flags, queue == &queues[RX]); // nobody waits for room yet
}

static void map(const struct message *message, int descriptor)
{
    if (message->memory.count != 1) {
        fprintf(stderr, "%u memory regions; one is all that is handled here\n", message->memory.count);
        exit(1);
    }
    if (memory != NULL)
        munmap(memory, memory_size);
    guest_base = message->memory.region[0].guest;
    user_base = message->memory.region[0].user;
    memory_size = message->memory.region[0].size;
    memory = mmap(NULL, memory_size, PROT_READ | PROT_WRITE, MAP_SHARED, descriptor,
                  (off_t)message->memory.region[0].offset);
    if (memory == MAP_FAILED)
        die("mmap");
    close(descriptor);
}

static int handle(int socket)
{
    struct message message;
    int descriptors[8];
    if (!receive(socket, &message, descriptors))
        return 0;
    struct queue *queue = &queues[message.state.index & 1];
    switch (message.request) {
    case GET_FEATURES:
        reply(socket, &message, FEATURES, 8);
        return 1;
    case GET_PROTOCOL_FEATURES:
        reply(socket, &message, PROTOCOL_FEATURES, 8);
        return 1;
    case GET_VRING_BASE:
        queue->enabled = 0;
        reply(socket, &message, message.state.index | (uint64_t)queue->next_avail << 32, 8);
        return 1;
    case SET_MEM_TABLE:
        map(&message, descriptors[0]);
        break;
    case SET_VRING_NUM:
        queue->size = (uint16_t)message.state.number;
        break;
    case SET_VRING_BASE:
        queue->next_avail = (uint16_t)message.state.number;
        break;
    case SET_VRING_ADDR:
        set_address(queue, &message);
        break;
    case SET_VRING_KICK:
        replace(&queue->kick, descriptors[0]);
        break;
    case SET_VRING_CALL:
        replace(&queue->call, descriptors[0]);
        break;
    case SET_VRING_ENABLE:
        queue->enabled = (int)message.state.number;
        break;
    case SET_BACKEND_REQ_FD: // kept open: Linux takes its end for the back end's
        replace(&requests, descriptors[0]);
        break;
    case SET_FEATURES:
    case SET_OWNER:
    case SET_PROTOCOL_FEATURES:
        break;
    default:
        fprintf(stderr, "request %u is not handled here\n", message.request);
        exit(1);
    }
    if (message.flags & NEEDS_REPLY)
        reply(socket, &message, 0, 8);
    return 1;
}

static int serve(int socket)
{
    for (;;) {
        struct pollfd watched[3] = { { socket, POLLIN, 0 }, { queues[RX].kick, POLLIN, 0 },
                                     { queues[TX].kick, POLLIN, 0 } };
        uint64_t count;
        if (poll(watched, 3, -1) < 0)
            die("poll");
        for (int index = 0; index < 2; index++)
            if (watched[1 + index].revents != 0 && read(queues[index].kick, &count, sizeof count) < 0)
                die("kick");
        if (watched[0].revents != 0 && !handle(socket))
            return 0;
        echo();
    }
}

int main(int count, char **arguments)
{
    struct sockaddr_un address = { .sun_family = AF_UNIX };
    if (count != 2 || strlen(arguments[1]) >= sizeof address.sun_path) {
        fprintf(stderr, "usage: backend SOCKET\n");
        return 2;
    }
    strcpy(address.sun_path, arguments[1]);
    int listener = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    unlink(arguments[1]);
    if (listener < 0 || bind(listener, (struct sockaddr *)&address, sizeof address) < 0 || listen(listener, 1) < 0)
        die(arguments[1]);
    puts("listening");
    fflush(stdout);
    int client = accept4(listener, NULL, NULL, SOCK_CLOEXEC);
    return client < 0 ? 1 : serve(client);
}
