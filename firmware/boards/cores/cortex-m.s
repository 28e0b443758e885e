// SPDX-License-Identifier: BSD-3-Clause
//
// Cortex-M (Armv7-M, Armv8-M mainline): vectors, start, memory protection, sleep, and every fault into one report.
//
// Threads run on the process stack, handlers on the main stack, so that a thread whose stack has overflowed can still
// be reported. The image is loaded where it is linked: there is no .data to copy.
//
// Assembler symbols: ARMV8M, the core is Armv8-M; ICACHE, it has an instruction cache; IRQ_COUNT, its number of
// external interrupt vectors.

    .syntax unified
    .thumb

    .ifndef IRQ_COUNT
    .set IRQ_COUNT, 16
    .endif

    .section .vectors, "a"
    .global openamp_vectors
openamp_vectors:
    .word __handler_stack_high
    .word openamp_start
    .rept 9                                 // NMI, HardFault, MemManage, BusFault, UsageFault, SecureFault, reserved
    .word openamp_trap
    .endr
    .word openamp_trap                      // SVCall
    .word openamp_trap                      // DebugMonitor
    .word openamp_trap
    .word openamp_trap                      // PendSV
    .word openamp_interrupt                 // SysTick
    .rept IRQ_COUNT
    .word openamp_interrupt                 // a C# method: exception entry is a call, as the AAPCS has it
    .endr

    .section .text.openamp_start, "ax"
    .global openamp_start
    .thumb_func
openamp_start:
    cpsid i
    ldr   r4, =0xE000ED00                   // system control block
    ldr   r0, =openamp_vectors
    str   r0, [r4, #0x08]                   // VTOR
    ldr   r0, [r4, #0x88]                   // CPACR: the floating-point unit, where there is one
    orr   r0, r0, #(0xf << 20)
    str   r0, [r4, #0x88]
    ldr   r0, [r4, #0x24]                   // SHCSR: MemManage, BusFault, UsageFault (and SecureFault) of their own
    orr   r0, r0, #(0xf << 16)
    str   r0, [r4, #0x24]

    ldr   r0, =__bss_start
    ldr   r1, =__bss_end
    movs  r2, #0
1:  cmp   r0, r1
    bhs   2f
    stmia r0!, {r2}
    b     1b
2:
    // r4 + 0x94 is MPU_CTRL, + 0x98 RNR, + 0x9c RBAR, + 0xa0 RASR or RLAR.
    .ifdef ARMV8M
    // Regions may not overlap and none can forbid access: what no region covers is forbidden, page 0 included.
    ldr   r0, =__handler_stack_low
    msr   msplim, r0
    ldr   r0, =__stack_low
    msr   psplim, r0
    movw  r0, #0x04ff                       // MAIR0: 0 = normal memory, written back; 1 = device
    str   r0, [r4, #0xc0]
    movs  r0, #0
    ldr   r3, =openamp_mpu
3:  ldmia r3!, {r1, r2}
    str   r0, [r4, #0x98]
    str   r1, [r4, #0x9c]
    str   r2, [r4, #0xa0]
    adds  r0, r0, #1
    cmp   r0, #3
    bne   3b
    movs  r0, #1                            // enabled; no background region
    .else
    // Region 0: the null page, no access. Region 1: the page below the thread's stack, no access.
    movs  r0, #0x10                         // RBAR: address 0, region 0
    str   r0, [r4, #0x9c]
    ldr   r1, =(0x10000000 | (11 << 1) | 1) // RASR: execute never, no access, 4 KiB
    str   r1, [r4, #0xa0]
    ldr   r0, =__stack_guard + 0x11
    str   r0, [r4, #0x9c]
    str   r1, [r4, #0xa0]
    movs  r0, #5                            // enabled; everything else as without
    .endif
    str   r0, [r4, #0x94]

    .ifdef ICACHE
    // CACHE: instructions only. The data cache stays off, because rings, buffers and trace lie beside everything else.
    movs  r0, #0
    str   r0, [r4, #0x250]                  // ICIALLU
    dsb
    isb
    ldr   r0, [r4, #0x14]                   // CCR: IC
    orr   r0, r0, #(1 << 17)
    str   r0, [r4, #0x14]
    .endif

    ldr   r0, =__stack_high
    msr   psp, r0
    movs  r0, #2
    msr   control, r0                       // threads use the process stack
    dsb
    isb
    bl    openamp_main
    .global openamp_halt
    .thumb_func
openamp_halt:
    cpsid i
    wfi
    b     openamp_halt
    .ltorg

    .ifdef ARMV8M
    .section .rodata.openamp_mpu, "a"
    .balign 4
// RBAR: bits 2:1 access (1 all may write, 3 all may read), bit 0 never execute. RLAR: bits 3:1 index into MAIR0, bit 0
// enabled.
openamp_mpu:
    .word __image_start + 6, __text_end - 32 + 1
    .word __text_end + 3, __ram_end - 32 + 1
    .word 0x40000000 + 3, 0x5fffffe0 + 3
    .endif

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

    // void openamp_panic(uint cause): an undefined instruction, so that the fault handler sees all registers.
    .section .text.openamp_panic, "ax"
    .global openamp_panic
    .thumb_func
openamp_panic:
    udf   #0xac

    // All faults, and all exceptions that nobody asked for. Fills the record and reports it in C#.
    //   record: 8 cause, 12 register count, 16 fault status, 24 fault address, 32 stack low, 40 high, 48 registers
    .section .text.openamp_trap, "ax"
    .global openamp_trap
    .thumb_func
openamp_trap:
    cpsid i
    ldr   r0, =openamp_panic_record
    add   r1, r0, #64
    stmia r1!, {r4-r11}                     // r1: where r12 goes
    ldr   r6, =0xE000ED28
    ldr   r4, [r6]                          // CFSR
    ldr   r5, [r6, #4]                      // HFSR
    strd  r4, r5, [r0, #16]
    tst   lr, #4
    ite   ne
    mrsne r2, psp
    mrseq r2, msp
    ldr   r7, =0x00101010                   // STKOF, STKERR, MSTKERR: the frame was not written
    tst   r4, r7
    bne   1f
    ldmia r2!, {r8-r11}
    add   r3, r0, #48
    stmia r3!, {r8-r11}                     // r0 to r3
    ldmia r2!, {r8-r11}                     // r12, lr, pc, xpsr
    str   r8, [r1]
    add   r3, r1, #8
    stmia r3!, {r9-r11}
    tst   lr, #0x10                         // the frame of a thread that used floating point is longer
    it    eq
    addeq r2, r2, #72
    tst   r11, #0x200                       // and padded where the stack was not aligned to 8
    it    ne
    addne r2, r2, #4
1:  str   r2, [r1, #4]                      // sp

    movs  r3, #0                            // fault address
    tst   r4, #0x80                         // MMARVALID
    it    ne
    ldrne r3, [r6, #12]
    tst   r4, #0x8000                       // BFARVALID
    it    ne
    ldrne r3, [r6, #16]
    str   r3, [r0, #24]

    // Cause: by the exception's number; else what an application asked for, a null reference, an overflown stack.
    mrs   r1, ipsr
    cmp   r1, #7
    it    hi
    movhi r1, #0
    adr   r8, openamp_trap_causes
    ldrb  r1, [r8, r1]
    tst   r4, #0x10000                      // UNDEFINSTR
    beq   3f
    ldrh  r7, [r10]
    movw  r8, #0xdeac                       // udf #0xac: openamp_panic, whose argument is the cause
    cmp   r7, r8
    it    eq
    ldreq r1, [r0, #48]
    b     5f
3:  tst   r4, r7
    bne   4f                                // the frame found no room
    tst   r4, #0x80
    beq   5f
    lsrs  r7, r3, #12
    it    eq
    moveq r1, #4
    ldr   r8, =__stack_guard
    subs  r3, r3, r8
    cmp   r3, #4096
    bhs   5f
4:  movs  r1, #7
5:  movs  r2, #17
    strd  r1, r2, [r0, #8]
    ldr   r1, =__stack_low
    ldr   r2, =__stack_high
    str   r1, [r0, #32]
    str   r2, [r0, #40]
    ldr   r1, =0x00010001                   // version 1, architecture 1
    str   r1, [r0, #4]
    bl    openamp_report
    b     openamp_halt
    .balign 4
openamp_trap_causes:
    .byte 37, 37, 20, 16, 17, 18, 19, 21
    .ltorg

    // What C# wants to know of the image.
    .section .text.openamp_image, "ax"
    .global openamp_image
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
