/* SPDX-License-Identifier: BSD-3-Clause */

/* One whole side of a link in the device's role: RpmsgEngine over DeviceTransmitPort and DeviceReceivePort,
   RpmsgTransmitter, RpmsgReceiver, NameServiceMessage, RpmsgName, RpmsgDevice. */

#ifndef RPMSG_H
#define RPMSG_H

#include <stdbool.h>
#include <stdint.h>

#include "endpoint-list.h"
#include "virtqueue.h"

#define RPMSG_ADDRESS_NAME_SERVICE 0x35u
#define RPMSG_HEADER_BYTES 16u
#define RPMSG_MAX_PAYLOAD_BYTES 0xFFFFu
#define RPMSG_NAME_BYTES 32u
#define RPMSG_NAME_SERVICE_BYTES 40u

struct rpmsg_header {
    uint32_t source;
    uint32_t destination;
    uint32_t reserved;
    uint16_t length_bytes;
    uint16_t flags;
};

struct rpmsg_delivery {
    struct taken_buffer buffer;
    bool holds_buffer;
    uint16_t length_bytes;
    uint32_t source;
    uint32_t destination;
};

struct rpmsg_name {
    char bytes[RPMSG_NAME_BYTES];
};

struct name_service_message {
    struct rpmsg_name name;
    uint32_t address;
    bool is_destroy;
};

enum rpmsg_receive_result { RECEIVE_EMPTY, RECEIVE_MESSAGE, RECEIVE_REJECTED, RECEIVE_BROKEN };
enum rpmsg_send_result { SEND_SENT, SEND_NO_BUFFER, SEND_TOO_LONG, SEND_NO_DESTINATION, SEND_BROKEN };
enum rpmsg_setup_result {
    SETUP_OK,
    SETUP_BAD_RING_TO_DRIVER,
    SETUP_BAD_RING_TO_DEVICE,
    SETUP_EVENT_INDEX_RULED_OUT
};
enum used_length { USED_LENGTH_WHOLE_BUFFER, USED_LENGTH_MESSAGE };

struct rpmsg_direction {
    uint64_t ring_address;
    struct vring_layout ring;
    uint32_t notify_id;
};

struct rpmsg_layout {
    struct rpmsg_direction to_driver;
    struct rpmsg_direction to_device;
    bool event_index;
    enum used_length used_length;
};

struct transmit_port {
    struct device_queue queue;
    /* Heads of released buffers, a list through their slots' tags; each stands there plus 1, and 0 ends it. */
    uint32_t last_released;
    uint32_t released_count;
    uint32_t buffer_size_bytes;
    enum used_length used_length;
};

struct receive_port {
    struct device_queue queue;
    enum used_length used_length;
};

struct rpmsg_transmitter {
    struct transmit_port port;
    uint64_t message_count;
    uint64_t byte_count;
};

struct rpmsg_receiver {
    struct receive_port port;
    uint64_t message_count;
    uint64_t byte_count;
    uint32_t lengths_beyond_buffer;
};

struct rpmsg_engine;

/* The program: true from on_message keeps the buffer. */
struct rpmsg_handler {
    bool (*on_message)(struct rpmsg_engine *engine, intptr_t context, const struct rpmsg_delivery *delivery);
    void (*on_name_service)(struct rpmsg_engine *engine, const struct name_service_message *message);
};

struct rpmsg_engine {
    struct rpmsg_transmitter transmitter;
    struct rpmsg_receiver receiver;
    struct endpoint_list endpoints;
    bool name_service;
    uint32_t unknown_destinations;
    uint32_t bad_announcements;
};

enum rpmsg_setup_result rpmsg_device_try_create(struct rpmsg_engine *engine, const struct rpmsg_layout *layout,
                                                void *workspace, const struct endpoint_list *endpoints,
                                                bool name_service);
bool rpmsg_try_create_endpoint(struct rpmsg_engine *engine, intptr_t context, uint32_t *address);
bool rpmsg_try_create_endpoint_at(struct rpmsg_engine *engine, uint32_t address, intptr_t context);
bool rpmsg_try_destroy_endpoint(struct rpmsg_engine *engine, uint32_t address);
enum rpmsg_send_result rpmsg_try_announce(struct rpmsg_engine *engine, const char *name, uint32_t name_length,
                                          uint32_t address, bool is_destroy);
enum rpmsg_send_result rpmsg_try_send(struct rpmsg_engine *engine, uint32_t source, uint32_t destination,
                                      const void *payload, uint32_t length_bytes);
int rpmsg_poll(struct rpmsg_engine *engine, const struct rpmsg_handler *handler, int budget);
bool rpmsg_set_receive_notifications(struct rpmsg_engine *engine, bool wanted);

static inline const uint8_t *rpmsg_payload(const struct rpmsg_delivery *delivery)
{
    return delivery->buffer.start + RPMSG_HEADER_BYTES;
}

#endif
