// SPDX-License-Identifier: BSD-3-Clause
// What compiled C# calls on AArch64. Each function has a section of its own, so that the linker leaves out what nobody
// calls. None uses the stack.

        .macro  function name
        .section .text.\name, "ax", %progbits
        .balign 4
        .global \name
        .type   \name, %function
\name:
        .endm

// Failures: the cause goes to openamp_panic, which the firmware's runtime has and which does not return. The link
// register still tells who failed.

        .macro  failure name, cause
        function \name
        mov     w0, #\cause
        b       openamp_panic
        .endm

        failure openamp_fail_index, 1
        failure openamp_fail_divide, 2
        failure openamp_fail_overflow, 3
        failure openamp_fail_null, 4
        failure openamp_fail_other, 6
        failure RhpFallbackFailFast, 6          // a security cookie was overwritten

// void openamp_memmove(void *destination, const void *source, size_t length): the two may overlap.
// Every access is aligned, so either may be device memory. Words of 8 or of 4 bytes where both can be aligned together.

        function openamp_memmove
        sub     x3, x0, x1
        cmp     x3, x2
        b.lo    7f                              // the destination starts inside the source: from the end
        tst     x3, #3
        b.ne    6f                              // never aligned together
        tst     x3, #7
        mov     x4, #7
        mov     x5, #3
        csel    x4, x4, x5, eq                  // 7: by doublewords, 3: by words
1:      tst     x0, x4
        b.eq    2f
        subs    x2, x2, #1
        b.lo    9f
        ldrb    w3, [x1], #1
        strb    w3, [x0], #1
        b       1b
2:      tbz     x4, #2, 4f
        b       3f
8:      ldr     x3, [x1], #8
        str     x3, [x0], #8
3:      subs    x2, x2, #8
        b.hs    8b
        add     x2, x2, #8
        b       4f
5:      ldr     w3, [x1], #4
        str     w3, [x0], #4
4:      subs    x2, x2, #4
        b.hs    5b
        add     x2, x2, #4
        b       6f
10:     ldrb    w3, [x1], #1
        strb    w3, [x0], #1
6:      subs    x2, x2, #1
        b.hs    10b
        ret
7:      subs    x2, x2, #1
        b.lo    9f
        ldrb    w3, [x1, x2]
        strb    w3, [x0, x2]
        b       7b
9:      ret

// void openamp_memclear(void *start, size_t length)
// void openamp_memset(void *start, uint8_t value, size_t length): every access is aligned.

        function openamp_memclear
        mov     x2, x1
        mov     w1, wzr
        .global openamp_memset
        .type   openamp_memset, %function
openamp_memset:
        and     x1, x1, #0xff
        orr     x1, x1, x1, lsl #8
        orr     x1, x1, x1, lsl #16
        orr     x1, x1, x1, lsl #32
1:      tst     x0, #7
        b.eq    3f
        subs    x2, x2, #1
        b.lo    6f
        strb    w1, [x0], #1
        b       1b
2:      str     x1, [x0], #8
3:      subs    x2, x2, #8
        b.hs    2b
        add     x2, x2, #8
        b       5f
4:      strb    w1, [x0], #1
5:      subs    x2, x2, #1
        b.hs    4b
6:      ret

// Where managed and native code meet there is nothing to do: no collector has to be told.

        .macro  nothing name
        function \name
        ret
        .endm

        nothing RhpPInvoke
        nothing RhpPInvokeReturn
        nothing RhpReversePInvoke
        nothing RhpReversePInvokeReturn

        .section .rodata.RhpTrapThreads, "a", %progbits
        .balign 8
        .global RhpTrapThreads
RhpTrapThreads:
        .quad   0

// Guards a stackalloc against an overrun. One number for all firmware: it finds mistakes, it is no secret.
        .section .rodata.__security_cookie, "a", %progbits
        .balign 8
        .global __security_cookie
__security_cookie:
        .quad   0x5bd1e9955bd1e995
