// SPDX-License-Identifier: BSD-3-Clause
// What compiled C# calls on 32-bit Arm, in Thumb-2: Cortex-M3 and later, Cortex-R, Cortex-A. Each function has a section
// of its own, so that the linker leaves out what nobody calls. The stack is used only where it says so.

        .syntax unified
        .thumb

        .macro  function name
        .section .text.\name, "ax", %progbits
        .balign 4
        .global \name
        .type   \name, %function
        .thumb_func
\name:
        .endm

// Failures: the cause goes to openamp_panic, which the firmware's runtime has and which does not return. The link
// register still tells who failed.

        .macro  failure name, cause
        function \name
        movs    r0, #\cause
        b.w     openamp_panic
        .endm

        failure openamp_fail_index, 1
        failure openamp_fail_divide, 2
        failure openamp_fail_overflow, 3
        failure openamp_fail_null, 4
        failure openamp_fail_other, 6
        failure RhpFallbackFailFast, 6          // a security cookie was overwritten

// void openamp_memmove(void *destination, const void *source, size_t length): the two may overlap.
// Every access is aligned, so either may be device memory. Doublewords where both can be aligned together.

        function openamp_memmove
        subs    r3, r0, r1
        cmp     r3, r2
        blo     6f                              // the destination starts inside the source: from the end
        eor     r3, r0, r1
        lsls    r3, r3, #30
        bne     5f                              // never aligned together
1:      lsls    r3, r0, #30
        beq     3f
        subs    r2, #1
        blo     8f
        ldrb    r3, [r1], #1
        strb    r3, [r0], #1
        b       1b
2:      ldrd    r3, r12, [r1], #8
        strd    r3, r12, [r0], #8
3:      subs    r2, #8
        bhs     2b
        adds    r2, #4
        blo     4f                              // fewer than 4 are left
        ldr     r3, [r1], #4
        str     r3, [r0], #4
        b       5f
4:      adds    r2, #4
        b       5f
7:      ldrb    r3, [r1], #1
        strb    r3, [r0], #1
5:      subs    r2, #1
        bhs     7b
        bx      lr
6:      subs    r2, #1
        blo     8f
        ldrb    r3, [r1, r2]
        strb    r3, [r0, r2]
        b       6b
8:      bx      lr

// void openamp_memclear(void *start, size_t length)
// void openamp_memset(void *start, uint8_t value, size_t length): every access is aligned.

        function openamp_memclear
        mov     r2, r1
        movs    r1, #0
        .global openamp_memset
        .type   openamp_memset, %function
        .thumb_func
openamp_memset:
        uxtb    r1, r1
        orr     r1, r1, r1, lsl #8
        orr     r1, r1, r1, lsl #16
1:      lsls    r3, r0, #30
        beq     3f
        subs    r2, #1
        blo     6f
        strb    r1, [r0], #1
        b       1b
2:      strd    r1, r1, [r0], #8
3:      subs    r2, #8
        bhs     2b
        adds    r2, #4
        blo     4f
        str     r1, [r0], #4
        b       5f
4:      adds    r2, #4
        b       5f
7:      strb    r1, [r0], #1
5:      subs    r2, #1
        bhs     7b
6:      bx      lr

// Atomic changes of a word; each is a full barrier, as the C# methods promise.

// uint32_t openamp_compare_exchange(uint32_t *location, uint32_t value, uint32_t comparand)
        function openamp_compare_exchange
        dmb     sy
1:      ldrex   r3, [r0]
        cmp     r3, r2
        bne     2f
        strex   r12, r1, [r0]
        cmp     r12, #0
        bne     1b
        b       3f
2:      clrex
3:      dmb     sy
        mov     r0, r3
        bx      lr

// uint32_t openamp_exchange(uint32_t *location, uint32_t value)
        function openamp_exchange
        dmb     sy
1:      ldrex   r3, [r0]
        strex   r12, r1, [r0]
        cmp     r12, #0
        bne     1b
        dmb     sy
        mov     r0, r3
        bx      lr

// uint32_t openamp_exchange_add(uint32_t *location, uint32_t value): gives what was there.
        function openamp_exchange_add
        dmb     sy
1:      ldrex   r3, [r0]
        add     r2, r3, r1
        strex   r12, r2, [r0]
        cmp     r12, #0
        bne     1b
        dmb     sy
        mov     r0, r3
        bx      lr

// Division. The smallest number divided by -1 is an overflow, as everywhere in .NET.

        function openamp_udiv32
        cbz     r1, 1f
        udiv    r0, r0, r1
        bx      lr
1:      b.w     openamp_fail_divide

        function openamp_umod32
        cbz     r1, 1f
        udiv    r2, r0, r1
        mls     r0, r2, r1, r0
        bx      lr
1:      b.w     openamp_fail_divide

        .macro  check_signed
        cbz     r1, 1f
        adds    r2, r1, #1                      // -1?
        bne     2f
        negs    r3, r0
        bvs.w   openamp_fail_overflow
        b       2f
1:      b.w     openamp_fail_divide
2:
        .endm

        function openamp_div32
        check_signed
        sdiv    r0, r0, r1
        bx      lr

        function openamp_mod32
        check_signed
        sdiv    r2, r0, r1
        mls     r0, r2, r1, r0
        bx      lr

// r1:r0 divided by r3:r2. Gives the quotient in r1:r0 and the remainder in r3:r2. 16 bytes of stack.
        function openamp_divide64
        orrs    r12, r2, r3
        beq.w   openamp_fail_divide
        orrs    r12, r1, r3
        bne     1f
        udiv    r12, r0, r2                     // both have 32 bits
        mls     r2, r12, r2, r0
        mov     r0, r12
        bx      lr
1:      push    {r4, r5, r6, lr}
        movs    r4, #0                          // r5:r4 is the remainder so far
        movs    r5, #0
        movs    r6, #64
2:      adds    r0, r0, r0
        adcs    r1, r1
        adcs    r4, r4
        adcs    r5, r5
        bcs     3f                              // a bit left the remainder: larger than any divisor
        cmp     r4, r2
        sbcs    r12, r5, r3
        blo     4f
3:      subs    r4, r4, r2
        sbc     r5, r5, r3
        adds    r0, #1
4:      subs    r6, #1
        bne     2b
        mov     r2, r4
        mov     r3, r5
        pop     {r4, r5, r6, pc}

        function openamp_udiv64
        b.w     openamp_divide64

// 8 bytes of stack, as the next ones.
        function openamp_umod64
        push    {r4, lr}
        bl      openamp_divide64
        mov     r0, r2
        mov     r1, r3
        pop     {r4, pc}

// Makes both numbers positive for the signed divisions.
        function openamp_magnitudes64
        and     r12, r2, r3
        adds    r12, #1                         // -1?
        bne     1f
        rsbs    r12, r0, #0
        mov     r12, #0
        sbcs    r12, r12, r1                    // overflows for the smallest number only
        bvs.w   openamp_fail_overflow
1:      cmp     r3, #0
        bge     2f
        rsbs    r2, r2, #0
        sbc     r3, r3, r3, lsl #1              // 0 - r3 - borrow
2:      cmp     r1, #0
        bge     3f
        rsbs    r0, r0, #0
        sbc     r1, r1, r1, lsl #1
3:      bx      lr

        function openamp_div64
        push    {r4, lr}
        eor     r4, r1, r3
        bl      openamp_magnitudes64
        bl      openamp_divide64
        cmp     r4, #0
        bge     1f
        rsbs    r0, r0, #0
        sbc     r1, r1, r1, lsl #1
1:      pop     {r4, pc}

        function openamp_mod64
        push    {r4, lr}
        mov     r4, r1
        bl      openamp_magnitudes64
        bl      openamp_divide64
        mov     r0, r2
        mov     r1, r3
        cmp     r4, #0
        bge     1f
        rsbs    r0, r0, #0
        sbc     r1, r1, r1, lsl #1
1:      pop     {r4, pc}

// 64-bit products and shifts, under the names that the compiler gives them. A shift by 32 or more in a register is 0,
// and a negative distance counts as such.

        function RhpLMul
        mul     r3, r0, r3
        mla     r3, r2, r1, r3
        umull   r0, r1, r0, r2
        add     r1, r1, r3
        bx      lr

        function RhpLLsh
        and     r2, r2, #63
        rsb     r3, r2, #32
        sub     r12, r2, #32
        lsl     r1, r1, r2
        lsr     r3, r0, r3
        orr     r1, r1, r3
        lsl     r3, r0, r12
        orr     r1, r1, r3
        lsl     r0, r0, r2
        bx      lr

        function RhpLRsz
        and     r2, r2, #63
        rsb     r3, r2, #32
        sub     r12, r2, #32
        lsr     r0, r0, r2
        lsl     r3, r1, r3
        orr     r0, r0, r3
        lsr     r3, r1, r12
        orr     r0, r0, r3
        lsr     r1, r1, r2
        bx      lr

        function RhpLRsh
        and     r2, r2, #63
        rsb     r3, r2, #32
        subs    r12, r2, #32
        bhs     1f
        lsr     r0, r0, r2
        lsl     r3, r1, r3
        orr     r0, r0, r3
        asr     r1, r1, r2
        bx      lr
1:      asr     r0, r1, r12
        asrs    r1, r1, #31
        bx      lr

// Where managed and native code meet there is nothing to do: no collector has to be told.

        .macro  nothing name
        function \name
        bx      lr
        .endm

        nothing RhpPInvoke
        nothing RhpPInvokeReturn
        nothing RhpReversePInvoke
        nothing RhpReversePInvokeReturn
        nothing RhpStackProbe                   // r4 holds the new stack pointer; there is no guard page

        .section .rodata.RhpTrapThreads, "a", %progbits
        .balign 4
        .global RhpTrapThreads
RhpTrapThreads:
        .word   0

// Guards a stackalloc against an overrun. One number for all firmware: it finds mistakes, it is no secret.
        .section .rodata.__security_cookie, "a", %progbits
        .balign 4
        .global __security_cookie
__security_cookie:
        .word   0x5bd1e995

// Nothing unwinds the stack: the linker leaves the unwind tables out. The names stand where the linker reaches them
// without a detour.
        .global __aeabi_unwind_cpp_pr0, __aeabi_unwind_cpp_pr1
        .thumb_set __aeabi_unwind_cpp_pr0, RhpReversePInvoke
        .thumb_set __aeabi_unwind_cpp_pr1, RhpReversePInvoke
