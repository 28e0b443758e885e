// SPDX-License-Identifier: BSD-3-Clause
//
// AArch64 at EL1 (Cortex-A): start, translation tables, vectors, sleep, and every exception into one report.
//
// Threads run on SP_EL0, handlers on SP_EL1, so that a thread whose stack has overflowed can still be reported. The
// image is loaded where it is linked: there is no .data to copy.
//
// Linker symbols: __ram_start, __ram_end and __device_start, __device_end, multiples of 2 MiB, each pair within
// one GiB.
// Optional: __shared_start, __shared_end, in the devices' GiB: memory of a device that is shared with others.

    .set NORMAL_BLOCK, 0x701                // inner shareable, written back (MAIR 0); readable, writable
    .set DEVICE_BLOCK, 0x405                // MAIR 1
    .set NORMAL_PAGE, 0x703
    .set READ_ONLY, 0x80

    .section .text.openamp_start, "ax"
    .global openamp_start
openamp_start:
    msr   daifset, #15
    ldr   x0, =__handler_stack_high
    mov   sp, x0
    ldr   x0, =__stack_high
    msr   sp_el0, x0
    mov   x0, #(3 << 20)
    msr   cpacr_el1, x0                     // floating point and SIMD: the compiler copies with them
    ldr   x0, =openamp_vectors
    msr   vbar_el1, x0
    isb

    ldr   x0, =__bss_start
    ldr   x1, =__bss_end
1:  cmp   x0, x1
    b.hs  2f
    str   xzr, [x0], #8
    b     1b
2:
    // One entry covers 1 GiB in the first table, 2 MiB in the second ones, 4 KiB in the third. What has none is
    // forbidden: the null page, and the page below the stack.
    ldr   x0, =openamp_tables
    add   x1, x0, #4096                     // devices
    add   x2, x0, #8192                     // RAM
    add   x3, x0, #12288                    // the 2 MiB of the image
    movz  x8, #0x60, lsl #48                // execute never

    ldr   x4, =__device_start
    ldr   x5, =__device_end
    mov   x6, #DEVICE_BLOCK
    orr   x6, x6, x8
    mov   x7, x1
    bl    openamp_map_blocks
    .weak __shared_start, __shared_end
    ldr   x4, =__shared_start               // where there is none, both are 0 and nothing is mapped
    ldr   x5, =__shared_end
    mov   x6, #NORMAL_BLOCK
    orr   x6, x6, x8
    mov   x7, x1
    bl    openamp_map_blocks
    ldr   x4, =__ram_start
    ldr   x5, =__ram_end
    mov   x7, x2
    bl    openamp_map_blocks

    ldr   x4, =__image_start
    and   x4, x4, #~0x1fffff
    ubfx  x5, x4, #21, #9
    orr   x6, x3, #3
    str   x6, [x2, x5, lsl #3]
    ldr   x9, =__image_start
    ldr   x10, =__text_end
    ldr   x11, =__stack_guard
    mov   x5, #512
3:  mov   x6, #NORMAL_PAGE
    orr   x6, x6, x8
    cmp   x4, x9
    ccmp  x4, x10, #2, hs                   // within the text?
    b.hs  4f
    mov   x6, #(NORMAL_PAGE | READ_ONLY)
4:  orr   x6, x6, x4
    cmp   x4, x11
    csel  x6, xzr, x6, eq
    str   x6, [x3], #8
    add   x4, x4, #4096
    subs  x5, x5, #1
    b.ne  3b

    mov   x1, #0x04ff                       // 0 normal memory, 1 device nGnRE
    msr   mair_el1, x1
    ldr   x1, =0x00803520                   // 4 GiB of 4 KiB pages from TTBR0, walks inner shareable and cached
    msr   tcr_el1, x1
    msr   ttbr0_el1, x0
    dsb   sy
    ic    iallu
    tlbi  vmalle1
    dsb   sy
    isb
    mrs   x1, sctlr_el1
    mov   x2, #0x1005                       // translation, data cache, instruction cache
    orr   x1, x1, x2
    msr   sctlr_el1, x1
    isb

    msr   spsel, #0
    bl    openamp_main
    .global openamp_halt
openamp_halt:
    msr   daifset, #15
    wfi
    b     openamp_halt

    // Maps 2 MiB blocks from x4 up to x5 with attributes x6 in table x7, and the table in the first one.
openamp_map_blocks:
    ubfx  x9, x4, #30, #2
    orr   x10, x7, #3
    str   x10, [x0, x9, lsl #3]
1:  cmp   x4, x5
    b.hs  2f
    ubfx  x9, x4, #21, #9
    orr   x10, x6, x4
    str   x10, [x7, x9, lsl #3]
    add   x4, x4, #0x200000
    b     1b
2:  ret

    // Masking, so that who looks and then sleeps misses nothing: a masked interrupt ends the wait all the same.
    .section .text.openamp_mask, "ax"
    .global openamp_mask
openamp_mask:
    msr   daifset, #2
    ret

    .section .text.openamp_unmask, "ax"
    .global openamp_unmask
openamp_unmask:
    msr   daifclr, #2
    ret

    .section .text.openamp_wait, "ax"
    .global openamp_wait
openamp_wait:
    dsb   sy
    wfi
    ret

    // void openamp_panic(uint cause): a breakpoint, so that the exception's handler sees all registers.
    .section .text.openamp_panic, "ax"
    .global openamp_panic
openamp_panic:
    brk   #0xac

    // The virtual timer: uint frequency(void), void start(uint ticks), void advance(uint ticks).
    .section .text.openamp_timer, "ax"
    .global openamp_timer_frequency, openamp_timer_start, openamp_timer_advance
openamp_timer_frequency:
    mrs   x0, cntfrq_el0
    ret
openamp_timer_start:
    uxtw  x0, w0
    isb
    mrs   x1, cntvct_el0
    add   x1, x1, x0
    msr   cntv_cval_el0, x1
    mov   x1, #1
    msr   cntv_ctl_el0, x1
    isb
    ret
openamp_timer_advance:
    uxtw  x0, w0
    mrs   x1, cntv_cval_el0
    add   x1, x1, x0
    msr   cntv_cval_el0, x1
    isb
    ret

    // Each vector: its number in x0, the two registers that this and the record's address take on the stack.
    .macro trap number
    .balign 128
    stp   x0, x1, [sp, #-16]!
    mov   x0, #\number
    b     openamp_trap
    .endm

    .section .text.openamp_vectors, "ax"
    .balign 2048
openamp_vectors:
    trap  0                                 // from a thread: synchronous
    .balign 128
    b     openamp_interrupted
    trap  2
    trap  3                                 // SError
    trap  4                                 // from a handler
    trap  5
    trap  6
    trap  7
    trap  8                                 // from EL0: there is none
    trap  9
    trap  10
    trap  11
    trap  12
    trap  13
    trap  14
    trap  15

    // All that a C# method may change.
    .balign 128
openamp_interrupted:
    sub   sp, sp, #576
    stp   x0, x1, [sp]
    stp   x2, x3, [sp, #16]
    stp   x4, x5, [sp, #32]
    stp   x6, x7, [sp, #48]
    stp   x8, x9, [sp, #64]
    stp   x10, x11, [sp, #80]
    stp   x12, x13, [sp, #96]
    stp   x14, x15, [sp, #112]
    stp   x16, x17, [sp, #128]
    stp   x18, x29, [sp, #144]
    mrs   x0, elr_el1
    mrs   x1, spsr_el1
    stp   x30, x0, [sp, #160]
    str   x1, [sp, #176]
    stp   q0, q1, [sp, #192]
    stp   q2, q3, [sp, #224]
    stp   q4, q5, [sp, #256]
    stp   q6, q7, [sp, #288]
    stp   q16, q17, [sp, #320]
    stp   q18, q19, [sp, #352]
    stp   q20, q21, [sp, #384]
    stp   q22, q23, [sp, #416]
    stp   q24, q25, [sp, #448]
    stp   q26, q27, [sp, #480]
    stp   q28, q29, [sp, #512]
    stp   q30, q31, [sp, #544]
    bl    openamp_interrupt
    ldp   q0, q1, [sp, #192]
    ldp   q2, q3, [sp, #224]
    ldp   q4, q5, [sp, #256]
    ldp   q6, q7, [sp, #288]
    ldp   q16, q17, [sp, #320]
    ldp   q18, q19, [sp, #352]
    ldp   q20, q21, [sp, #384]
    ldp   q22, q23, [sp, #416]
    ldp   q24, q25, [sp, #448]
    ldp   q26, q27, [sp, #480]
    ldp   q28, q29, [sp, #512]
    ldp   q30, q31, [sp, #544]
    ldr   x1, [sp, #176]
    ldp   x30, x0, [sp, #160]
    msr   elr_el1, x0
    msr   spsr_el1, x1
    ldp   x18, x29, [sp, #144]
    ldp   x16, x17, [sp, #128]
    ldp   x14, x15, [sp, #112]
    ldp   x12, x13, [sp, #96]
    ldp   x10, x11, [sp, #80]
    ldp   x8, x9, [sp, #64]
    ldp   x6, x7, [sp, #48]
    ldp   x4, x5, [sp, #32]
    ldp   x2, x3, [sp, #16]
    ldp   x0, x1, [sp]
    add   sp, sp, #576
    eret

    // Fills the record and reports it in C#.
    //   record: 8 cause, 12 register count, 16 fault status, 24 fault address, 32 stack low, 40 high, 48 registers
openamp_trap:
    ldr   x1, =openamp_panic_record
    add   x1, x1, #48
    stp   x2, x3, [x1, #16]
    stp   x4, x5, [x1, #32]
    stp   x6, x7, [x1, #48]
    stp   x8, x9, [x1, #64]
    stp   x10, x11, [x1, #80]
    stp   x12, x13, [x1, #96]
    stp   x14, x15, [x1, #112]
    stp   x16, x17, [x1, #128]
    stp   x18, x19, [x1, #144]
    stp   x20, x21, [x1, #160]
    stp   x22, x23, [x1, #176]
    stp   x24, x25, [x1, #192]
    stp   x26, x27, [x1, #208]
    stp   x28, x29, [x1, #224]
    ldp   x2, x3, [sp], #16
    stp   x2, x3, [x1]
    mov   x4, sp
    cmp   x0, #4
    b.hs  1f
    mrs   x4, sp_el0
1:  stp   x30, x4, [x1, #240]
    mrs   x5, elr_el1
    mrs   x6, spsr_el1
    stp   x5, x6, [x1, #256]

    // Cause: the vector; of a synchronous one what it was, a null reference, or an overflown stack.
    mrs   x5, esr_el1
    mov   x6, xzr                           // fault address
    mov   w7, #37
    and   x0, x0, #3
    cmp   x0, #3
    b.eq  2f
    cbnz  x0, 5f
    mov   w7, #36
    ubfx  x8, x5, #26, #6                   // exception class
    cmp   x8, #0x3c
    b.ne  3f
    and   x9, x5, #0xffff
    cmp   x9, #0xac                         // brk #0xac: openamp_panic, whose argument is the cause
    csel  w7, w2, w7, eq
    b     5f
2:  mov   w7, #35
    b     5f
3:  mov   x9, #0x3a                         // 0x20, 0x21: fetching; 0x24, 0x25: reading or writing
    and   x9, x9, x8
    cmp   x9, #0x20
    b.ne  5f
    mrs   x6, far_el1
    lsr   x9, x6, #12
    cbnz  x9, 4f
    mov   w7, #4
4:  ldr   x10, =__stack_guard
    sub   x10, x6, x10
    cmp   x10, #4096
    b.hs  5f
    mov   w7, #7

5:  sub   x0, x1, #48
    mov   w8, #34
    stp   w7, w8, [x0, #8]
    stp   x5, x6, [x0, #16]
    ldr   x9, =__stack_low
    ldr   x10, =__stack_high
    stp   x9, x10, [x0, #32]
    ldr   w9, =0x00030001                   // version 1, architecture 3
    str   w9, [x0, #4]
    bl    openamp_report
    b     openamp_halt
    .ltorg

    // What C# wants to know of the image.
    .section .text.openamp_image, "ax"
    .global openamp_image
openamp_image:
    adr   x0, 1f
    ret
    .balign 8
1:  .quad __trace_start
    .quad __trace_end
    .quad __workspace_start
    .quad __workspace_end
    .quad openamp_vdev
    // A program without a link has no virtio device; the build of one with a link insists on it.
    .weak openamp_vdev

    // Only in images that ask for it: the virtio device of a version 2 table, and the buffer for a flip-flop trace.
    .section .text.openamp_wide_image, "ax"
    .global openamp_wide_image
openamp_wide_image:
    adr   x0, 1f
    ret
    .balign 8
1:  .quad openamp_vdev_item
    .quad __log_start
    .quad __log_end

    .section .bss.openamp_panic_record, "aw", %nobits
    .balign 8
    .global openamp_panic_record
    .type openamp_panic_record, %object
    .size openamp_panic_record, 320
openamp_panic_record:
    .space 320

    .section .bss.openamp_tables, "aw", %nobits
    .balign 4096
openamp_tables:
    .space 4 * 4096
