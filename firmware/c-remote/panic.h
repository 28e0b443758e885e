/* SPDX-License-Identifier: BSD-3-Clause */

/* The record a crashed firmware leaves for the host, little-endian, in memory that a dump shows. */

#ifndef PANIC_H
#define PANIC_H

#include <stdint.h>

#define PANIC_MAGIC 0x4350414Fu /* "OAPC" */

enum panic_architecture { PANIC_CORTEX_M = 1, PANIC_AARCH64 = 3 };

enum panic_cause {
    PANIC_HARD_FAULT = 16,
    PANIC_NMI = 20,
    PANIC_SECURE_FAULT = 21,
    PANIC_SERROR = 35,
    PANIC_SYNCHRONOUS = 36,
    PANIC_UNEXPECTED = 37,
};

#if defined(__aarch64__)
#define PANIC_REGISTERS 34 /* x0 to x30, sp, pc, pstate */
#else
#define PANIC_REGISTERS 17 /* r0 to r12, sp, lr, pc, xpsr */
#endif

struct panic_record {
    uint32_t magic; /* written last: the record is complete */
    uint16_t version;
    uint16_t architecture;
    uint32_t cause;
    uint32_t register_count;
    uint64_t fault_status;
    uint64_t fault_address;
    uint64_t stack_low;
    uint64_t stack_high;
    uintptr_t registers[PANIC_REGISTERS];
};

/* The host finds it by this symbol. */
extern volatile struct panic_record openamp_panic_record;

/* Completes the record, whose cause, status, address and registers are in place, tells it in the trace, rings and
   stops. */
_Noreturn void panic_finish(uint16_t architecture, int stack_pointer, int program_counter);

#endif
