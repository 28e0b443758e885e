// SPDX-License-Identifier: BSD-3-Clause
//
// Armv7-R (Cortex-R5F): start and memory protection.
//
// The image is loaded where it is linked: there is no .data to copy. The vectors are copied to 0xFFFF0000, because the
// core knows only that place and address 0, whose page is nobody's.

    .syntax unified

    .macro region number, address, size, access
    mov   r0, #\number
    mcr   p15, 0, r0, c6, c2, 0             // RGNR
    ldr   r0, =\address
    mcr   p15, 0, r0, c6, c1, 0             // DRBAR
    movw  r0, #\access
    mcr   p15, 0, r0, c6, c1, 4             // DRACR
    movw  r0, #((\size << 1) | 1)           // 2^(size + 1) bytes, enabled
    mcr   p15, 0, r0, c6, c1, 2             // DRSR
    .endm

    .global openamp_fault_stack_bytes       // the upper part of the handlers' stack; interrupts have the rest
    .set openamp_fault_stack_bytes, 512

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
    cps   #0x12                             // interrupt
    ldr   sp, =__handler_stack_high - openamp_fault_stack_bytes
    cps   #0x1f                             // system
    ldr   sp, =__stack_high

    mrc   p15, 0, r0, c1, c0, 2             // CPACR: floating point
    orr   r0, r0, #(0xf << 20)
    mcr   p15, 0, r0, c1, c0, 2
    isb
    mov   r0, #0x40000000
    .fpu vfpv3-d16
    vmsr  fpexc, r0

    ldr   r0, =__bss_start
    ldr   r1, =__bss_end
    mov   r2, #0
1:  cmp   r0, r1
    strlo r2, [r0], #4
    blo   1b

    ldr   r0, =openamp_vectors
    ldr   r1, =openamp_vectors_end
    ldr   r2, =0xffff0000
2:  cmp   r0, r1
    ldrlo r3, [r0], #4
    strlo r3, [r2], #4
    blo   2b

    // The highest region that covers an address decides; what none covers is as without protection.
    region 0, 0, 11, 0x1000                 // the null page: no access
    region 1, __stack_guard, 11, 0x1000     // the page below the stack: the same
    region 2, 0xe0000000, 28, 0x1305        // devices
    region 3, 0xfffc0000, 17, 0x0308        // on-chip memory, with the vectors: not cached
    dsb
    mrc   p15, 0, r1, c1, c0, 0             // SCTLR
    ldr   r2, =0x00022001                   // background region, vectors at 0xFFFF0000, protection
    orr   r1, r1, r2
    bic   r1, r1, #0x40000000               // exceptions in Arm instructions
    mcr   p15, 0, r1, c1, c0, 0
    isb

    // CACHE: both stay off, because rings and buffers lie in memory that the host's caches do not snoop.
    blx   openamp_main
    b     openamp_halt
    .ltorg

    .include "armv7-traps.s"
