/* SPDX-License-Identifier: BSD-3-Clause */

/* A firmware in C over libopenamp.a: an echo, and an endpoint that obeys commands of one letter. */

#include "board.h"
#include "openamp.h"

#ifdef __ARM_PCS_VFP
#define FLOAT_ABI "hard"
#else
#define FLOAT_ABI "soft"
#endif

static openamp_remote remote;
static uint64_t workspace[(OPENAMP_WORKSPACE_BYTES(RING_ENTRIES, RING_ENTRIES, 4) + 7) / 8];
static openamp_endpoint echo, command, second;
static openamp_buffer kept;
static volatile float fraction = 1.5f;

static const openamp_window windows[] = {{POOL_ADDRESS, POOL_BYTES, (void *)POOL_ADDRESS}};

static void notify(void *context, uint32_t notify_id)
{
    (void)context;
    board_ring((uint8_t)(notify_id & 0x7f));
}

static void wait(void *context)
{
    (void)context;
    board_wait();
}

static const openamp_config config = {
    .abi = OPENAMP_ABI,
    .vdev = (void *)board_vdev,
    .workspace = workspace,
    .workspace_bytes = sizeof(workspace),
    .endpoint_count = 4,
    .window_count = 1,
    .windows = windows,
    .notify = notify,
    .wait = wait,
};

/* A function at an odd halfword, as C has them and compiled C# has not. */
openamp_on_message on_echo_entry;
__asm(".section .text.on_echo_entry, \"ax\", %progbits\n"
      ".syntax unified\n"
      ".thumb\n"
      ".balign 4\n"
      "    nop\n"
      ".global on_echo_entry\n"
      ".thumb_func\n"
      "on_echo_entry:\n"
      "    b.w on_echo\n"
      ".text\n");

__attribute__((used)) static int32_t on_echo(void *context, openamp_endpoint *endpoint, const openamp_message *message)
{
    if (context != &echo || endpoint->address != message->destination)
        openamp_panic(5);
    (void)openamp_endpoint_send(endpoint, message->source, message->payload, message->length_bytes);
    return OPENAMP_DONE;
}

static int32_t on_second(void *context, openamp_endpoint *endpoint, const openamp_message *message)
{
    openamp_buffer buffer;
    uint8_t *text;
    const uint8_t *payload = message->payload;
    (void)context;
    if (openamp_remote_rent(&remote, &buffer) != OPENAMP_OK)
        return OPENAMP_DONE;
    /* In place, backwards. */
    text = openamp_buffer_payload(&buffer);
    for (uint32_t i = 0; i < message->length_bytes && i < openamp_buffer_capacity(&buffer); i++)
        text[i] = payload[message->length_bytes - 1 - i];
    (void)openamp_endpoint_send_rented(endpoint, message->source, &buffer, message->length_bytes);
    return OPENAMP_DONE;
}

static void say(const openamp_message *message, const void *bytes, size_t length)
{
    (void)openamp_endpoint_send(&command, message->source, bytes, length);
}

static int32_t result_of_errors(void)
{
    static uint8_t longer[600];
    openamp_buffer none = {0};
    openamp_endpoint other;
    if (openamp_endpoint_trysend(&command, OPENAMP_ADDRESS_ANY, longer, 1) != OPENAMP_ERROR_ARGUMENT)
        return 1;
    if (openamp_endpoint_trysend(&command, 1, longer, sizeof(longer)) != OPENAMP_ERROR_TOO_LONG)
        return 2;
    if (openamp_remote_return(&remote, &none) != OPENAMP_ERROR_ARGUMENT)
        return 3;
    if (openamp_remote_release(&remote, &none) != OPENAMP_ERROR_ARGUMENT)
        return 4;
    if (openamp_endpoint_create(&remote, &other, command.address, on_second, 0) != OPENAMP_ERROR_ADDRESS_TAKEN)
        return 5;
    if (openamp_endpoint_create(&remote, &other, 0x35, on_second, 0) != OPENAMP_ERROR_ADDRESS_TAKEN)
        return 6;
    if (openamp_endpoint_create(&remote, &other, 7, 0, 0) != OPENAMP_ERROR_ARGUMENT)
        return 7;
    if (openamp_endpoint_announce(&command, "a name of more than thirty-one b") != OPENAMP_ERROR_TOO_LONG)
        return 8;
    if (openamp_remote_poll(&remote, 1) != OPENAMP_ERROR_BUSY || openamp_remote_open(&remote) != OPENAMP_ERROR_BUSY)
        return 9;
    return 0;
}

static int32_t on_command(void *context, openamp_endpoint *endpoint, const openamp_message *message)
{
    openamp_faults faults;
    int32_t result = 0;
    (void)context;
    (void)endpoint;
    switch (*(const char *)message->payload) {
    case 'a': /* which ABI; the fraction makes the compiler pass floating point */
        fraction = fraction * 2.0f;
        say(message, FLOAT_ABI, 4);
        break;
    case 'f':
        openamp_remote_get_faults(&remote, &faults);
        say(message, &faults, sizeof(faults));
        break;
    case 'e':
        result = result_of_errors();
        say(message, &result, sizeof(result));
        break;
    case 'd': /* takes the second endpoint away */
        result = openamp_endpoint_withdraw(&second, "c-library-reverse");
        if (result == OPENAMP_OK)
            result = openamp_endpoint_destroy(&second);
        say(message, &result, sizeof(result));
        break;
    case 'k': /* keeps the message's buffer */
        kept = message->buffer;
        say(message, "k", 1);
        return OPENAMP_KEEP;
    case 'r': /* gives it back, once more than it can */
        result = openamp_remote_release(&remote, &kept);
        if (result == OPENAMP_OK && openamp_remote_release(&remote, &kept) == OPENAMP_OK)
            result = 1;
        say(message, &result, sizeof(result));
        break;
    default:
        say(message, "?", 1);
        break;
    }
    return OPENAMP_DONE;
}

static void offer(openamp_endpoint *endpoint, uint32_t address, openamp_on_message *on_message, const char *name)
{
    if (openamp_endpoint_create(&remote, endpoint, address, on_message, endpoint) != OPENAMP_OK
        || openamp_endpoint_announce(endpoint, name) != OPENAMP_OK)
        openamp_panic(5);
}

static void serve(void)
{
    offer(&echo, OPENAMP_ADDRESS_ANY, on_echo_entry, "rpmsg-openamp-demo-channel");
    offer(&second, OPENAMP_ADDRESS_ANY, on_second, "c-library-reverse");
    offer(&command, 17, on_command, "c-library-command");
    for (;;) {
        int32_t taken = openamp_remote_poll(&remote, 8);
        if (taken < 0)
            return;
        if (taken > 0)
            continue;
        board_mask();
        if (openamp_remote_listen(&remote, 1) == 0 && openamp_remote_is_driven(&remote))
            board_sleep();
        board_unmask();
        (void)openamp_remote_listen(&remote, 0);
    }
}

int main(void)
{
    openamp_config wrong = config;
    board_start();
    wrong.abi++;
    if (openamp_remote_init(&remote, &wrong) != OPENAMP_ERROR_VERSION
        || openamp_remote_init(&remote, &config) != OPENAMP_OK)
        openamp_panic(5);
    for (;;) {
        while (!openamp_remote_is_driven(&remote))
            board_wait();
        if (openamp_remote_open(&remote) == OPENAMP_OK)
            serve();
        if (openamp_remote_is_driven(&remote))
            openamp_remote_request_reset(&remote);
        while (openamp_remote_is_driven(&remote))
            board_wait();
    }
}
