/* SPDX-License-Identifier: BSD-3-Clause */

#include "endpoint-list.h"

#include <stddef.h>

void endpoint_list_open(struct endpoint_list *list, struct endpoint *entries, uint32_t capacity,
                        uint32_t first_dynamic)
{
    *list = (struct endpoint_list){
        .entries = entries, .capacity = capacity, .first_dynamic = first_dynamic, .next_dynamic = first_dynamic
    };
}

static struct endpoint *find(const struct endpoint_list *list, uint32_t address)
{
    struct endpoint *end = list->entries + list->count;

    for (struct endpoint *entry = list->entries; entry != end; entry++)
        if (entry->address == address)
            return entry;
    return NULL;
}

bool endpoint_list_try_add(struct endpoint_list *list, uint32_t address, intptr_t context)
{
    if (address == RPMSG_ADDRESS_ANY || list->count >= list->capacity || find(list, address) != NULL)
        return false;
    list->entries[list->count++] = (struct endpoint){ address, context };
    return true;
}

bool endpoint_list_try_allocate(struct endpoint_list *list, intptr_t context, uint32_t *address)
{
    uint32_t count = list->count;

    /* Among one more candidates than there are endpoints, at least one is free. */
    for (uint32_t i = 0; i <= count && list->count < list->capacity; i++) {
        *address = list->next_dynamic;
        list->next_dynamic = *address >= RPMSG_ADDRESS_ANY - 1 ? list->first_dynamic : *address + 1;
        if (endpoint_list_try_add(list, *address, context))
            return true;
    }
    *address = RPMSG_ADDRESS_ANY;
    return false;
}

bool endpoint_list_try_find(const struct endpoint_list *list, uint32_t address, intptr_t *context)
{
    const struct endpoint *entry = find(list, address);

    *context = entry == NULL ? 0 : entry->context;
    return entry != NULL;
}

bool endpoint_list_try_remove(struct endpoint_list *list, uint32_t address)
{
    struct endpoint *entry = find(list, address);

    if (entry == NULL)
        return false;
    /* The last one takes its place: their order means nothing. */
    *entry = list->entries[--list->count];
    return true;
}
