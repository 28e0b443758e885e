// SPDX-License-Identifier: BSD-3-Clause
// Where C# calls the functions that the C firmware gave. Each is a tail call: no stack.

        .macro  function name
        .section .text.\name, "ax", %progbits
        .balign 4
        .type   \name, %function
\name:
        .endm

// intptr_t openamp_call(void *, void *, void *, function)
        .global openamp_call
        function openamp_call
        br      x3

// void *openamp_call_translate(void *context, function, uint64_t address, uint64_t length)
        .global openamp_call_translate
        function openamp_call_translate
        mov     x16, x1
        mov     x1, x2
        mov     x2, x3
        br      x16

// void openamp_fence(void), unless the C firmware has its own.
        .weak   openamp_fence
        function openamp_fence
        dmb     sy
        ret
