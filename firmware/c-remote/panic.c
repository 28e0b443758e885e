/* SPDX-License-Identifier: BSD-3-Clause */

#include "panic.h"

#include "platform.h"
#include "trace.h"

#define STACK_WORDS_SHOWN 8

_Static_assert(__builtin_offsetof(struct panic_record, fault_status) == 16, "as the host reads it");
_Static_assert(__builtin_offsetof(struct panic_record, registers) == 48, "as the host reads it");

volatile struct panic_record openamp_panic_record;

extern char stack_low[], stack_high[];

static void trace_word(const char *label, uint64_t value)
{
    trace_text(label);
    trace_hex(value, 2 * sizeof(uintptr_t));
}

static void trace_stack(uintptr_t pointer)
{
    trace_text("\n  stack");
    for (int i = 0; i < STACK_WORDS_SHOWN; i++, pointer += sizeof(uintptr_t)) {
        if (pointer < (uintptr_t)stack_low || pointer >= (uintptr_t)stack_high)
            break;
        trace_word(" ", *(const uintptr_t *)pointer);
    }
    trace_text("\n");
}

static void trace_record(int stack_pointer, int program_counter)
{
    const volatile struct panic_record *record = &openamp_panic_record;

    trace_word("panic: cause ", record->cause);
    trace_word(" pc ", record->registers[program_counter]);
    trace_word(" status ", record->fault_status);
    trace_word(" address ", record->fault_address);
    for (int i = 0; i < PANIC_REGISTERS; i++)
        trace_word(i % 4 == 0 ? "\n  " : " ", record->registers[i]);
    trace_stack(record->registers[stack_pointer]);
}

void panic_finish(uint16_t architecture, int stack_pointer, int program_counter)
{
    volatile struct panic_record *record = &openamp_panic_record;

    record->version = 1;
    record->architecture = architecture;
    record->register_count = PANIC_REGISTERS;
    record->stack_low = (uintptr_t)stack_low;
    record->stack_high = (uintptr_t)stack_high;
    trace_record(stack_pointer, program_counter);
    platform_fence();
    record->magic = PANIC_MAGIC;
    platform_fence();
    platform_ring(DOORBELL_PANIC);
    platform_stop();
}
