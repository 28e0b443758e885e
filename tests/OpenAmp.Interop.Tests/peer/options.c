/* SPDX-License-Identifier: BSD-3-Clause */
#define _GNU_SOURCE
#include "options.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

struct options opt;

static uint64_t deadline_at_ms;

_Noreturn void fail(int code, const char *format, ...)
{
    char text[512];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    fprintf(stderr, "openamp-c-peer: %s (%s, %s): %s\n", opt.command ? opt.command : "-",
            opt.role == ROLE_DRIVER ? "driver" : "device", opt.side == SIDE_SERVER ? "server" : "client", text);
    exit(code);
}

bool planted(const char *defect)
{
    return opt.plant != NULL && strcmp(opt.plant, defect) == 0;
}

uint64_t now_ms(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (uint64_t)t.tv_sec * 1000 + (uint64_t)t.tv_nsec / 1000000;
}

void sleep_ms(unsigned ms)
{
    struct timespec t = {.tv_sec = ms / 1000, .tv_nsec = (long)(ms % 1000) * 1000000};
    nanosleep(&t, NULL);
}

void deadline_start(unsigned seconds)
{
    deadline_at_ms = now_ms() + (uint64_t)seconds * 1000;
    /* For a loop that the peer keeps busy for ever: the signal ends the process whatever it does. */
    alarm(seconds + 2);
}

int deadline_left_ms(const char *waiting_for)
{
    uint64_t now = now_ms();
    if (now >= deadline_at_ms)
        fail(EXIT_DEADLINE, "deadline of %u s passed while waiting for %s", opt.timeout_s, waiting_for);
    uint64_t left = deadline_at_ms - now;
    return left > 1000000 ? 1000000 : (int)left;
}
