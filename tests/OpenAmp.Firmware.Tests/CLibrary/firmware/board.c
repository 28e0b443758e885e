/* SPDX-License-Identifier: BSD-3-Clause */

#include "board.h"

#include "openamp.h"

#define REGISTER(address) (*(volatile uint32_t *)(address))
#define UART_DATA REGISTER(0x40004000)
#define UART_STATE REGISTER(0x40004004)
#define UART_CONTROL REGISTER(0x40004008)
#define UART_CLEAR REGISTER(0x4000400C)
#define UART_DIVIDER REGISTER(0x40004010)
#define FLOATING_POINT REGISTER(0xE000ED88)
#define NVIC_ENABLE REGISTER(0xE000E100)
#define PANIC_BYTE 0xFE

extern char bss_start[], bss_end[], stack_high[];

int main(void);
void *memset(void *to, int value, size_t bytes);
void *memcpy(void *restrict to, const void *restrict from, size_t bytes);
void reset_handler(void);

static volatile uint32_t doorbell_rang;

static void doorbell(void)
{
    /* Acknowledged before draining: a byte that comes in between raises the interrupt again. */
    UART_CLEAR = 2;
    while ((UART_STATE & 2) != 0)
        (void)UART_DATA;
    doorbell_rang = 1;
}

static void stop(void)
{
    board_mask();
    board_ring(PANIC_BYTE);
    for (;;)
        __asm volatile("wfi");
}

__attribute__((section(".vectors"), used)) static void (*const vectors[17])(void) = {
    (void (*)(void))stack_high, reset_handler, stop, stop, stop, stop, stop, stop, stop,
    stop, stop, stop, stop, stop, stop, stop, doorbell,
};

/* Version 1: a vdev of RPMsg that offers the name service, with two vrings wherever the host likes. */
__attribute__((section(".resource_table"), used)) volatile uint32_t resource_table[] = {1, 1, 0, 0, 20};
__attribute__((section(".resource_table.vdev"), used)) volatile uint32_t board_vdev[] = {
    3, 7, 0xffffffff, 1, 0, 0, 2 << 8,
    0xffffffff, 16, RING_ENTRIES, 0xffffffff, 0,
    0xffffffff, 16, RING_ENTRIES, 0xffffffff, 0,
};

void reset_handler(void)
{
    FLOATING_POINT |= 0xf << 20;
    __asm volatile("dsb\n\tisb");
    for (char *byte = bss_start; byte < bss_end; byte++)
        *(volatile char *)byte = 0;
    main();
    stop();
}

void board_start(void)
{
    UART_DIVIDER = 16;
    UART_CONTROL = 0xB;
    /* QEMU hands over bytes that wait already only after a read. */
    (void)UART_DATA;
    NVIC_ENABLE = 1;
}

void board_ring(uint8_t byte)
{
    while ((UART_STATE & 1) != 0) {
    }
    UART_DATA = byte;
}

void board_mask(void)
{
    __asm volatile("cpsid i" ::: "memory");
}

void board_unmask(void)
{
    __asm volatile("cpsie i\n\tisb" ::: "memory");
}

void board_sleep(void)
{
    __asm volatile("dsb\n\twfi" ::: "memory");
}

void board_wait(void)
{
    board_mask();
    while (!doorbell_rang) {
        board_sleep();
        board_unmask();
        board_mask();
    }
    doorbell_rang = 0;
    board_unmask();
}

void openamp_fence(void)
{
    __asm volatile("dmb sy" ::: "memory");
    /* QEMU before 8.1 leaves barriers out on boards with one core, though the host is another. */
    (void)UART_STATE;
}

void openamp_panic(uint32_t cause)
{
    (void)cause;
    stop();
}

/* A freestanding compiler may still call these two. */
void *memset(void *to, int value, size_t bytes)
{
    unsigned char *byte = to;
    while (bytes-- > 0)
        *byte++ = (unsigned char)value;
    return to;
}

void *memcpy(void *restrict to, const void *restrict from, size_t bytes)
{
    unsigned char *to_byte = to;
    const unsigned char *from_byte = from;
    while (bytes-- > 0)
        *to_byte++ = *from_byte++;
    return to;
}
