/* SPDX-License-Identifier: BSD-3-Clause */

/* AArch64 at EL1 on QEMU's virt machine: doorbell on the PL011 through the GICv2, and faults. The MMU stays off, so
   all memory is device memory: every access is aligned. */

#include "board.h"
#include "panic.h"
#include "platform.h"

#define REGISTER(address) (*(volatile uint32_t *)(uintptr_t)(address))

#define UART_DATA REGISTER(UART_ADDRESS + 0x00)
#define UART_FLAGS REGISTER(UART_ADDRESS + 0x18)
#define UART_LINE REGISTER(UART_ADDRESS + 0x2C)
#define UART_CONTROL REGISTER(UART_ADDRESS + 0x30)
#define UART_MASK REGISTER(UART_ADDRESS + 0x38)
#define UART_CLEAR REGISTER(UART_ADDRESS + 0x44)
#define FLAG_RECEIVE_EMPTY (1u << 4)
#define FLAG_TRANSMIT_FULL (1u << 5)
#define LINE_8_BITS_FIFO 0x70u
#define CONTROL_ALL_ON 0x301u
#define RECEIVE_AND_TIMEOUT 0x50u

#define GIC_CONTROL REGISTER(0x08000000)
#define GIC_ENABLE REGISTER(0x08000100 + UART_INTERRUPT / 32 * 4)
#define GIC_TARGET (*(volatile uint8_t *)(uintptr_t)(0x08000800 + UART_INTERRUPT))
#define GIC_CPU_CONTROL REGISTER(0x08010000)
#define GIC_CPU_PRIORITY REGISTER(0x08010004)
#define GIC_CPU_ACKNOWLEDGE REGISTER(0x0801000C)
#define GIC_CPU_END REGISTER(0x08010010)
#define GIC_NO_INTERRUPT 1020u

#define PSCI_SYSTEM_RESET 0x84000009u

void platform_start(void)
{
    UART_LINE = LINE_8_BITS_FIFO;
    UART_CONTROL = CONTROL_ALL_ON;
    UART_MASK = RECEIVE_AND_TIMEOUT;
    GIC_TARGET = 1;
    GIC_ENABLE = 1u << UART_INTERRUPT % 32;
    GIC_CONTROL = 1;
    GIC_CPU_PRIORITY = 0xFF;
    GIC_CPU_CONTROL = 1;
}

/* Takes one interrupt. False when none is pending. */
static bool take_interrupt(bool *rang)
{
    uint32_t interrupt = GIC_CPU_ACKNOWLEDGE & 0x3FF;

    if (interrupt >= GIC_NO_INTERRUPT)
        return false;
    if (interrupt == UART_INTERRUPT) {
        /* Acknowledged before draining: a byte that comes in between raises the interrupt again. */
        UART_CLEAR = RECEIVE_AND_TIMEOUT;
        while ((UART_FLAGS & FLAG_RECEIVE_EMPTY) == 0)
            (void)UART_DATA;
        *rang = true;
    }
    GIC_CPU_END = interrupt;
    return true;
}

void platform_wait_for_doorbell(void)
{
    bool rang = false;

    /* Interrupts stay masked for good: a pending one ends the sleep all the same, and we take it here. */
    for (;;) {
        while (take_interrupt(&rang)) {
        }
        if (rang)
            return;
        __asm volatile("dsb sy\n\twfi" ::: "memory");
    }
}

void platform_ring(uint8_t byte)
{
    while ((UART_FLAGS & FLAG_TRANSMIT_FULL) != 0) {
    }
    UART_DATA = byte;
}

void platform_fence(void)
{
    __asm volatile("dmb sy" ::: "memory");
}

void platform_stop(void)
{
    /* Not only masked: a pending interrupt would end each sleep. */
    GIC_CPU_CONTROL = 0;
    __asm volatile("msr daifset, #15" ::: "memory");
    for (;;)
        __asm volatile("wfi");
}

void platform_reset(void)
{
    register uint64_t function __asm("x0") = PSCI_SYSTEM_RESET;

    __asm volatile("dsb sy\n\thvc #0" : "+r"(function)::"memory");
    platform_stop();
}

void platform_undefined_instruction(void)
{
    __asm volatile(".inst 0");
}

void platform_bad_read(void)
{
    (void)REGISTER(0xF0000000);
}

bool platform_lock_up(void)
{
    return false;
}

/* Called by the vectors with x0 to x30 as they were, the stack pointer before, and the number of the vector. */
_Noreturn void report_fault(const uint64_t *registers, uint64_t stack_pointer, uint64_t vector)
{
    volatile struct panic_record *record = &openamp_panic_record;
    static const uint8_t causes[4] = { PANIC_SYNCHRONOUS, PANIC_UNEXPECTED, PANIC_UNEXPECTED, PANIC_SERROR };
    uint64_t pc, pstate, status, address;

    __asm volatile("mrs %0, elr_el1" : "=r"(pc));
    __asm volatile("mrs %0, spsr_el1" : "=r"(pstate));
    __asm volatile("mrs %0, esr_el1" : "=r"(status));
    __asm volatile("mrs %0, far_el1" : "=r"(address));
    for (int i = 0; i < 31; i++)
        record->registers[i] = registers[i];
    record->registers[31] = stack_pointer;
    record->registers[32] = pc;
    record->registers[33] = pstate;
    record->cause = causes[vector % 4];
    record->fault_status = status;
    /* The address register holds an address of this fault only for aborts and misalignments: classes 0x20 to 0x25. */
    record->fault_address = status >> 26 >= 0x20 && status >> 26 <= 0x25 ? address : 0;
    panic_finish(PANIC_AARCH64, 31, 32);
}
