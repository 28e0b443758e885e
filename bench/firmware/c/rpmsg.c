/* SPDX-License-Identifier: BSD-3-Clause */

#include "rpmsg.h"

#include "platform.h"

#define PREFETCH_DISTANCE 4

/* --- The ring for sending --- */

static bool rent(struct transmit_port *port, struct taken_buffer *buffer)
{
    /* A driver that offers only nonsense gets this many looks, not for ever. */
    for (uint32_t i = port->queue.avail.entry_count; i > 0; i--) {
        enum queue_result result = QUEUE_TAKEN;
        if (port->last_released != 0) {
            buffer->head = (uint16_t)(port->last_released - 1);
            port->last_released = device_queue_get_tag(&port->queue, buffer->head);
            port->released_count--;
        } else {
            result = device_queue_try_take(&port->queue, &buffer->head);
        }
        if (result == QUEUE_TAKEN) {
            if (device_queue_try_open(&port->queue, VIRTQ_DESC_WRITE, RPMSG_HEADER_BYTES + 1, buffer)) {
                port->buffer_size_bytes = buffer->length_bytes;
                return true;
            }
        } else if (result != QUEUE_REJECTED) {
            break;
        }
    }
    return false;
}

static void release(struct transmit_port *port, const struct taken_buffer *buffer)
{
    device_queue_set_tag(&port->queue, buffer->head, port->last_released);
    port->last_released = buffer->head + 1u;
    port->released_count++;
}

static void queue_buffer(struct transmit_port *port, const struct taken_buffer *buffer, uint32_t message_bytes)
{
    uint32_t used = port->used_length == USED_LENGTH_WHOLE_BUFFER ? buffer->length_bytes : message_bytes;
    (void)device_queue_push(&port->queue, buffer->head, used);
}

static void send_buffer(struct rpmsg_transmitter *transmitter, const struct taken_buffer *buffer, uint32_t source,
                        uint32_t destination, uint16_t length_bytes)
{
    struct rpmsg_header *header = (struct rpmsg_header *)buffer->start;

    header->source = source;
    header->destination = destination;
    header->reserved = 0;
    header->length_bytes = length_bytes;
    header->flags = 0;
    platform_clean(buffer->start, RPMSG_HEADER_BYTES + length_bytes);
    queue_buffer(&transmitter->port, buffer, RPMSG_HEADER_BYTES + length_bytes);
    if (MACHINE_COUNTS_TRAFFIC) {
        transmitter->message_count++;
        transmitter->byte_count += length_bytes;
    }
}

static uint32_t payload_capacity(const struct taken_buffer *buffer)
{
    uint32_t room = buffer->length_bytes - RPMSG_HEADER_BYTES;
    return room < RPMSG_MAX_PAYLOAD_BYTES ? room : RPMSG_MAX_PAYLOAD_BYTES;
}

static enum rpmsg_send_result queue_message(struct rpmsg_transmitter *transmitter, uint32_t source,
                                            uint32_t destination, const void *payload, uint32_t length_bytes)
{
    struct taken_buffer buffer;

    if (destination == RPMSG_ADDRESS_ANY)
        return SEND_NO_DESTINATION;
    if (!rent(&transmitter->port, &buffer))
        return transmitter->port.queue.avail.is_broken ? SEND_BROKEN : SEND_NO_BUFFER;
    if (length_bytes > payload_capacity(&buffer)) {
        release(&transmitter->port, &buffer);
        return SEND_TOO_LONG;
    }
    platform_copy_to_shared(buffer.start + RPMSG_HEADER_BYTES, payload, length_bytes);
    send_buffer(transmitter, &buffer, source, destination, (uint16_t)length_bytes);
    return SEND_SENT;
}

enum rpmsg_send_result rpmsg_try_send(struct rpmsg_engine *engine, uint32_t source, uint32_t destination,
                                      const void *payload, uint32_t length_bytes)
{
    enum rpmsg_send_result result
        = queue_message(&engine->transmitter, source, destination, payload, length_bytes);

    if (result == SEND_SENT)
        device_queue_flush(&engine->transmitter.port.queue);
    return result;
}

/* --- The ring for receiving --- */

static enum queue_result take_received(struct receive_port *port, struct taken_buffer *buffer)
{
    enum queue_result result;

    device_queue_prefetch(&port->queue, PREFETCH_DISTANCE);
    result = device_queue_try_take(&port->queue, &buffer->head);
    if (result == QUEUE_TAKEN)
        (void)device_queue_try_open(&port->queue, 0, RPMSG_HEADER_BYTES, buffer);
    return result;
}

static bool give_back(struct receive_port *port, const struct taken_buffer *buffer)
{
    uint32_t used = port->used_length == USED_LENGTH_WHOLE_BUFFER ? buffer->length_bytes : 0;
    return device_queue_push(&port->queue, buffer->head, used);
}

static enum rpmsg_receive_result receive(struct rpmsg_receiver *receiver, struct rpmsg_delivery *delivery)
{
    const volatile struct rpmsg_header *header;

    enum queue_result taken;

    delivery->holds_buffer = false;
    delivery->length_bytes = 0;
    taken = take_received(&receiver->port, &delivery->buffer);
    if (taken != QUEUE_TAKEN)
        return (enum rpmsg_receive_result)taken; /* The two say the same by the same numbers. */

    delivery->holds_buffer = true;
    if (delivery->buffer.start == NULL)
        return RECEIVE_REJECTED;

    /* Copied once; only the copies are looked at. */
    platform_invalidate(delivery->buffer.start, delivery->buffer.length_bytes);
    header = (const volatile struct rpmsg_header *)delivery->buffer.start;
    delivery->source = header->source;
    delivery->destination = header->destination;
    delivery->length_bytes = header->length_bytes;
    if (delivery->length_bytes > delivery->buffer.length_bytes - RPMSG_HEADER_BYTES) {
        receiver->lengths_beyond_buffer++;
        return RECEIVE_REJECTED;
    }
    if (MACHINE_COUNTS_TRAFFIC) {
        receiver->message_count++;
        receiver->byte_count += delivery->length_bytes;
    }
    return RECEIVE_MESSAGE;
}

/* --- Names --- */

static bool read_announcement(const uint8_t *payload, uint32_t length_bytes, struct name_service_message *message)
{
    uint32_t flags, used = 0;

    if (length_bytes != RPMSG_NAME_SERVICE_BYTES)
        return false;
    for (uint32_t i = 0; i < RPMSG_NAME_BYTES; i++)
        message->name.bytes[i] = (char)((const volatile uint8_t *)payload)[i];
    message->address = *(const volatile uint32_t *)(payload + 32);
    flags = *(const volatile uint32_t *)(payload + 36);
    message->is_destroy = (flags & 1) != 0;
    while (used < RPMSG_NAME_BYTES && message->name.bytes[used] != 0)
        used++;
    /* Whatever followed the first zero on the wire is gone. */
    for (uint32_t i = used; i < RPMSG_NAME_BYTES; i++)
        message->name.bytes[i] = 0;
    return used > 0 && used < RPMSG_NAME_BYTES && message->address != RPMSG_ADDRESS_ANY;
}

static void write_announcement(uint8_t *payload, const char *name, uint32_t name_length, uint32_t address,
                               bool is_destroy)
{
    uint32_t used = 0;

    while (used < name_length && name[used] != 0)
        used++;
    for (uint32_t i = 0; i < RPMSG_NAME_BYTES; i++)
        payload[i] = i < used ? (uint8_t)name[i] : 0;
    *(uint32_t *)(payload + 32) = address;
    *(uint32_t *)(payload + 36) = is_destroy;
}

enum rpmsg_send_result rpmsg_try_announce(struct rpmsg_engine *engine, const char *name, uint32_t name_length,
                                          uint32_t address, bool is_destroy)
{
    struct rpmsg_transmitter *transmitter = &engine->transmitter;
    struct taken_buffer buffer;

    if (!engine->name_service)
        return SEND_NO_DESTINATION;
    if (!rent(&transmitter->port, &buffer))
        return transmitter->port.queue.avail.is_broken ? SEND_BROKEN : SEND_NO_BUFFER;
    if (name_length >= RPMSG_NAME_BYTES || payload_capacity(&buffer) < RPMSG_NAME_SERVICE_BYTES) {
        release(&transmitter->port, &buffer);
        return SEND_TOO_LONG;
    }
    write_announcement(buffer.start + RPMSG_HEADER_BYTES, name, name_length, address, is_destroy);
    send_buffer(transmitter, &buffer, address, RPMSG_ADDRESS_NAME_SERVICE, RPMSG_NAME_SERVICE_BYTES);
    device_queue_flush(&transmitter->port.queue);
    return SEND_SENT;
}

/* --- The engine --- */

bool rpmsg_try_create_endpoint(struct rpmsg_engine *engine, intptr_t context, uint32_t *address)
{
    bool created = endpoint_list_try_allocate(&engine->endpoints, context, address);

    if (created && engine->name_service && *address == RPMSG_ADDRESS_NAME_SERVICE) {
        (void)endpoint_list_try_remove(&engine->endpoints, *address);
        created = endpoint_list_try_allocate(&engine->endpoints, context, address);
    }
    return created;
}

bool rpmsg_try_create_endpoint_at(struct rpmsg_engine *engine, uint32_t address, intptr_t context)
{
    return !(engine->name_service && address == RPMSG_ADDRESS_NAME_SERVICE)
        && endpoint_list_try_add(&engine->endpoints, address, context);
}

bool rpmsg_try_destroy_endpoint(struct rpmsg_engine *engine, uint32_t address)
{
    return endpoint_list_try_remove(&engine->endpoints, address);
}

static bool dispatch(struct rpmsg_engine *engine, const struct rpmsg_handler *handler,
                     const struct rpmsg_delivery *delivery)
{
    intptr_t context;

    if (engine->name_service && delivery->destination == RPMSG_ADDRESS_NAME_SERVICE) {
        struct name_service_message message;
        if (!MACHINE_HEARS_NAME_SERVICE)
            return false;
        if (read_announcement(rpmsg_payload(delivery), delivery->length_bytes, &message))
            handler->on_name_service(engine, &message);
        else
            engine->bad_announcements++;
        return false;
    }
    if (endpoint_list_try_find(&engine->endpoints, delivery->destination, &context))
        return handler->on_message(engine, context, delivery);
    engine->unknown_destinations++;
    return false;
}

int rpmsg_poll(struct rpmsg_engine *engine, const struct rpmsg_handler *handler, int budget)
{
    int taken = 0;

    for (; taken < budget; taken++) {
        struct rpmsg_delivery delivery;
        enum rpmsg_receive_result result = receive(&engine->receiver, &delivery);
        bool is_kept;

        if (result == RECEIVE_EMPTY || result == RECEIVE_BROKEN)
            break;
        is_kept = result == RECEIVE_MESSAGE && dispatch(engine, handler, &delivery);
        if (delivery.holds_buffer && !is_kept)
            (void)give_back(&engine->receiver.port, &delivery.buffer);
    }
    device_queue_flush(&engine->receiver.port.queue);
    return taken;
}

bool rpmsg_set_receive_notifications(struct rpmsg_engine *engine, bool wanted)
{
    return device_queue_set_notifications(&engine->receiver.port.queue, wanted);
}

enum rpmsg_setup_result rpmsg_device_try_create(struct rpmsg_engine *engine, const struct rpmsg_layout *layout,
                                                void *workspace, const struct endpoint_list *endpoints,
                                                bool name_service)
{
    struct vring_memory outward, inward;
    uint32_t outward_entries = layout->to_driver.ring.entry_count;
    struct device_slot *slots = workspace;

    if (MACHINE_HAS_PLAIN_RINGS && layout->event_index)
        return SETUP_EVENT_INDEX_RULED_OUT;
    if (!vring_memory_try_map(&outward, layout->to_driver.ring_address, &layout->to_driver.ring))
        return SETUP_BAD_RING_TO_DRIVER;
    if (!vring_memory_try_map(&inward, layout->to_device.ring_address, &layout->to_device.ring))
        return SETUP_BAD_RING_TO_DEVICE;

    *engine = (struct rpmsg_engine){ .endpoints = *endpoints, .name_service = name_service };
    engine->transmitter.port.used_length = layout->used_length;
    device_queue_open(&engine->transmitter.port.queue, &outward, slots, layout->event_index,
                      layout->to_driver.notify_id);
    (void)device_queue_set_notifications(&engine->transmitter.port.queue, false);
    engine->receiver.port.used_length = layout->used_length;
    device_queue_open(&engine->receiver.port.queue, &inward, slots + outward_entries, layout->event_index,
                      layout->to_device.notify_id);
    return SETUP_OK;
}
