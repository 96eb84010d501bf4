/* SPDX-License-Identifier: MIT */
/* Hypercalls by the transfer page: what they answer, and leave as it was. */
#include "traps.h"

#include <xen/event_channel.h>

static const char *kept(uint64_t value, uint64_t was)
{
    return value == was ? "kept" : "lost";
}

static void call(const char *name, unsigned long number, unsigned long a1,
                 unsigned long a2, unsigned long a3, unsigned long a4)
{
    struct slot_result result;

    call_slot(number, a1, a2, a3, a4, &result);
    report((long)result.rax, "slot %s", name);
    print("slot %s, registers: RCX %s, R11 %s, R9 %s, IF %u", name,
          kept(result.rcx, RUN_RCX), kept(result.r11, RUN_R11),
          kept(result.r9, (uint64_t)&result), !!(result.rflags & RFLAGS_IF));
}

#define SLOT(name, a1, a2, a3, a4)                                         \
    call(#name "(" #a1 ", " #a2 ", " #a3 ", " #a4 ")",                     \
         __HYPERVISOR_##name, (unsigned long)(a1), (unsigned long)(a2),    \
         (unsigned long)(a3), (unsigned long)(a4))

/* In assembly, and in C: what is unusual. */
static void each_way(void)
{
    static char page[PAGE_SIZE] __attribute__((aligned(PAGE_SIZE)));
    uint64_t *entry = page_entry((uint64_t)page, 1);
    struct mmu_update update = { machine_address(entry), *entry };
    struct mmuext_op flush = { .cmd = MMUEXT_INVLPG_LOCAL,
                               .arg1.linear_addr = (uint64_t)page };
    struct mmuext_op all = { .cmd = MMUEXT_TLB_FLUSH_LOCAL };
    uint64_t value = *entry;
    uint32_t done;

    SLOT(mmu_update, &update, 1, 0, DOMID_SELF);
    SLOT(mmu_update, &update, 1, &done, DOMID_SELF);
    SLOT(mmu_update, UNMAPPED_VIRTUAL, 1, 0, DOMID_SELF);
    SLOT(mmu_update, UNMAPPED_VIRTUAL, 2, 0, DOMID_SELF);
    update.ptr |= MMU_PT_UPDATE_PRESERVE_AD;
    SLOT(mmu_update, &update, 1, 0, DOMID_SELF);
    update.ptr |= 3;
    SLOT(mmu_update, &update, 1, 0, DOMID_SELF);
    SLOT(mmuext_op, &flush, 1, 0, DOMID_SELF);
    SLOT(mmuext_op, &all, 1, 0, DOMID_SELF);
    SLOT(mmuext_op, &flush, 1, &done, DOMID_SELF);
    SLOT(mmuext_op, UNMAPPED_VIRTUAL, 1, 0, DOMID_SELF);
    SLOT(update_va_mapping, page, value, UVMF_INVLPG, 0);
    SLOT(stack_switch, FLAT_KERNEL_SS, kernel_stack_end(), 0, 0);
    SLOT(set_segment_base, SEGBASE_GS_USER, GS_USER, 0, 0);
    SLOT(set_segment_base, SEGBASE_GS_USER, 0x0000800000000000, 0, 0);
    SLOT(set_segment_base, 4, 0, 0, 0);
    SLOT(fpu_taskswitch, 0, 0, 0, 0);
}

/* An event comes up at the end of a call. */
static void with_event(const char *name, evtchn_port_t port,
                       unsigned long number, unsigned long a1,
                       unsigned long a2)
{
    struct evtchn_send send = { port };
    struct slot_result result;

    events_clear();
    set_mask(true);
    CALL(event_channel_op, EVTCHNOP_send, &send);
    nr_seen = 0;
    go_on = 1;
    set_mask(false);
    call_slot(number, a1, a2, 0, 0, &result);
    go_on = 0;
    print("slot %s with an event: %u upcall, mask then %u, result %ld", name,
          nr_seen, seen[0].mask, (long)result.rax);
    print("slot %s with an event, registers: RCX %s, R11 %s, IF %u", name,
          kept(result.rcx, RUN_RCX), kept(result.r11, RUN_R11),
          !!(result.rflags & RFLAGS_IF));
}

void test_slots(void)
{
    struct evtchn_bind_ipi bind = { 0 };

    each_way();
    CALL(event_channel_op, EVTCHNOP_bind_ipi, &bind);
    shared_info->evtchn_mask[bind.port / 64] &= ~(1ul << bind.port % 64);
    with_event("stack_switch", bind.port, __HYPERVISOR_stack_switch,
               FLAT_KERNEL_SS, kernel_stack_end());
    with_event("set_segment_base", bind.port, __HYPERVISOR_set_segment_base,
               SEGBASE_GS_USER, GS_USER);
    with_event("set_segment_base in C", bind.port,
               __HYPERVISOR_set_segment_base, 4, 0);
    with_event("fpu_taskswitch", bind.port, __HYPERVISOR_fpu_taskswitch, 0,
               0);
    events_clear();
}
