/* SPDX-License-Identifier: BSD-3-Clause */
/* What the command line asked for, and the three ways a run ends: well, by a failure, by the deadline. */
#ifndef PEER_OPTIONS_H
#define PEER_OPTIONS_H

#include <stdbool.h>
#include <stdint.h>

enum role { ROLE_DRIVER, ROLE_DEVICE };
enum side { SIDE_SERVER, SIDE_CLIENT };

struct options {
    const char *command;
    enum role role;
    enum side side;
    const char *shm_name;
    const char *socket_path;
    unsigned timeout_s; /* for the whole run */
    unsigned count;     /* flood: messages per payload size */
    bool strict;
    bool bind_late; /* the endpoint is made when the peer announces itself, and is not announced */
    bool shutdown; /* a ping side ends with the shutdown word instead of destroying its endpoint */
    bool verbose;
    const char *plant; /* a defect to commit on purpose, or NULL */
};

extern struct options opt;

enum { EXIT_WRONG = 1, EXIT_USAGE = 2, EXIT_DEADLINE = 3 };

/* One line to stderr, then exit. */
_Noreturn void fail(int code, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* What a compatible peer must do; looked at only with --strict. */
#define STRICT(condition, ...)                                                                                         \
    do {                                                                                                               \
        if (opt.strict && !(condition))                                                                                \
            fail(EXIT_WRONG, "strict: " __VA_ARGS__);                                                                  \
    } while (0)

/* True when the named defect is to be committed. */
bool planted(const char *defect);

void deadline_start(unsigned seconds);
/* Milliseconds left, never negative. Exits with EXIT_DEADLINE when none are left. */
int deadline_left_ms(const char *waiting_for);
uint64_t now_ms(void);
void sleep_ms(unsigned ms);

#endif
