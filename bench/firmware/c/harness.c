/* SPDX-License-Identifier: BSD-3-Clause */

/* Plays the host's side in the same image, and polls the core. compare counts the instructions from each call of
   run_poll to its return; each call of run_phase is a phase of its own. CoreCost/Harness.cs does the same in C#. */

#include "machine.h"
#include "rpmsg.h"

#define ENTRIES 64u
#define ALIGNMENT 4096u
#define BUFFER_BYTES 512u
#define MESSAGES 128u
#define BUDGET 16
#define HOST_ADDRESS 0x500u
#define WORKSPACE 0x21580000u
#define TO_DRIVER 0u
#define TO_DEVICE 1u
#define UART_DATA (*(volatile uint32_t *)0x40004000)
#define UART_CONTROL (*(volatile uint32_t *)0x40004008)
#define UART_DIVIDER (*(volatile uint32_t *)0x40004010)
#define RESET_CONTROL (*(volatile uint32_t *)0xE000ED0C)

static struct rpmsg_engine engine;
static struct endpoint endpoints_memory[8];
static uint32_t echo_address;
static uint16_t offered[2];
static uint16_t reaped[2];
static uint32_t failures;

static uint32_t ring_at(uint32_t ring)
{
    return MACHINE_POOL_START + ring * 0x4000;
}

static uint32_t buffer_at(uint32_t ring, uint32_t slot)
{
    return MACHINE_POOL_START + 0x100000 + (ring * ENTRIES + slot) * BUFFER_BYTES;
}

static volatile uint16_t *avail_of(uint32_t ring)
{
    return (volatile uint16_t *)(ring_at(ring) + 16 * ENTRIES);
}

static volatile uint16_t *used_of(uint32_t ring)
{
    return (volatile uint16_t *)(ring_at(ring) + ALIGNMENT);
}

static void offer(uint32_t ring)
{
    volatile uint16_t *avail = avail_of(ring);
    uint32_t slot = offered[ring] % ENTRIES;

    avail[2 + slot] = (uint16_t)slot;
    avail[1] = ++offered[ring];
}

__attribute__((noinline)) static void lay_out(uint32_t ring)
{
    for (uint32_t slot = 0; slot < ENTRIES; slot++) {
        volatile struct virtq_desc *descriptor = (volatile struct virtq_desc *)ring_at(ring) + slot;
        descriptor->address = buffer_at(ring, slot);
        descriptor->length_bytes = BUFFER_BYTES;
        descriptor->flags = ring == TO_DRIVER ? VIRTQ_DESC_WRITE : 0;
        if (ring == TO_DRIVER)
            offer(ring);
    }
}

__attribute__((noinline)) static void send(uint32_t payload_bytes)
{
    uint32_t address = buffer_at(TO_DEVICE, offered[TO_DEVICE] % ENTRIES);
    struct rpmsg_header *header = (struct rpmsg_header *)address;

    header->source = HOST_ADDRESS;
    header->destination = echo_address;
    header->length_bytes = (uint16_t)payload_bytes;
    for (uint32_t i = 0; i < payload_bytes; i++)
        ((volatile uint8_t *)address)[RPMSG_HEADER_BYTES + i] = (uint8_t)(i + offered[TO_DEVICE]);
    offer(TO_DEVICE);
}

/* One echo must be there, and be the message that was sent. */
__attribute__((noinline)) static void reap(uint32_t payload_bytes)
{
    const volatile struct used_element *elements = (const volatile struct used_element *)(used_of(TO_DRIVER) + 2);
    uint32_t address = buffer_at(TO_DRIVER, elements[reaped[TO_DRIVER] % ENTRIES].head);
    const struct rpmsg_header *header = (const struct rpmsg_header *)address;

    failures += header->length_bytes != payload_bytes || header->destination != HOST_ADDRESS;
    for (uint32_t i = 0; i < payload_bytes; i++)
        failures += ((volatile uint8_t *)address)[RPMSG_HEADER_BYTES + i] != (uint8_t)(i + reaped[TO_DEVICE]);
    reaped[TO_DRIVER]++;
    reaped[TO_DEVICE]++;
    offer(TO_DRIVER);
}

static bool on_message(struct rpmsg_engine *link, intptr_t context, const struct rpmsg_delivery *delivery)
{
    (void)context;
    (void)rpmsg_try_send(link, delivery->destination, delivery->source, rpmsg_payload(delivery),
                         delivery->length_bytes);
    return false;
}

static void on_name_service(struct rpmsg_engine *link, const struct name_service_message *message)
{
    (void)link;
    (void)message;
}

static const struct rpmsg_handler handler = { on_message, on_name_service };

__attribute__((noinline)) static int run_poll(void)
{
    return rpmsg_poll(&engine, &handler, BUDGET);
}

__attribute__((noinline)) static void run_phase(uint32_t payload_bytes, uint32_t batch)
{
    for (uint32_t sent = 0; sent < MESSAGES; sent += batch) {
        for (uint32_t i = 0; i < batch; i++)
            send(payload_bytes);
        failures += run_poll() != (int)batch;
        for (uint32_t i = 0; i < batch; i++)
            reap(payload_bytes);
    }
    failures += reaped[TO_DRIVER] != used_of(TO_DRIVER)[1] || reaped[TO_DEVICE] != used_of(TO_DEVICE)[1];
}

__attribute__((noinline)) static bool set_up(void)
{
    struct rpmsg_layout layout = {
        .to_driver = { .ring_address = ring_at(TO_DRIVER), .notify_id = 0 },
        .to_device = { .ring_address = ring_at(TO_DEVICE), .notify_id = 1 },
        .used_length = USED_LENGTH_WHOLE_BUFFER,
    };
    static const char name[] = "rpmsg-openamp-demo-channel";
    struct endpoint_list endpoints;

    lay_out(TO_DRIVER);
    lay_out(TO_DEVICE);
    avail_of(TO_DEVICE)[0] = RING_SILENCE;
    endpoint_list_open(&endpoints, endpoints_memory, 8, 1024);
    if (!vring_layout_try_create(&layout.to_driver.ring, ENTRIES, ALIGNMENT)
        || !vring_layout_try_create(&layout.to_device.ring, ENTRIES, ALIGNMENT)
        || rpmsg_device_try_create(&engine, &layout, (void *)WORKSPACE, &endpoints, true) != SETUP_OK)
        return false;

    /* As the echo firmware does it: a service that comes, one that goes, and one at a fixed address. */
    if (!rpmsg_try_create_endpoint(&engine, 0, &echo_address)
        || rpmsg_try_announce(&engine, name, sizeof name - 1, echo_address, false) != SEND_SENT
        || !rpmsg_try_create_endpoint_at(&engine, 1, 0) || !rpmsg_try_destroy_endpoint(&engine, 1)
        || rpmsg_set_receive_notifications(&engine, true))
        return false;
    reaped[TO_DRIVER] = 1;
    offer(TO_DRIVER);
    return true;
}

__attribute__((noinline)) _Noreturn static void finish(bool passed)
{
    UART_DIVIDER = 16;
    UART_CONTROL = 1;
    for (const char *text = passed ? "passed\n" : "failed\n"; *text != 0; text++)
        UART_DATA = (uint8_t)*text;
    RESET_CONTROL = 0x05FA0004;
    for (;;) {
    }
}

int main(void)
{
    bool passed = set_up();

    for (uint32_t payload = 8; passed && payload <= 256; payload = payload == 8 ? 32 : payload * 8) {
        run_phase(payload, 1);
        run_phase(payload, 16);
    }
    finish(passed && failures == 0);
}
