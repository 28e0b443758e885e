/* SPDX-License-Identifier: BSD-3-Clause */

/* Vectors, stack and cleared memory for the harness. The image is loaded where it is linked. */

    .syntax unified
    .thumb

    .section .vectors, "a"
    .word stack_high
    .word reset_handler
    .rept 14
    .word stop
    .endr

    .text
    .thumb_func
    .global reset_handler
    .type reset_handler, %function
reset_handler:
    ldr r0, =bss_start
    ldr r1, =bss_end
    movs r2, #0
1:  cmp r0, r1
    bhs 2f
    str r2, [r0], #4
    b 1b
2:  bl main
    .thumb_func
    .type stop, %function
stop:
    b stop
    .ltorg

    /* What a freestanding compiler calls; the copy is the one that C# firmware has. */
    .section .text.memcpy, "ax"
    .thumb_func
    .global memcpy
    .type memcpy, %function
memcpy:
    push {r4, lr}
    mov r4, r0
    bl openamp_memmove
    mov r0, r4
    pop {r4, pc}

    .section .text.memset, "ax"
    .thumb_func
    .global memset
    .type memset, %function
memset:
    push {r4, lr}
    mov r4, r0
    mov r3, r1
    mov r1, r2
    mov r2, r3
    uxtb r2, r2
1:  subs r1, #1
    blo 2f
    strb r2, [r0], #1
    b 1b
2:  mov r0, r4
    pop {r4, pc}

    /* arm.s names it for its failures, which C has none of. */
    .weak openamp_panic
    .set openamp_panic, stop
