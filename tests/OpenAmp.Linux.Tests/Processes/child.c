/* SPDX-License-Identifier: BSD-3-Clause */
/* A child process that tells what it was given: child WHAT [ARGUMENT...] */
#define _GNU_SOURCE
#include <dirent.h>
#include <errno.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

extern char **environ;

/* Open descriptors, without the one that lists them. */
static int list_descriptors(void)
{
    for (int number = 0; number < 4096; number++) {
        if (dup2(number, number) == number)
            printf("%d ", number);
    }
    puts("");
    return 0;
}

/* The count that each eventfd from 3 on holds. */
static int read_counters(int count)
{
    for (int number = 3; number < 3 + count; number++) {
        uint64_t value = 0;
        if (read(number, &value, sizeof value) != sizeof value)
            return errno;
        printf("%llu ", (unsigned long long)value);
    }
    puts("");
    return 0;
}

static int tell_signals(void)
{
    char line[256];
    FILE *status = fopen("/proc/self/status", "r");
    while (status != NULL && fgets(line, sizeof line, status) != NULL) {
        if (strncmp(line, "SigBlk", 6) == 0 || strncmp(line, "SigIgn", 6) == 0)
            fputs(line, stdout);
    }
    printf("own group: %d, input at end: %d\n", getpgrp() == getpid(), getchar() == EOF);
    return 0;
}

static int tell_world(char **arguments)
{
    char folder[4096];
    for (char **argument = arguments; *argument != NULL; argument++)
        printf("argument %s\n", *argument);
    for (char **variable = environ; *variable != NULL; variable++)
        printf("variable %s\n", *variable);
    printf("folder %s\n", getcwd(folder, sizeof folder));
    return 0;
}

static void wait_forever(void)
{
    for (;;)
        pause();
}

static int exit_code;

static void leave(int number)
{
    (void)number;
    _exit(exit_code);
}

static int answer(void (*handler)(int), int code)
{
    exit_code = code;
    signal(SIGTERM, handler);
    puts("ready");
    fflush(stdout);
    wait_forever();
    return 0;
}

static int leave_a_child(void)
{
    pid_t other = fork();
    if (other == 0)
        wait_forever();
    printf("%d\n", other);
    fflush(stdout);
    wait_forever();
    return 0;
}

static int write_lines(int count)
{
    for (int i = 0; i < count; i++)
        fprintf(i % 2 == 0 ? stdout : stderr, "line %d\n", i);
    fputs("no end", stdout);
    return 0;
}

int main(int count, char **arguments)
{
    const char *what = count > 1 ? arguments[1] : "";
    int number = count > 2 ? atoi(arguments[2]) : 0;
    if (strcmp(what, "descriptors") == 0)
        return list_descriptors();
    if (strcmp(what, "counters") == 0)
        return read_counters(number);
    if (strcmp(what, "signals") == 0)
        return tell_signals();
    if (strcmp(what, "world") == 0)
        return tell_world(arguments);
    if (strcmp(what, "exit") == 0)
        return number;
    if (strcmp(what, "raise") == 0)
        return raise(number);
    if (strcmp(what, "stubborn") == 0)
        return answer(SIG_IGN, 0);
    if (strcmp(what, "listening") == 0)
        return answer(leave, number);
    if (strcmp(what, "child") == 0)
        return leave_a_child();
    if (strcmp(what, "lines") == 0)
        return write_lines(number);
    wait_forever();
}
