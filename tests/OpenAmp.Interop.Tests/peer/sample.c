/* SPDX-License-Identifier: BSD-3-Clause */
/* The sample service: a hundred greetings, the last of them a farewell; then the echo side leaves first. */
#include "options.h"
#include "programs.h"

#include <string.h>

enum { GREETINGS = 100 };
static const char hello[] = "hello world!";
static const char goodbye[] = "goodbye!";

struct sample {
    unsigned messages; /* received */
};

static const char *greeting(unsigned number)
{
    return number + 1 < GREETINGS ? hello : goodbye;
}

/* The text, with or without its NUL: both are in use. */
static bool is_text(const struct message *m, const char *text)
{
    size_t n = strlen(text);
    return (m->len == n || (m->len == n + 1 && m->bytes[n] == 0)) && memcmp(m->bytes, text, n) == 0;
}

static void on_greeting(struct endpoint *e, const struct message *m)
{
    struct sample *s = e->state;
    if (s->messages >= GREETINGS)
        fail(EXIT_WRONG, "more than %d greetings", GREETINGS);
    STRICT(is_text(m, greeting(s->messages)), "greeting %u has %u bytes and is not \"%s\"", s->messages, m->len,
           greeting(s->messages));
    must_send(endpoint_send(e, m->src, m->bytes, m->len, true), m->len);
    s->messages++;
}

void run_sample_echo(struct link *l)
{
    struct sample s = {0};
    struct endpoint e = {.on_message = on_greeting, .state = &s};
    endpoint_open(&e, l, SERVICE_SAMPLE, ADDRESS_FIRST);
    while (s.messages < GREETINGS) {
        if (e.unbound)
            fail(EXIT_WRONG, "the peer destroyed its endpoint after %u greetings", s.messages);
        endpoint_poll(&e, "a greeting");
    }
    endpoint_close(&e);
}

static void on_echoed(struct endpoint *e, const struct message *m)
{
    struct sample *s = e->state;
    const char *text = greeting(s->messages);
    if (m->len != strlen(text) || memcmp(m->bytes, text, m->len) != 0)
        fail(EXIT_WRONG, "echo %u has %u bytes and is not \"%s\"", s->messages, m->len, text);
    s->messages++;
}

void run_sample_ping(struct link *l)
{
    struct sample s = {0};
    struct endpoint e = {.on_message = on_echoed, .state = &s};
    endpoint_open(&e, l, SERVICE_SAMPLE, ADDRESS_FIRST);
    await_peer(&e);
    for (unsigned i = 0; i < GREETINGS; i++) {
        const char *text = greeting(i);
        must_send(endpoint_send(&e, e.peer, text, (int)strlen(text), true), (int)strlen(text));
        while (s.messages <= i) {
            if (e.unbound)
                fail(EXIT_WRONG, "the peer destroyed its endpoint after %u echoes", s.messages);
            endpoint_poll(&e, "an echo");
        }
    }
    while (!e.unbound && (opt.strict || !l->closed))
        endpoint_poll(&e, "the end of the peer's endpoint");
    endpoint_close(&e);
}
