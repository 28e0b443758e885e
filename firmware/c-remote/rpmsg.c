/* SPDX-License-Identifier: BSD-3-Clause */

#include "rpmsg.h"

#include "memory.h"
#include "resource-table.h"
#include "trace.h"
#include "vring.h"

#define NAME_SERVICE_ADDRESS 0x35u
#define NAME_BYTES 32
#define MESSAGES_PER_POLL 32
#define COMPLAINTS 8

struct header {
    uint32_t source;
    uint32_t destination;
    uint32_t reserved;
    uint16_t bytes;
    uint16_t flags;
};

struct name_service_message {
    uint32_t name[NAME_BYTES / 4];
    uint32_t address;
    uint32_t flags; /* 1: destroyed */
};

static struct vring to_driver, from_driver;

/* An answer must not fail once its question is taken, so there is a buffer for it before. */
static struct buffer reply;
static bool has_reply;
static bool asked_for_doorbell;
static unsigned complaints_left;

static void complain(const char *text)
{
    if (complaints_left == 0)
        return;
    complaints_left--;
    trace_text(text);
}

bool rpmsg_open(void)
{
    has_reply = false;
    asked_for_doorbell = false;
    complaints_left = COMPLAINTS;
    if (!vring_open(&to_driver, &openamp_resource_table.vrings[0])
        || !vring_open(&from_driver, &openamp_resource_table.vrings[1]))
        return false;

    /* Buffers come back with every message we send, so nobody needs to tell us. */
    vring_want_doorbell(&to_driver, false);
    vring_want_doorbell(&from_driver, true);
    services_open();
    return true;
}

static bool take_reply(void)
{
    enum taken taken;

    if (has_reply)
        return true;
    taken = vring_take(&to_driver, TO_DRIVER, &reply);
    if (taken == REFUSED)
        complain("c-remote: refused a buffer to the driver\n");
    has_reply = taken == TAKEN;
    return has_reply;
}

/* Out of buffers: now a doorbell is needed. True when one came while we asked. */
static bool wait_for_reply(void)
{
    if (!asked_for_doorbell)
        vring_want_doorbell(&to_driver, true);
    asked_for_doorbell = true;
    return vring_has_available(&to_driver);
}

static void send_reply(uint32_t source, uint32_t destination, uint16_t bytes)
{
    volatile struct header *header = (volatile struct header *)reply.start;

    header->source = source;
    header->destination = destination;
    header->reserved = 0;
    header->bytes = bytes;
    header->flags = 0;
#ifdef USED_LENGTH_IS_MESSAGE
    vring_return(&to_driver, reply.id, sizeof(struct header) + bytes);
#else
    vring_return(&to_driver, reply.id, reply.bytes);
#endif
    has_reply = false;
    if (asked_for_doorbell)
        vring_want_doorbell(&to_driver, false);
    asked_for_doorbell = false;
}

static bool fits_reply(uint32_t bytes)
{
    if (reply.bytes >= sizeof(struct header) + bytes)
        return true;
    complain("c-remote: a buffer to the driver is too small for its message\n");
    return false;
}

static void announce(struct rpmsg_endpoint *endpoint)
{
    struct name_service_message message = { .address = endpoint->address };
    char *name = (char *)message.name;

    message.flags = endpoint->announcement == ANNOUNCE_DESTROY;
    endpoint->announcement = ANNOUNCE_NOTHING;
    for (int i = 0; i < NAME_BYTES - 1 && endpoint->name[i] != 0; i++)
        name[i] = endpoint->name[i];
    if (!fits_reply(sizeof message))
        return;
    memory_copy(reply.start + sizeof(struct header), &message, sizeof message);
    send_reply(endpoint->address, NAME_SERVICE_ADDRESS, sizeof message);
    trace_text(message.flags ? "c-remote: destroyed " : "c-remote: announced ");
    trace_text(endpoint->name);
    trace_text("\n");
}

/* False when there is no buffer for one that waits. */
static bool announce_all(void)
{
    for (int i = 0; i < rpmsg_endpoint_count; i++) {
        struct rpmsg_endpoint *endpoint = &rpmsg_endpoints[i];
        if (endpoint->announcement == ANNOUNCE_NOTHING)
            continue;
        if ((openamp_resource_table.accepted & FEATURE_NAME_SERVICE) == 0)
            endpoint->announcement = ANNOUNCE_NOTHING;
        else if (take_reply())
            announce(endpoint);
        else
            return false;
    }
    return true;
}

static struct rpmsg_endpoint *find(uint32_t address)
{
    for (int i = 0; i < rpmsg_endpoint_count; i++)
        if (rpmsg_endpoints[i].is_open && rpmsg_endpoints[i].address == address)
            return &rpmsg_endpoints[i];
    return 0;
}

static void publish(void)
{
    vring_publish(&to_driver);
    vring_publish(&from_driver);
}

static void give_back(const struct buffer *buffer)
{
#ifdef USED_LENGTH_IS_MESSAGE
    vring_return(&from_driver, buffer->id, 0);
#else
    vring_return(&from_driver, buffer->id, buffer->bytes);
#endif
}

/* The buffer, its header copied once and found to make sense, and the endpoint it goes to. */
static void deliver(const struct buffer *buffer, const struct header *header, struct rpmsg_endpoint *endpoint)
{
    const volatile uint8_t *payload = buffer->start + sizeof(struct header);
    uint32_t text[RPMSG_TEXT_BYTES / 4] = { 0 };
    struct rpmsg_verdict verdict;

    memory_copy(text, payload, header->bytes < RPMSG_TEXT_BYTES ? header->bytes : RPMSG_TEXT_BYTES);
    verdict = endpoint->decide(text, header->bytes);
    if (verdict.echo && fits_reply(header->bytes)) {
        memory_copy(reply.start + sizeof(struct header), payload, header->bytes);
        send_reply(endpoint->address, header->source, header->bytes);
    }
    if (verdict.close) {
        endpoint->is_open = false;
        endpoint->announcement = ANNOUNCE_DESTROY;
    }
    give_back(buffer);
    if (verdict.then != 0) {
        /* It may not return, and after a reset the message must not be met again. */
        publish();
        verdict.then();
    }
}

static void receive(const struct buffer *buffer)
{
    const volatile struct header *shared = (const volatile struct header *)buffer->start;
    struct header header;
    struct rpmsg_endpoint *endpoint;

    if (buffer->bytes < sizeof header) {
        complain("c-remote: a buffer from the driver has no room for a header\n");
        give_back(buffer);
        return;
    }
    header.source = shared->source;
    header.destination = shared->destination;
    header.bytes = shared->bytes;
    endpoint = find(header.destination);
    if (header.bytes > buffer->bytes - sizeof header)
        complain("c-remote: a message claims to be longer than its buffer\n");
    else if (endpoint != 0) {
        deliver(buffer, &header, endpoint);
        return;
    }
    give_back(buffer);
}

/* One message, or nonsense. The caller has seen that there is something, and has a buffer for the answer. */
static void receive_next(void)
{
    struct buffer buffer;

    switch (vring_take(&from_driver, FROM_DRIVER, &buffer)) {
    case TAKEN:
        receive(&buffer);
        break;
    case REFUSED:
        complain("c-remote: refused a buffer from the driver\n");
        break;
    case NOTHING:
        break;
    }
}

bool rpmsg_poll(void)
{
    bool more = true;

    for (int i = 0; i < MESSAGES_PER_POLL && more; i++) {
        /* One look for both decisions: a message that came between two looks would find no buffer for its answer. */
        bool has_message = vring_has_available(&from_driver);

        if (!announce_all() || (has_message && !take_reply()))
            more = wait_for_reply();
        else if (has_message)
            receive_next();
        else
            more = false;
    }
    publish();
    return more;
}
