// SPDX-License-Identifier: BSD-3-Clause
//
// Armv7-A with large physical addresses (Cortex-A7, A15, A17): start and translation tables.
//
// The image is loaded where it is linked: there is no .data to copy.
//
// Linker symbols: __ram_start, __ram_end and __device_start, __device_end, multiples of 2 MiB, each pair within
// one GiB.

    .syntax unified

    .set NORMAL, 0x700                      // inner shareable, written back (MAIR 0); readable, writable
    .set DEVICE, 0x404                      // MAIR 1
    .set NEVER_EXECUTE, 0x00600000          // in the upper word
    .set READ_ONLY, 0x80

    .global openamp_fault_stack_bytes       // the upper part of the handlers' stack; interrupts have the rest
    .set openamp_fault_stack_bytes, 2048

    .section .text.openamp_start, "ax"
    .arm
    .global openamp_start
openamp_start:
    cpsid aif, #0x17                        // abort
    ldr   sp, =__handler_stack_high
    cps   #0x1b                             // undefined
    ldr   sp, =__handler_stack_high
    cps   #0x13                             // supervisor
    ldr   sp, =__handler_stack_high
    cps   #0x11                             // fast interrupt
    ldr   sp, =__handler_stack_high
    cps   #0x12                             // interrupt: below what a report of its own fault needs
    ldr   sp, =__handler_stack_high - openamp_fault_stack_bytes
    cps   #0x1f                             // system
    ldr   sp, =__stack_high

    ldr   r0, =openamp_vectors
    mcr   p15, 0, r0, c12, c0, 0            // VBAR
    mrc   p15, 0, r0, c1, c0, 2             // CPACR: floating point and SIMD
    orr   r0, r0, #(0xf << 20)
    mcr   p15, 0, r0, c1, c0, 2
    isb
    mov   r0, #0x40000000
    .fpu vfpv4
    vmsr  fpexc, r0

    ldr   r0, =__bss_start
    ldr   r1, =__bss_end
    mov   r2, #0
1:  cmp   r0, r1
    strlo r2, [r0], #4
    blo   1b

    // One entry covers 1 GiB in the first table, 2 MiB in the second ones, 4 KiB in the third. What has none is
    // forbidden: the null page, and the page below the stack.
    ldr   r0, =openamp_tables
    ldr   r4, =__device_start
    ldr   r5, =__device_end
    movw  r6, #(DEVICE | 1)
    add   r7, r0, #4096
    bl    openamp_map_blocks
    ldr   r4, =__ram_start
    ldr   r5, =__ram_end
    movw  r6, #(NORMAL | 1)
    add   r7, r0, #8192
    bl    openamp_map_blocks

    ldr   r9, =__image_start
    lsr   r4, r9, #21
    lsl   r4, r4, #21
    ubfx  r5, r4, #21, #9
    add   r3, r0, #12288
    orr   r6, r3, #3
    mov   r10, #0
    add   r5, r7, r5, lsl #3
    strd  r6, r7, [r5]
    str   r10, [r5, #4]
    ldr   r10, =__text_end
    ldr   r11, =__stack_guard
    mov   r5, #512
2:  cmp   r4, r9
    cmphs r10, r4                           // carry: also below or at the end of the text
    movw  r6, #(NORMAL | 3)
    mov   r7, #NEVER_EXECUTE
    orrhi r6, r6, #READ_ONLY                // within the text
    movhi r7, #0
    orr   r6, r6, r4
    cmp   r4, r11
    moveq r6, #0
    strd  r6, r7, [r3], #8
    add   r4, r4, #4096
    subs  r5, r5, #1
    bne   2b

    movw  r1, #0x04ff                       // 0 normal memory, 1 device
    mcr   p15, 0, r1, c10, c2, 0            // MAIR0
    ldr   r1, =0x80803500                   // TTBCR: long descriptors, 4 GiB from TTBR0, walks inner shareable, cached
    mcr   p15, 0, r1, c2, c0, 2
    mov   r1, #0
    mcrr  p15, 0, r0, r1, c2                // TTBR0
    dsb
    mcr   p15, 0, r1, c7, c5, 0             // ICIALLU
    mcr   p15, 0, r1, c8, c7, 0             // TLBIALL
    dsb
    isb
    mrc   p15, 0, r1, c1, c0, 0             // SCTLR
    movw  r2, #0x1005                       // translation, data cache, instruction cache
    orr   r1, r1, r2
    bic   r1, r1, #0x2000                   // vectors where VBAR says
    mcr   p15, 0, r1, c1, c0, 0
    isb

    blx   openamp_main
    b     openamp_halt

    // Maps 2 MiB blocks from r4 up to r5 with attributes r6 in table r7, and the table in the first one.
openamp_map_blocks:
    mov   r9, #0
    lsr   r8, r4, #30
    add   r8, r0, r8, lsl #3
    orr   r10, r7, #3
    str   r10, [r8]
    str   r9, [r8, #4]
    mov   r9, #NEVER_EXECUTE
1:  cmp   r4, r5
    bxhs  lr
    ubfx  r8, r4, #21, #9
    add   r8, r7, r8, lsl #3
    orr   r10, r6, r4
    str   r10, [r8]
    str   r9, [r8, #4]
    add   r4, r4, #0x200000
    b     1b
    .ltorg

    .section .bss.openamp_tables, "aw", %nobits
    .balign 4096
openamp_tables:
    .space 4 * 4096

    // The virtual timer: uint frequency(void), void start(uint ticks), void advance(uint ticks).
    .thumb
    .section .text.openamp_timer, "ax"
    .global openamp_timer_frequency, openamp_timer_start, openamp_timer_advance
    .thumb_func
openamp_timer_frequency:
    mrc   p15, 0, r0, c14, c0, 0            // CNTFRQ
    bx    lr
    .thumb_func
openamp_timer_start:
    isb
    mrrc  p15, 1, r2, r3, c14               // CNTVCT
    adds  r2, r2, r0
    adc   r3, r3, #0
    mcrr  p15, 3, r2, r3, c14               // CNTV_CVAL
    movs  r0, #1
    mcr   p15, 0, r0, c14, c3, 1            // CNTV_CTL
    isb
    bx    lr
    .thumb_func
openamp_timer_advance:
    mrrc  p15, 3, r2, r3, c14
    adds  r2, r2, r0
    adc   r3, r3, #0
    mcrr  p15, 3, r2, r3, c14
    isb
    bx    lr

    .set SIMD, 1
    .include "armv7-traps.s"
