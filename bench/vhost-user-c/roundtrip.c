// SPDX-License-Identifier: BSD-3-Clause
//
// Runs inside the guest: sends messages to an address of the remote by /dev/rpmsgN, waits for each answer, checks it,
// and prints how long the round trips took.
//
//     roundtrip COUNT ADDRESS BYTES [WARMUP [DEVICE]]
//
// DEVICE is the virtio device whose remote is meant, such as virtio1; without it, any.
// Answers one line, times in nanoseconds:  round-trips 10000 min 1 median 2 p90 3 p99 4 max 5

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <time.h>
#include <unistd.h>

#define ENDPOINT "roundtrip"
#define MAX_BYTES 496
#define ANSWER_TIMEOUT_MS 10000

struct endpoint_info {
    char name[32];
    uint32_t source;
    uint32_t destination;
};

#define CREATE_ENDPOINT _IOW(0xb5, 0x1, struct endpoint_info)
#define DESTROY_ENDPOINT _IO(0xb5, 0x2)

static int fail(const char *what)
{
    printf("%s: errno %d (%s)\n", what, errno, strerror(errno));
    return 1;
}

static int64_t now_ns(void)
{
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return time.tv_sec * 1000000000LL + time.tv_nsec;
}

static int compare(const void *left, const void *right)
{
    int64_t a = *(const int64_t *)left, b = *(const int64_t *)right;
    return (a > b) - (a < b);
}

// Opens the first device whose name begins so, which belongs to a parent and has a file "name" that says so, if asked.
static int open_device(const char *prefix, const char *parent, const char *name)
{
    DIR *folder = opendir("/sys/class/rpmsg");
    struct dirent *entry;
    int file = -1;
    while (folder != NULL && file < 0 && (entry = readdir(folder)) != NULL) {
        char path[600], target[600] = "", line[64] = "", part[64];
        if (strncmp(entry->d_name, prefix, strlen(prefix)) != 0)
            continue;
        snprintf(path, sizeof path, "/sys/class/rpmsg/%s", entry->d_name);
        snprintf(part, sizeof part, "/%s/", parent != NULL ? parent : "");
        if (parent != NULL && (readlink(path, target, sizeof target - 1) < 0 || strstr(target, part) == NULL))
            continue;
        if (name != NULL) {
            snprintf(path, sizeof path, "/sys/class/rpmsg/%s/name", entry->d_name);
            FILE *text = fopen(path, "r");
            if (text == NULL || fgets(line, sizeof line, text) == NULL)
                line[0] = 0;
            if (text != NULL)
                fclose(text);
            line[strcspn(line, "\n")] = 0;
            if (strcmp(line, name) != 0)
                continue;
        }
        snprintf(path, sizeof path, "/dev/%s", entry->d_name);
        file = open(path, O_RDWR);
    }
    if (folder != NULL)
        closedir(folder);
    return file;
}

static int exchange(int file, uint32_t number, size_t bytes, int64_t *time_ns)
{
    char message[MAX_BYTES], answer[MAX_BYTES + 1];
    struct pollfd readable = { .fd = file, .events = POLLIN };
    memset(message, (int)number, bytes);
    memcpy(message, &number, bytes < sizeof number ? bytes : sizeof number);
    int64_t start = now_ns();
    if (write(file, message, bytes) != (ssize_t)bytes)
        return fail("write");
    // A remote that is gone must not keep the guest waiting; one that answers costs no wait here.
    if (number == 0 && poll(&readable, 1, ANSWER_TIMEOUT_MS) != 1)
        return fail("no answer");
    ssize_t length = read(file, answer, sizeof answer);
    *time_ns = now_ns() - start;
    if (length != (ssize_t)bytes || memcmp(message, answer, bytes) != 0) {
        printf("answer %u is wrong: %zd bytes for %zu\n", number, length, bytes);
        return 1;
    }
    return 0;
}

int main(int count, char **arguments)
{
    if (count < 4) {
        printf("usage: roundtrip COUNT ADDRESS BYTES [WARMUP [DEVICE]]\n");
        return 2;
    }
    uint32_t rounds = strtoul(arguments[1], NULL, 0);
    size_t bytes = strtoul(arguments[3], NULL, 0);
    uint32_t warmup = count > 4 ? strtoul(arguments[4], NULL, 0) : 0;
    struct endpoint_info info = { ENDPOINT, 0xffffffff, strtoul(arguments[2], NULL, 0) };
    int64_t *times = calloc(rounds + warmup, sizeof *times);
    if (rounds == 0 || bytes == 0 || bytes > MAX_BYTES || times == NULL)
        return fail("arguments");

    const char *device = count > 5 ? arguments[5] : NULL;
    int control = open_device("rpmsg_ctrl", device, NULL);
    if (control < 0 || ioctl(control, CREATE_ENDPOINT, &info) != 0)
        return fail("create endpoint");
    int file = open_device("rpmsg", device, ENDPOINT);
    if (file < 0)
        return fail("open endpoint");

    for (uint32_t round = 0; round < rounds + warmup; round++)
        if (exchange(file, round, bytes, &times[round]) != 0)
            return 1;
    if (ioctl(file, DESTROY_ENDPOINT) != 0)
        return fail("destroy endpoint");

    times += warmup;
    qsort(times, rounds, sizeof *times, compare);
    printf("round-trips %u min %lld median %lld p90 %lld p99 %lld max %lld\n", rounds, (long long)times[0],
           (long long)times[rounds / 2], (long long)times[rounds * 9ULL / 10], (long long)times[rounds * 99ULL / 100],
           (long long)times[rounds - 1]);
    return 0;
}
