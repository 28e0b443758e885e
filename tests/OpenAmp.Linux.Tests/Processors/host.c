/* SPDX-License-Identifier: BSD-3-Clause */
#include "firmware.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

enum { EXIT_ENVIRONMENT = 90 };

void fatal(const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    vfprintf(stderr, format, arguments);
    va_end(arguments);
    fputc('\n', stderr);
    exit(EXIT_ENVIRONMENT);
}

void *host_at(const struct host *h, uint64_t address, uint64_t length)
{
    uint64_t offset = address - h->address;
    return offset <= h->length && length <= h->length - offset ? h->memory + offset : NULL;
}

/* One word of the text; words that are not known are left alone. */
static void take(struct host *h, const char *word, int *memory, unsigned long long *table, unsigned long long *bytes)
{
    unsigned long long address, length;
    unsigned ordinal;
    int one, two;
    if (sscanf(word, "memory=%d:%llx:%llx", &one, &address, &length) == 3) {
        *memory = one;
        h->address = address;
        h->length = length;
    } else if (sscanf(word, "table=%llx:%llx", &address, &length) == 2) {
        *table = address;
        *bytes = length;
    } else if (sscanf(word, "lifeline=%d", &one) == 1) {
        h->lifeline = one;
    } else if (sscanf(word, "vdev=%u:%d:%d", &ordinal, &one, &two) == 3 && ordinal < MAX_VDEVS) {
        h->wait[ordinal] = one;
        h->kick[ordinal] = two;
    }
}

void host_open(struct host *h)
{
    const char *given = getenv("OPENAMP_PROCESSOR");
    if (given == NULL)
        fatal("This is firmware: OPENAMP_PROCESSOR is not set. Run it with \"openamp run FIRMWARE\".");
    int memory = -1;
    unsigned long long table = 0, bytes = 0;
    memset(h, 0, sizeof *h);
    h->lifeline = -1;
    for (unsigned i = 0; i < MAX_VDEVS; i++)
        h->wait[i] = h->kick[i] = -1;

    char *text = strdup(given);
    char *word = strtok(text, " ");
    if (word == NULL || strcmp(word, "1") != 0)
        fatal("OPENAMP_PROCESSOR is \"%s\": expected version 1.", given);
    while ((word = strtok(NULL, " ")) != NULL)
        take(h, word, &memory, &table, &bytes);
    free(text);

    h->memory = mmap(NULL, h->length, PROT_READ | PROT_WRITE, MAP_SHARED, memory, 0);
    if (h->memory == MAP_FAILED)
        fatal("OPENAMP_PROCESSOR is \"%s\": its memory cannot be mapped.", given);
    if (bytes > 0 && (h->table = host_at(h, table, bytes)) == NULL)
        fatal("OPENAMP_PROCESSOR is \"%s\": its table lies outside its memory.", given);
}
