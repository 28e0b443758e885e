/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The remote's side of an RPMsg link, for firmware in C: link libopenamp.a, and define openamp_panic.
 *
 * Memory. The caller owns all of it: the remote, its configuration, its workspace and its endpoints stay where they are
 * while the remote is in use. The library allocates nothing, blocks nowhere but in openamp_endpoint_send,
 * openamp_endpoint_announce and openamp_endpoint_withdraw, and has no variables of its own. All lengths are in bytes.
 *
 * Threads. One remote is used by one thread at a time. From an interrupt, call openamp_remote_is_driven and nothing
 * else: let the interrupt wake the thread that polls. Different remotes are independent of each other.
 *
 * Stack: on 32-bit Arm 512 bytes are enough for each function, without what the functions need that it calls in C.
 *
 * Results. Functions that return int32_t return OPENAMP_OK or a number that is not negative when they did what they are
 * for, else one of enum openamp_error and have changed nothing. What the host writes is never believed: nonsense in the
 * rings is refused, counted (openamp_remote_get_faults) and stepped over. A null pointer where none is allowed is a
 * mistake of the firmware's that only openamp_remote_init looks for.
 *
 * C99 and C++11, and later. Arm (Thumb-2: Armv7-M and later, Armv7-R, Armv7-A,
 * whatever -mfloat-abi) and AArch64, little-endian.
 */
#ifndef OPENAMP_H
#define OPENAMP_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Negative results. */
enum openamp_error {
    OPENAMP_OK = 0,
    OPENAMP_ERROR_ARGUMENT = -1,        /* an argument, or a field of the configuration, is none */
    OPENAMP_ERROR_VERSION = -2,         /* openamp.h and libopenamp.a do not belong together */
    OPENAMP_ERROR_DOWN = -3,            /* the host has not set DRIVER_OK, no longer has, or the link is not open */
    OPENAMP_ERROR_NO_BUFFER = -4,       /* the host has all transmit buffers: try again later */
    OPENAMP_ERROR_TOO_LONG = -5,        /* longer than a buffer's payload, or a name of more than 31 bytes */
    OPENAMP_ERROR_BROKEN = -6,          /* a ring's index jumped; final: openamp_remote_request_reset */
    OPENAMP_ERROR_NO_ROOM = -7,         /* the workspace is too small, or endpoint_count endpoints exist */
    OPENAMP_ERROR_ADDRESS_TAKEN = -8,   /* the address is taken or reserved, or endpoint_count endpoints exist */
    OPENAMP_ERROR_NO_NAME_SERVICE = -9, /* VIRTIO_RPMSG_F_NS was not negotiated: nothing can be announced */
    OPENAMP_ERROR_FEATURES = -10,       /* the host accepted VIRTIO_F_EVENT_IDX, which must not be offered */
    OPENAMP_ERROR_RING_TO_HOST = -11,   /* ring 0 is not laid out, not aligned, or not in shared memory */
    OPENAMP_ERROR_RING_FROM_HOST = -12, /* ring 1, likewise */
    OPENAMP_ERROR_BUSY = -13            /* not allowed from within openamp_remote_poll */
};

/* Bits of openamp_config.flags. */
enum openamp_flag {
    OPENAMP_NAME_SERVICE = 1,  /* with given rings: names are announced; a vdev entry says that itself */
    OPENAMP_MESSAGE_LENGTH = 2 /* used lengths as VIRTIO 1.3 has them; without it as Linux and open-amp expect */
};

/* Any address (RPMSG_ADDR_ANY), and the first one that is handed out unless the configuration says another. */
#define OPENAMP_ADDRESS_ANY 0xffffffffu
#define OPENAMP_FIRST_ADDRESS 1024u

/* What an endpoint's function returns: the message's buffer goes back to the host, or stays for
   openamp_remote_release. */
#define OPENAMP_DONE 0
#define OPENAMP_KEEP 1

/* Memory shared with the host. The library touches rings and buffers that lie in a window and no others. Do not give
   it more than is shared: whatever is in a window, the host can have read and written. */
typedef struct openamp_window {
    uint64_t device_address; /* as the host writes it into descriptors and the resource table */
    uint64_t length_bytes;
    void *start; /* where this processor sees it; as aligned as the device address */
} openamp_window;

/* A ring that no resource table describes. */
typedef struct openamp_ring {
    uint64_t device_address;
    uint32_t alignment_bytes; /* a power of two, at least 4 */
    uint32_t entry_count;     /* a power of two, at most 32768 */
    uint32_t notify_id;
} openamp_ring;

/* A buffer of shared memory in the firmware's hands; see openamp_buffer_payload and openamp_buffer_capacity. */
typedef struct openamp_buffer {
    void *start;           /* the header; null when the buffer was given away */
    uint32_t length_bytes; /* header included */
    uint16_t head;
    uint16_t reserved;
} openamp_buffer;

/* A message, valid while the endpoint's function runs. The host can still write the payload: copy what decisions
   depend on before looking at it. */
typedef struct openamp_message {
    const void *payload; /* in shared memory, aligned to 4 */
    uint32_t length_bytes;
    uint32_t source;      /* whom to answer */
    uint32_t destination; /* the endpoint's address */
    openamp_buffer buffer; /* copy it before returning OPENAMP_KEEP */
} openamp_message;

/* The host announced an endpoint of its own, or took it back. */
typedef struct openamp_announcement {
    char name[32]; /* ends with a zero */
    uint32_t address;
    uint8_t is_destroyed; /* 0: it exists; else it ceased */
    uint8_t reserved[3];  /* undefined */
} openamp_announcement;

struct openamp_remote;
struct openamp_endpoint;

/* Called by openamp_remote_poll for each message to an endpoint. It may send, and create and destroy endpoints, this
   one included; it may not poll or open. Returns OPENAMP_DONE or OPENAMP_KEEP. */
typedef int32_t openamp_on_message(void *context, struct openamp_endpoint *endpoint, const openamp_message *message);

/* An endpoint. The caller's memory, from openamp_endpoint_create to openamp_endpoint_destroy or until the link is
   closed. Read the address; leave the rest alone. */
typedef struct openamp_endpoint {
    struct openamp_remote *remote;
    openamp_on_message *on_message;
    void *context;
    uint32_t address;
} openamp_endpoint;

/* What a remote is. It stays as it is, where it is, while the remote is in use, and may be constant. Set all fields:
   those that are optional to 0. */
typedef struct openamp_config {
    uint32_t abi;   /* OPENAMP_ABI */
    uint32_t flags; /* of enum openamp_flag */
    /* The vdev entry (struct fw_rsc_vdev with its type word, two vrings behind it) of the image's own resource table,
       which the host writes at run time: aligned to 4, not cached. Or null, and then rings are given. */
    void *vdev;
    /* With a null vdev: two, to the host and from it. */
    const openamp_ring *rings;
    /* With a null vdev, optional: a byte in which the host sets DRIVER_OK (4). Without it the link is always driven. */
    volatile uint8_t *status;
    /* Memory of the library's own, which the host cannot reach: aligned to 8, OPENAMP_WORKSPACE_BYTES or more. */
    void *workspace;
    uint32_t workspace_bytes;
    uint32_t endpoint_count; /* how many endpoints there can be at once */
    uint32_t first_address;  /* the first that is handed out; 0 is OPENAMP_FIRST_ADDRESS */
    uint32_t window_count;
    const openamp_window *windows; /* shared memory; searched from the first on */
    void *context;                 /* what the functions below get */
    /* Rings the host's doorbell. What was written before must be visible when it rings. Must not block. */
    void (*notify)(void *context, uint32_t notify_id);
    /* Optional: finds a range that no window has. Null unless every byte of it is shared with the host. */
    void *(*translate)(void *context, uint64_t device_address, uint64_t length_bytes);
    /* Optional, for shared memory that is cached and not coherent: writes a range back, or drops it, in whole lines.
       Rings and buffers must then begin and end at lines. */
    void (*clean)(void *context, void *start, size_t length_bytes);
    void (*invalidate)(void *context, void *start, size_t length_bytes);
    /* Optional, for sending that waits: sleeps until the doorbell rings or a while has passed; returns at once when it
       rang since the last call. */
    void (*wait)(void *context);
    /* Optional: the host's announcements. Called by openamp_remote_poll. */
    void (*announced)(void *context, const openamp_announcement *announcement);
} openamp_config;

/* Where the remote is kept. Nobody but the library looks into it. */
#define OPENAMP_REMOTE_BYTES (96u * sizeof(void *))
typedef struct openamp_remote {
    uint64_t memory[OPENAMP_REMOTE_BYTES / 8u];
} openamp_remote;

/* For openamp_config.abi: what header and library must agree on. */
#define OPENAMP_ABI ((uint32_t)(1u << 24 | sizeof(openamp_config) << 12 | sizeof(openamp_remote)))

/* How large a workspace must be, for rings with so many entries and so many endpoints at once. */
#define OPENAMP_WORKSPACE_BYTES(entries_to_host, entries_from_host, endpoints) \
    (4u * ((entries_to_host) + (entries_from_host)) + 2u * sizeof(void *) * (endpoints))

/* What the host got wrong in one ring: counts modulo 2^32. */
typedef struct openamp_ring_faults {
    uint32_t index_jumps;           /* the ring's index moved by more than its entries: the ring is broken */
    uint32_t heads_outside;         /* descriptor numbers beyond the table */
    uint32_t heads_not_owned;       /* descriptors that were not the host's to give */
    uint32_t lengths_beyond_buffer; /* 0 on this side */
    uint32_t bad_chains;            /* more than one descriptor, or an indirect table */
    uint32_t buffers_outside;       /* not in shared memory */
    uint32_t bad_buffers;           /* wrong direction, misaligned, or too short for a header */
} openamp_ring_faults;

/* Counts modulo 2^32 since openamp_remote_open. */
typedef struct openamp_faults {
    openamp_ring_faults to_host;
    openamp_ring_faults from_host;
    uint32_t lengths_beyond_message; /* headers that claim more than their buffer holds */
    uint32_t unknown_destinations;   /* messages to addresses that no endpoint has */
    uint32_t bad_announcements;      /* messages to the name service that are none */
} openamp_faults;

/* The firmware defines this. A check in the library failed: 1 index out of range, 2 division by zero, 3 overflow,
   4 null reference, 6 any other. The return address tells which. It must not return. */
void openamp_panic(uint32_t cause);

/* Orders all memory accesses before it against all after it, as the host sees them. The library's own is "dmb sy";
   firmware that needs more defines this in an object that it links, not in an archive. */
void openamp_fence(void);

/* Describes a remote; touches neither rings nor status. OPENAMP_ERROR_ARGUMENT also when the vdev entry is no vdev or
   has less than two vrings. */
int32_t openamp_remote_init(openamp_remote *remote, const openamp_config *config);

/* 1 when the host has set DRIVER_OK, else 0. What the host wrote before it can be read then. From interrupts too. */
int32_t openamp_remote_is_driven(const openamp_remote *remote);

/* Takes the rings, which the host has set up: call it when the link is driven. There are no endpoints then, whatever
   was before. OPENAMP_ERROR_DOWN, NO_ROOM, FEATURES, RING_TO_HOST, RING_FROM_HOST, or BUSY. */
int32_t openamp_remote_open(openamp_remote *remote);

/* 1 when the link is open and still driven, else 0. */
int32_t openamp_remote_is_open(const openamp_remote *remote);

/* Lets go of the link and of all endpoints. The link also closes by itself when a function finds that the host no
   longer drives it; open it again when it is driven again. */
void openamp_remote_close(openamp_remote *remote);

/* Closes the link and tells the host that the device needs a reset: after OPENAMP_ERROR_BROKEN, or when opening
   failed. Nothing but a notification can follow until the host has cleared the status. */
void openamp_remote_request_reset(openamp_remote *remote);

/* Receives up to so many messages and calls their endpoints. How many entries were taken, nonsense included, 0 when
   there was nothing; or OPENAMP_ERROR_DOWN, BROKEN or BUSY. */
int32_t openamp_remote_poll(openamp_remote *remote, uint32_t budget);

/* Asks the host to ring, or not, for new messages. 1 when there is one already: then poll, and do not sleep. Else 0, or
   OPENAMP_ERROR_DOWN. To sleep without losing a ring: hold interrupts back, look whether the link is driven, call this,
   and wait for an interrupt when it said 0. */
int32_t openamp_remote_listen(openamp_remote *remote, int32_t wanted);

/* The same for transmit buffers that the host gives back; 1 when there is one. At first the host does not ring. */
int32_t openamp_remote_listen_for_buffers(openamp_remote *remote, int32_t wanted);

/* Takes a transmit buffer to fill in place. It goes to openamp_endpoint_send_rented or openamp_remote_return.
   OPENAMP_ERROR_DOWN, NO_BUFFER or BROKEN. */
int32_t openamp_remote_rent(openamp_remote *remote, openamp_buffer *buffer);

/* Takes back a rented buffer that will not be sent. */
int32_t openamp_remote_return(openamp_remote *remote, openamp_buffer *buffer);

/* Gives the host the buffer of a message for which OPENAMP_KEEP was returned. OPENAMP_ERROR_ARGUMENT when it is not
   held. */
int32_t openamp_remote_release(openamp_remote *remote, openamp_buffer *buffer);

/* What the host got wrong; also of a link that has closed, until the next one opens. */
void openamp_remote_get_faults(const openamp_remote *remote, openamp_faults *faults);

/* Creates an endpoint at an address, or with OPENAMP_ADDRESS_ANY at the next free one. OPENAMP_ERROR_ARGUMENT without a
   function, DOWN, NO_ROOM or ADDRESS_TAKEN. */
int32_t openamp_endpoint_create(openamp_remote *remote, openamp_endpoint *endpoint, uint32_t address,
                                openamp_on_message *on_message, void *context);

/* Ends an endpoint: its messages count as unknown from now on. The host is not told: withdraw it first. */
int32_t openamp_endpoint_destroy(openamp_endpoint *endpoint);

/* Tells the host that a service of that name, at most 31 bytes, is at the endpoint, or no longer. Waits for a buffer
   as openamp_endpoint_send does. */
int32_t openamp_endpoint_announce(openamp_endpoint *endpoint, const char *name);
int32_t openamp_endpoint_withdraw(openamp_endpoint *endpoint, const char *name);

/* Sends a message if there is a buffer for it; the payload is copied. OPENAMP_ERROR_DOWN, NO_BUFFER, TOO_LONG, BROKEN,
   or ARGUMENT when the destination is OPENAMP_ADDRESS_ANY. */
int32_t openamp_endpoint_trysend(openamp_endpoint *endpoint, uint32_t destination, const void *payload,
                                 size_t length_bytes);

/* The same, calling openamp_config.wait until there is a buffer. Where there is no such function, it does not wait. */
int32_t openamp_endpoint_send(openamp_endpoint *endpoint, uint32_t destination, const void *payload,
                              size_t length_bytes);

/* Sends a rented buffer whose payload is in place. It stays rented when the result is negative. */
int32_t openamp_endpoint_send_rented(openamp_endpoint *endpoint, uint32_t destination, openamp_buffer *buffer,
                                     size_t length_bytes);

/* Where a buffer's payload is, and how long it can be. */
static inline void *openamp_buffer_payload(const openamp_buffer *buffer)
{
    return (unsigned char *)buffer->start + 16;
}

static inline uint32_t openamp_buffer_capacity(const openamp_buffer *buffer)
{
    uint32_t room = buffer->length_bytes - 16u;
    return room < 65535u ? room : 65535u;
}

#ifdef __cplusplus
}
#endif

#endif
