/* SPDX-License-Identifier: BSD-3-Clause */

/* Endpoints by address, in a short list: EndpointList. */

#ifndef ENDPOINT_LIST_H
#define ENDPOINT_LIST_H

#include <stdbool.h>
#include <stdint.h>

#define RPMSG_ADDRESS_ANY 0xFFFFFFFFu

struct endpoint {
    uint32_t address;
    intptr_t context;
};

struct endpoint_list {
    struct endpoint *entries;
    uint32_t capacity;
    uint32_t first_dynamic;
    uint32_t next_dynamic;
    uint32_t count;
};

void endpoint_list_open(struct endpoint_list *list, struct endpoint *entries, uint32_t capacity,
                        uint32_t first_dynamic);
bool endpoint_list_try_add(struct endpoint_list *list, uint32_t address, intptr_t context);
bool endpoint_list_try_allocate(struct endpoint_list *list, intptr_t context, uint32_t *address);
bool endpoint_list_try_find(const struct endpoint_list *list, uint32_t address, intptr_t *context);
bool endpoint_list_try_remove(struct endpoint_list *list, uint32_t address);

#endif
