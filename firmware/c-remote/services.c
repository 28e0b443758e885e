/* SPDX-License-Identifier: BSD-3-Clause */

/* What this remote does for its host. README.md describes the contracts. */

#include "platform.h"
#include "rpmsg.h"
#include "trace.h"

#define SHUTDOWN_MESSAGE 0xEF56A55Au
#define SAMPLE_MESSAGES 100

static unsigned samples_left;

static struct rpmsg_verdict echo(const uint32_t text[], uint32_t bytes)
{
    bool is_end = bytes >= 4 && text[0] == SHUTDOWN_MESSAGE;
    return (struct rpmsg_verdict){ .echo = !is_end, .close = is_end };
}

static struct rpmsg_verdict sample(const uint32_t text[], uint32_t bytes)
{
    (void)text;
    (void)bytes;
    samples_left--;
    return (struct rpmsg_verdict){ .echo = true, .close = samples_left == 0 };
}

static void undefined_instruction(void)
{
    trace_text("c-remote: executing an undefined instruction\n");
    platform_undefined_instruction();
}

static void bad_read(void)
{
    trace_text("c-remote: reading where nothing is\n");
    platform_bad_read();
}

static void lock_up(void)
{
    trace_text("c-remote: locking up\n");
    if (!platform_lock_up())
        trace_text("c-remote: this core cannot lock up\n");
}

static void hang(void)
{
    trace_text("c-remote: hanging with interrupts off\n");
    platform_stop();
}

static void reset(void)
{
    trace_text("c-remote: asking for a reset\n");
    platform_reset();
}

static bool is_command(const uint32_t text[], uint32_t bytes, const char *name)
{
    const char *said = (const char *)text;
    uint32_t i = 0;

    while (name[i] != 0 && i < bytes && said[i] == name[i])
        i++;
    /* A zero or a newline behind the word does no harm. */
    return name[i] == 0 && i < RPMSG_TEXT_BYTES && said[i] < ' ';
}

static struct rpmsg_verdict command(const uint32_t text[], uint32_t bytes)
{
    static const struct {
        const char *name;
        void (*action)(void);
    } commands[] = {
        { "undefined", undefined_instruction },
        { "badread", bad_read },
        { "lockup", lock_up },
        { "hang", hang },
        { "reset", reset },
    };

    for (unsigned i = 0; i < sizeof commands / sizeof commands[0]; i++)
        if (is_command(text, bytes, commands[i].name))
            return (struct rpmsg_verdict){ .echo = true, .then = commands[i].action };
    trace_text("c-remote: unknown command\n");
    return (struct rpmsg_verdict){ .echo = false };
}

struct rpmsg_endpoint rpmsg_endpoints[] = {
    { .name = "rpmsg-openamp-demo-channel", .address = 0x400, .decide = echo },
    { .name = "rpmsg-client-sample", .address = 0x401, .decide = sample },
    { .name = "c-remote-command", .address = 0x402, .decide = command },
};
const int rpmsg_endpoint_count = sizeof rpmsg_endpoints / sizeof rpmsg_endpoints[0];

void services_open(void)
{
    samples_left = SAMPLE_MESSAGES;
    for (int i = 0; i < rpmsg_endpoint_count; i++) {
        rpmsg_endpoints[i].is_open = true;
        rpmsg_endpoints[i].announcement = ANNOUNCE_CREATE;
    }
}
