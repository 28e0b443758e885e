// SPDX-License-Identifier: BSD-3-Clause
// Where C# calls the functions that the C firmware gave. By hand, because C# takes bit 1 of a function pointer for a
// mark of its own, and a C function may start at any halfword. Each is a tail call: no stack.

        .syntax unified
        .thumb

        .macro  function name
        .section .text.\name, "ax", %progbits
        .balign 4
        .type   \name, %function
        .thumb_func
\name:
        .endm

// intptr_t openamp_call(void *, void *, void *, function)
        .global openamp_call
        function openamp_call
        bx      r3

// void *openamp_call_translate(void *context, function, uint64_t address, uint64_t length): what C takes as its second
// argument starts at an even register, and leaves r1 free.
        .global openamp_call_translate
        function openamp_call_translate
        bx      r1

// void openamp_fence(void), unless the C firmware has its own.
        .weak   openamp_fence
        function openamp_fence
        dmb     sy
        bx      lr
