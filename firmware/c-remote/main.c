/* SPDX-License-Identifier: BSD-3-Clause */

/* An RPMsg remote that knows nothing but the wire: the host's counterpart in tests. */

#include "platform.h"
#include "resource-table.h"
#include "rpmsg.h"
#include "trace.h"

enum link { LINK_DOWN, LINK_UP, LINK_UNUSABLE };

static enum link link;

static bool driver_is_ok(void)
{
    return (openamp_resource_table.status & STATUS_DRIVER_OK) != 0;
}

/* The status is looked at on every doorbell: it is the only sign of a driver that comes or goes. */
static void watch_status(void)
{
    if (!driver_is_ok()) {
        if (link != LINK_DOWN)
            trace_text("c-remote: the driver has gone\n");
        link = LINK_DOWN;
    } else if (link == LINK_DOWN) {
        /* What the host wrote before the status is read after it. */
        platform_fence();
        link = rpmsg_open() ? LINK_UP : LINK_UNUSABLE;
        trace_text(link == LINK_UP ? "c-remote: the driver is ready\n"
                                   : "c-remote: the host's vrings are not as the resource table asks\n");
    }
}

int main(void)
{
    platform_start();
    trace_text("c-remote: started on " BOARD_NAME "\n");
    for (;;) {
        watch_status();
        if (link == LINK_UP && rpmsg_poll())
            continue;
        platform_wait_for_doorbell();
    }
}
