/* SPDX-License-Identifier: MIT */
#include <entry/entry.h>

#include <entry/code.h>
#include <guest/domain.h>
#include <hypercall/hypercall.h>
#include <hypercall/page_table.h>
#include <machine/cpu_area.h>
#include <machine/features.h>
#include <machine/interrupt.h>
#include <machine/paging.h>
#include <machine/timer.h>
#include <machine/verw.h>
#include <machine/x86.h>

uint64_t entry_address(const struct cpu *cpu, const char *label)
{
    return cpu_area(cpu) + CPU_CODE + (uint64_t)(label - entry_template);
}

static uint64_t slow_stub(const struct cpu *cpu, unsigned vector)
{
    return entry_address(cpu, exception_stubs)
           + (uint64_t)vector * EXCEPTION_STUB_SIZE;
}

uint64_t entry_in_template(uint64_t address)
{
    uint64_t offset = (address - CPU_AREA_BASE) % CPU_AREA_SIZE;

    if (address < CPU_AREA_BASE || address >= FRAMEBUFFER_BASE
        || offset >= CPU_CODE_SIZE)
        return address;
    return (uint64_t)entry_template + offset;
}

/*
 * The stub that bounces without C, or 0.  It wouldn't note that a kernel in
 * the low half is back from user mode.
 */
static uint64_t fast_stub(const struct cpu *cpu, unsigned vector)
{
    if (domain.low_half)
        return 0;
    for (const struct fast_stub *stub = fast_stubs_start;
         stub < fast_stubs_end; stub++)
        if (stub->vector == vector)
            return entry_address(cpu, (const char *)&stub->address
                                      + stub->address);
    return 0;
}

/* TSS.ist[] indices, from 1; cpu.c fills the stacks in. */
static unsigned vector_ist(unsigned vector)
{
    switch (vector) {
    case VECTOR_NMI: return 1;
    case VECTOR_MC:  return 2;
    case VECTOR_DB:  return 3;
    case VECTOR_DF:  return 4;
    default:         return 0;
    }
}

extern const char iret_jump[], iret_with_flag_jump[];

static void iret_to(const struct cpu *cpu, const char *jump, const char *stub)
{
    int32_t distance = (int32_t)(stub - (jump + sizeof distance));

    code_write(cpu, jump, &distance, sizeof distance);
}

void entry_init(struct cpu *cpu)
{
    cpu->hypercalls = hypercall_table;
    cpu->exception = exception;
    cpu->after_interrupt = after_interrupt;
    cpu->interrupt = interrupt;
    cpu->ist_exception = ist_exception;
    cpu->interrupt_self = interrupt_self;
    cpu->timer_set_clock = &timer_set_clock;
    cpu->max_mfn = domain.max_mfn;
    cpu->mark_slot = paging_mark_slot();
    page_table_forget(cpu);
    cpu->syscall_target = entry_address(cpu, entry_no_syscall);
    cpu->syscall32_callback = entry_address(cpu, entry_no_syscall);
    cpu->event_callback = entry_address(cpu, entry_no_event_callback);
    for (unsigned vector = 0; vector < 256; vector++)
        entry_set_trap(cpu, vector, 0, 0, false);
    if (!features.intel) {
        iret_to(cpu, iret_jump, entry_iret_any_address);
        iret_to(cpu, iret_with_flag_jump, iret_with_flag_any_address);
    }
    if (verw_is_used)
        entry_use_verw(cpu);
}

/* By INT n would come no error code, and nothing that was an NMI or a #MC. */
static bool is_hardwares(unsigned vector)
{
    return vector_has_error(vector) || vector == VECTOR_NMI
           || vector == VECTOR_MC;
}

/* These any program may use, whatever the handler's DPL: Xen's own gates. */
static bool is_programs(unsigned vector)
{
    return vector == VECTOR_BP || vector == VECTOR_OF
           || vector == VECTOR_INT80;
}

static unsigned gate_dpl(unsigned vector, uint64_t handler, unsigned dpl)
{
    if (is_hardwares(vector))
        return 0;
    return handler && is_programs(vector) ? 3 : dpl;
}

void entry_set_trap(struct cpu *cpu, unsigned vector, uint64_t handler,
                    unsigned dpl, bool masks_events)
{
    uint64_t stub = handler && masks_events ? fast_stub(cpu, vector) : 0;

    if (handler && !stub && vector >= NR_EXCEPTIONS)
        cpu->interrupts_in_c = true;
    cpu->trap_handler[vector] = handler;
    cpu->trap_masks_events[vector] = masks_events;
    cpu_idt(cpu)[vector] = make_gate(stub ? stub : slow_stub(cpu, vector),
                                     gate_dpl(vector, handler, dpl),
                                     vector_ist(vector));
}

/* One CPU at a time calls firmware. */
void entry_load_plain_idt(const struct cpu *cpu)
{
    static struct gate gates[256];
    struct table_pointer idt = { sizeof gates - 1, (uint64_t)gates };

    for (unsigned vector = 0; vector < 256; vector++)
        gates[vector] = make_gate(slow_stub(cpu, vector), 0,
                                  vector_ist(vector));
    __asm__ volatile ("lidt %0" : : "m" (idt));
}
