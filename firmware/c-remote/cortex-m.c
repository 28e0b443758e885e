/* SPDX-License-Identifier: BSD-3-Clause */

/* Cortex-M3 and up on Arm's MPS2 boards: start, vectors, doorbell and faults. */

#include "board.h"
#include "panic.h"
#include "platform.h"

#define REGISTER(address) (*(volatile uint32_t *)(address))

#define UART_DATA REGISTER(UART_ADDRESS + 0x0)
#define UART_STATE REGISTER(UART_ADDRESS + 0x4)
#define UART_CONTROL REGISTER(UART_ADDRESS + 0x8)
#define UART_CLEAR REGISTER(UART_ADDRESS + 0xC)
#define UART_DIVIDER REGISTER(UART_ADDRESS + 0x10)
#define STATE_TRANSMIT_FULL 1u
#define STATE_RECEIVE_FULL 2u
#define CONTROL_TRANSMIT_RECEIVE_INTERRUPT 0xBu
#define CLEAR_RECEIVE 2u

#define NVIC_ENABLE REGISTER(0xE000E100 + UART_INTERRUPT / 32 * 4)
#define NVIC_DISABLE REGISTER(0xE000E180 + UART_INTERRUPT / 32 * 4)
#define UART_BIT (1u << UART_INTERRUPT % 32)

#define CONFIGURABLE_FAULT_STATUS REGISTER(0xE000ED28)
#define HARD_FAULT_STATUS REGISTER(0xE000ED2C)
#define MEMORY_FAULT_ADDRESS REGISTER(0xE000ED34)
#define BUS_FAULT_ADDRESS REGISTER(0xE000ED38)
#define MEMORY_ADDRESS_VALID (1u << 7)
#define BUS_ADDRESS_VALID (1u << 15)
#define RESET_CONTROL REGISTER(0xE000ED0C)
#define RESET_REQUEST 0x05FA0004u

#define INTERRUPTS 64

extern char bss_start[], bss_end[], stack_high[];

int main(void);
void reset_handler(void);
static void doorbell_handler(void);
static void fault_handler(void);

static volatile bool doorbell_rang;
static bool fault_in_fault;

/* The doorbell's entry replaces one of the range before it: that is meant. */
#pragma GCC diagnostic ignored "-Woverride-init"
__attribute__((section(".vectors"), used)) static void (*const vectors[16 + INTERRUPTS])(void) = {
    (void (*)(void))stack_high,
    reset_handler,
    [2 ... 15 + INTERRUPTS] = fault_handler,
    [16 + UART_INTERRUPT] = doorbell_handler,
};

void reset_handler(void)
{
    for (char *byte = bss_start; byte < bss_end; byte++)
        *(volatile char *)byte = 0;
    main();
    platform_stop();
}

void platform_start(void)
{
    UART_DIVIDER = 16;
    UART_CONTROL = CONTROL_TRANSMIT_RECEIVE_INTERRUPT;
    /* QEMU hands over bytes that wait already only after a read; without it such a doorbell is never heard. */
    (void)UART_DATA;
    NVIC_ENABLE = UART_BIT;
}

static void doorbell_handler(void)
{
    /* Acknowledged before draining: a byte that comes in between raises the interrupt again. */
    UART_CLEAR = CLEAR_RECEIVE;
    while ((UART_STATE & STATE_RECEIVE_FULL) != 0)
        (void)UART_DATA;
    doorbell_rang = true;
}

void platform_wait_for_doorbell(void)
{
    /* With interrupts off between the look and the sleep, none falls in between: a pending one ends the sleep. */
    __asm volatile("cpsid i" ::: "memory");
    while (!doorbell_rang)
        __asm volatile("wfi\n\tcpsie i\n\tisb\n\tcpsid i" ::: "memory");
    doorbell_rang = false;
    __asm volatile("cpsie i" ::: "memory");
}

void platform_ring(uint8_t byte)
{
    while ((UART_STATE & STATE_TRANSMIT_FULL) != 0) {
    }
    UART_DATA = byte;
}

void platform_fence(void)
{
    __asm volatile("dmb sy" ::: "memory");
    /* QEMU before 8.1 leaves barriers out on boards with one core, though the host is another. A device access is a
       barrier everywhere. */
    (void)UART_STATE;
}

void platform_stop(void)
{
    /* Not only masked: a pending interrupt would end each sleep. */
    NVIC_DISABLE = UART_BIT;
    __asm volatile("cpsid i" ::: "memory");
    for (;;)
        __asm volatile("wfi");
}

void platform_reset(void)
{
    __asm volatile("dsb sy" ::: "memory");
    RESET_CONTROL = RESET_REQUEST;
    platform_stop();
}

void platform_undefined_instruction(void)
{
    __asm volatile("udf #0");
}

void platform_bad_read(void)
{
    (void)REGISTER(0xF0000000);
}

bool platform_lock_up(void)
{
    fault_in_fault = true;
    platform_undefined_instruction();
    return true;
}

static uint32_t cause_of(uint32_t exception)
{
    if (exception == 2)
        return PANIC_NMI;
    if (exception >= 3 && exception <= 6)
        return PANIC_HARD_FAULT + exception - 3;
    return exception == 7 ? PANIC_SECURE_FAULT : PANIC_UNEXPECTED;
}

/* The core stacked r0 to r3, r12, lr, pc and xpsr; fault_handler then pushed r4 to r11. */
__attribute__((used)) static void report_fault(const uint32_t *stacked, const uint32_t *pushed, uint32_t exception)
{
    volatile struct panic_record *record = &openamp_panic_record;
    uint32_t status = CONFIGURABLE_FAULT_STATUS;

    if (fault_in_fault)
        platform_undefined_instruction();
    for (int i = 0; i < 4; i++)
        record->registers[i] = stacked[i];
    for (int i = 0; i < 8; i++)
        record->registers[4 + i] = pushed[i];
    record->registers[12] = stacked[4];
    /* Bit 9 of xpsr: the core left out a word to align the stack. */
    record->registers[13] = (uint32_t)(stacked + 8) + (stacked[7] >> 9 & 1) * 4;
    record->registers[14] = stacked[5];
    record->registers[15] = stacked[6];
    record->registers[16] = stacked[7];

    record->cause = cause_of(exception);
    record->fault_status = status | (uint64_t)HARD_FAULT_STATUS << 32;
    record->fault_address = 0;
    if ((status & MEMORY_ADDRESS_VALID) != 0)
        record->fault_address = MEMORY_FAULT_ADDRESS;
    if ((status & BUS_ADDRESS_VALID) != 0)
        record->fault_address = BUS_FAULT_ADDRESS;
    panic_finish(PANIC_CORTEX_M, 13, 15);
}

/* Every exception that is not the doorbell. This firmware has one stack, the main one. */
__attribute__((naked)) static void fault_handler(void)
{
    __asm volatile("mrs r0, msp\n\t"
                   "push {r4-r11}\n\t"
                   "mov r1, sp\n\t"
                   "mrs r2, ipsr\n\t"
                   "bl report_fault");
}
