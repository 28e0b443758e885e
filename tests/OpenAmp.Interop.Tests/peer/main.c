/* SPDX-License-Identifier: BSD-3-Clause */
/* openamp-c-peer: one side of the two-process platform, written from the wire's description alone. */
#include "options.h"
#include "programs.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const struct program {
    const char *command;
    void (*run)(struct link *l);
    bool echo_side; /* device and server unless told otherwise; else driver and client */
} programs[] = {
    {"echo", run_echo, true},
    {"nocopy-echo", run_nocopy_echo, true},
    {"sample-echo", run_sample_echo, true},
    {"matrix-server", run_matrix_server, true},
    {"ping", run_ping, false},
    {"flood", run_flood, false},
    {"nocopy-ping", run_nocopy_ping, false},
    {"sample-ping", run_sample_ping, false},
    {"matrix-client", run_matrix_client, false},
};

static const char *const defects[] = {
    "used-len-zero", "used-len-message", "used-id", "used-jump", "avail-id", "avail-jump", "desc-len", "hdr-len",
    "table",         "status",           "gfeatures", "kick",    "ns-name",  "ns-src",     "ns-len",   "leave",
};

static const char usage[] =
    "usage: openamp-c-peer COMMAND\n"
    "  COMMAND: echo ping flood nocopy-echo nocopy-ping sample-echo sample-ping matrix-server matrix-client\n"
    "  [--role driver|device] [--socket server|client] [--shm NAME] [--socket-path PATH] [--timeout SECONDS]\n"
    "  [--count MESSAGES_PER_SIZE] [--bind-late] [--shutdown] [--strict] [--verbose] [--plant DEFECT]\n"
    "echo, nocopy-echo, sample-echo, matrix-server: device and server by default; the others: driver and client\n"
    "DEFECT:";

static _Noreturn void usage_error(const char *what, const char *value)
{
    fprintf(stderr, "openamp-c-peer: %s '%s'; --help lists what there is\n", what, value);
    exit(EXIT_USAGE);
}

static int choose(const char *option, const char *value, const char *first, const char *second)
{
    if (strcmp(value, first) == 0)
        return 0;
    if (strcmp(value, second) != 0)
        usage_error(option, value);
    return 1;
}

static unsigned number(const char *option, const char *value)
{
    char *end;
    unsigned long n = strtoul(value, &end, 10);
    if (*value < '0' || *value > '9' || *end != 0 || n == 0 || n > 1000000)
        usage_error(option, value);
    return (unsigned)n;
}

static const char *defect(const char *name)
{
    for (size_t i = 0; i < sizeof defects / sizeof *defects; i++)
        if (strcmp(name, defects[i]) == 0)
            return name;
    usage_error("no such defect:", name);
}

static bool read_flag(const char *option)
{
    if (strcmp(option, "--strict") == 0)
        return opt.strict = true;
    if (strcmp(option, "--bind-late") == 0)
        return opt.bind_late = true;
    if (strcmp(option, "--shutdown") == 0)
        return opt.shutdown = true;
    if (strcmp(option, "--verbose") == 0)
        return opt.verbose = true;
    return false;
}

static void read_option(const char *option, const char *value)
{
    if (strcmp(option, "--role") == 0)
        opt.role = choose("--role is driver or device, not", value, "driver", "device") ? ROLE_DEVICE : ROLE_DRIVER;
    else if (strcmp(option, "--socket") == 0)
        opt.side = choose("--socket is server or client, not", value, "server", "client") ? SIDE_CLIENT : SIDE_SERVER;
    else if (strcmp(option, "--shm") == 0)
        opt.shm_name = value;
    else if (strcmp(option, "--socket-path") == 0)
        opt.socket_path = value;
    else if (strcmp(option, "--timeout") == 0)
        opt.timeout_s = number("--timeout takes 1 to 1000000 seconds, not", value);
    else if (strcmp(option, "--count") == 0)
        opt.count = number("--count takes 1 to 1000000 messages, not", value);
    else if (strcmp(option, "--plant") == 0)
        opt.plant = defect(value);
    else
        usage_error("no such option:", option);
}

static const struct program *read_arguments(int argc, char **argv)
{
    const struct program *p = NULL;
    if (argc < 2 || strcmp(argv[1], "--help") == 0) {
        FILE *to = argc < 2 ? stderr : stdout;
        fputs(usage, to);
        for (size_t i = 0; i < sizeof defects / sizeof *defects; i++)
            fprintf(to, " %s", defects[i]);
        fputc('\n', to);
        exit(argc < 2 ? EXIT_USAGE : 0);
    }
    for (size_t i = 0; i < sizeof programs / sizeof *programs; i++)
        if (strcmp(argv[1], programs[i].command) == 0)
            p = &programs[i];
    if (p == NULL)
        usage_error("no such command:", argv[1]);
    opt = (struct options){
        .command = p->command,
        .role = p->echo_side ? ROLE_DEVICE : ROLE_DRIVER,
        .side = p->echo_side ? SIDE_SERVER : SIDE_CLIENT,
        .shm_name = "openamp.shm",
        .socket_path = "/tmp/openamp.event.0",
        .timeout_s = 60,
        .count = 1,
    };
    for (int i = 2; i < argc; i++) {
        if (read_flag(argv[i]))
            continue;
        if (i + 1 == argc)
            usage_error("no value, or no such option:", argv[i]);
        read_option(argv[i], argv[i + 1]);
        i++;
    }
    return p;
}

int main(int argc, char **argv)
{
    static struct link link;
    const struct program *p = read_arguments(argc, argv);
    deadline_start(opt.timeout_s);
    link_open(&link);
    if (!planted("leave"))
        p->run(&link);
    close(link.fd);
    if (opt.verbose)
        printf("openamp-c-peer: %s: %lu messages sent, %lu received; %lu kicks sent, %lu received\n", p->command,
               link.count.sent, link.count.received, link.count.kicks_out, link.count.kicks_in);
    return 0;
}
