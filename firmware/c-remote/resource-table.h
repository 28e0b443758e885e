/* SPDX-License-Identifier: BSD-3-Clause */

/* The resource table as resource-table.S lays it out and the host fills it in. */

#ifndef RESOURCE_TABLE_H
#define RESOURCE_TABLE_H

#include <stdint.h>

#define STATUS_DRIVER_OK 4u
#define FEATURE_NAME_SERVICE 1u

struct table_vring {
    uint32_t address;
    uint32_t alignment;
    uint32_t entries;
    uint32_t notify_id;
    uint32_t reserved;
};

struct resource_table {
    uint32_t version, entry_count, reserved[2], offsets[2];
    uint32_t type, id, notify_id, offered, accepted, config_bytes;
    uint8_t status, vring_count, padding[2];
    struct table_vring vrings[2];
};

_Static_assert(sizeof(struct resource_table) == 24 + 28 + 40, "the vdev entry follows the two offsets");

/* Volatile: the host writes it while we run. */
extern volatile struct resource_table openamp_resource_table;

#endif
