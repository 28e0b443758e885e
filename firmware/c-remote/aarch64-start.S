/* SPDX-License-Identifier: BSD-3-Clause */

/* Entered at EL1, interrupts masked, MMU off, at the first address of the image. */

    .section .vectors, "ax"
    .global reset_handler
reset_handler:
    adrp x0, vectors
    add x0, x0, :lo12:vectors
    msr vbar_el1, x0
    msr spsel, #1
    adrp x0, stack_high
    add x0, x0, :lo12:stack_high
    mov sp, x0

    adrp x0, bss_start
    add x0, x0, :lo12:bss_start
    adrp x1, bss_end
    add x1, x1, :lo12:bss_end
1:  cmp x0, x1
    b.hs 2f
    str xzr, [x0], #8
    b 1b
2:  bl main
    b platform_stop

    /* Sixteen vectors of 128 bytes: none is expected, so each only says which it is. */
    .balign 2048
vectors:
    .set number, 0
    .rept 16
    .balign 128
    sub sp, sp, #256
    stp x0, x1, [sp]
    mov x0, #number
    b save
    .set number, number + 1
    .endr

save:
    stp x2, x3, [sp, #16]
    stp x4, x5, [sp, #32]
    stp x6, x7, [sp, #48]
    stp x8, x9, [sp, #64]
    stp x10, x11, [sp, #80]
    stp x12, x13, [sp, #96]
    stp x14, x15, [sp, #112]
    stp x16, x17, [sp, #128]
    stp x18, x19, [sp, #144]
    stp x20, x21, [sp, #160]
    stp x22, x23, [sp, #176]
    stp x24, x25, [sp, #192]
    stp x26, x27, [sp, #208]
    stp x28, x29, [sp, #224]
    str x30, [sp, #240]
    mov x2, x0
    mov x0, sp
    add x1, sp, #256
    bl report_fault
