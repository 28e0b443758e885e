// SPDX-License-Identifier: BSD-3-Clause
//
// Armv7-A and -R: vectors, masking, and every exception into one report. Included by the start files, which give each
// mode its stack: threads run in system mode, so that one whose stack has overflowed can still be reported.

    // Each exception: its cause, and how far behind the instruction at fault the link register points.
    .macro trap cause, offset
    push  {r0-r3}
    mov   r0, #\cause
    sub   r1, lr, #\offset
    b     openamp_trap
    .endm

    .section .text.openamp_traps, "ax"
    .arm
    .balign 32
openamp_vectors:
    ldr   pc, =openamp_vector_unexpected    // reset: a jump to address 0 that got here
    ldr   pc, =openamp_vector_undefined
    ldr   pc, =openamp_vector_unexpected    // supervisor call
    ldr   pc, =openamp_vector_prefetch
    ldr   pc, =openamp_vector_data
    ldr   pc, =openamp_vector_unexpected
    ldr   pc, =openamp_vector_interrupt
    ldr   pc, =openamp_vector_unexpected    // fast interrupt
    .ltorg
openamp_vectors_end:

openamp_vector_undefined:
    push  {r0-r3}
    mov   r0, #32
    mrs   r2, spsr
    tst   r2, #0x20                         // Thumb?
    subne r1, lr, #2
    subeq r1, lr, #4
    b     openamp_trap
openamp_vector_prefetch:
    trap  33, 4
openamp_vector_data:
    trap  34, 8
openamp_vector_unexpected:
    trap  37, 4

    // All that a C# method may change. It runs on the stack of this mode, interrupts masked.
openamp_vector_interrupt:
    sub   lr, lr, #4
    push  {r0-r3, r12, lr}
    .fpu vfpv3-d16
    vpush {d0-d7}
    .ifdef SIMD
    .fpu neon
    vpush {d16-d31}
    .endif
    blx   openamp_interrupt
    .ifdef SIMD
    vpop  {d16-d31}
    .endif
    vpop  {d0-d7}
    ldm   sp!, {r0-r3, r12, pc}^

    // r0 cause, r1 address of the instruction, r0 to r3 of the thread on the stack.
    //   record: 8 cause, 12 register count, 16 fault status, 24 fault address, 32 stack low, 40 high, 48 registers
openamp_trap:
    ldr   r2, =openamp_panic_record
    add   r3, r2, #64
    stmia r3!, {r4-r12}
    stmia r3, {sp, lr}^                     // the thread's
    mrs   r4, spsr
    str   r1, [r3, #8]
    str   r4, [r3, #12]
    pop   {r4-r7}
    add   r3, r2, #48
    stmia r3, {r4-r7}

    // Cause: the exception; what an application asked for, a null reference, an overflown stack.
    mov   r5, #0                            // fault status and address
    mov   r6, #0
    cmp   r0, #33
    mrceq p15, 0, r5, c5, c0, 1             // IFSR
    mrceq p15, 0, r6, c6, c0, 2             // IFAR
    cmp   r0, #34
    mrceq p15, 0, r5, c5, c0, 0             // DFSR
    mrceq p15, 0, r6, c6, c0, 0             // DFAR
    cmp   r0, #32
    bne   1f
    ldrh  r7, [r1]
    movw  r8, #0xdeac                       // udf #0xac: openamp_panic, whose argument is the cause
    cmp   r7, r8
    moveq r0, r4
    b     2f
1:  cmp   r0, #37
    beq   2f
    lsrs  r7, r6, #12
    moveq r0, #4
    ldr   r7, =__stack_guard
    sub   r7, r6, r7
    cmp   r7, #4096
    movlo r0, #7
2:  mov   r7, #0
    mov   r1, #17
    str   r0, [r2, #8]
    str   r1, [r2, #12]
    str   r5, [r2, #16]
    str   r7, [r2, #20]
    str   r6, [r2, #24]
    str   r7, [r2, #28]
    ldr   r0, =__stack_low
    str   r0, [r2, #32]
    ldr   r0, =__stack_high
    str   r0, [r2, #40]
    ldr   r0, =0x00020001                   // version 1, architecture 2
    str   r0, [r2, #4]
    mov   r0, r2
    blx   openamp_report
    .global openamp_halt
openamp_halt:
    cpsid aif
    wfi
    b     openamp_halt
    .ltorg

    .thumb

    // Masking, so that who looks and then sleeps misses nothing: a masked interrupt ends the wait all the same.
    .section .text.openamp_mask, "ax"
    .global openamp_mask
    .thumb_func
openamp_mask:
    cpsid i
    bx    lr

    .section .text.openamp_unmask, "ax"
    .global openamp_unmask
    .thumb_func
openamp_unmask:
    cpsie i
    bx    lr

    .section .text.openamp_wait, "ax"
    .global openamp_wait
    .thumb_func
openamp_wait:
    dsb
    wfi
    bx    lr

    // void openamp_panic(uint cause): an undefined instruction, so that the exception's handler sees all registers.
    .section .text.openamp_panic, "ax"
    .global openamp_panic
    .thumb_func
openamp_panic:
    udf   #0xac

    // What C# wants to know of the image.
    .section .text.openamp_image, "ax"
    .global openamp_image
    .balign 4
    .thumb_func
openamp_image:
    adr   r0, 1f
    bx    lr
    .balign 4
1:  .word __trace_start
    .word __trace_end
    .word __workspace_start
    .word __workspace_end
    .word openamp_vdev
    // A program without a link has no virtio device; the build of one with a link insists on it.
    .weak openamp_vdev

    // Only in images that ask for it: the virtio device of a version 2 table, and the buffer for a flip-flop trace.
    .section .text.openamp_wide_image, "ax"
    .global openamp_wide_image
    .balign 4
    .thumb_func
openamp_wide_image:
    adr   r0, 1f
    bx    lr
    .balign 4
1:  .word openamp_vdev_item
    .word __log_start
    .word __log_end

    .section .bss.openamp_panic_record, "aw", %nobits
    .balign 8
    .global openamp_panic_record
    .type openamp_panic_record, %object
    .size openamp_panic_record, 116
openamp_panic_record:
    .space 116
