/* SPDX-License-Identifier: MIT */
/*
 * The numbers that assembly needs of C's structures.  Compiled to assembly,
 * out of which the build takes the lines marked "->" (mk/image.mk).
 */
#include <stddef.h>
#include <xen/xen.h>
#include <xen/errno.h>
#include <xen/sched.h>
#include <xen/vcpu.h>
#include <xen/version.h>

#include <boot/early_exception.h>
#include <entry/frame.h>
#include <entry/entry.h>
#include <guest/p2m_layout.h>
#include <hypercall/hypercall.h>
#include <hypercall/version.h>
#include <machine/cpu_area.h>
#include <machine/interrupt.h>
#include <machine/smp.h>
#include <machine/timer.h>

#define DEFINE(name, value) \
    __asm__ volatile ("\n->#define " #name " %c0" : : "i" (value))
#define CPU_FIELD(field) DEFINE(CPU_##field, offsetof(struct cpu, field))

/* The part of struct frame that interrupt_of_guest pushes. */
#define INTERRUPT_FIELD(field) \
    DEFINE(INTERRUPT_##field, \
           offsetof(struct frame, field) - offsetof(struct frame, rbx))

void offsets(void);

void offsets(void)
{
    CPU_FIELD(user_rsp);
    CPU_FIELD(guest_rsp);
    CPU_FIELD(syscall_target);
    CPU_FIELD(syscall32_callback);
    CPU_FIELD(sysenter_callback);
    CPU_FIELD(event_callback);
    CPU_FIELD(hypercalls);
    CPU_FIELD(bounce_handler);
    CPU_FIELD(bounce_error);
    CPU_FIELD(bounce_has_error);
    CPU_FIELD(in_user);
    CPU_FIELD(nmi_deferred);
    CPU_FIELD(interrupts_in_c);
    CPU_FIELD(exception);
    CPU_FIELD(after_interrupt);
    CPU_FIELD(interrupt);
    CPU_FIELD(ist_exception);
    CPU_FIELD(interrupt_self);
    CPU_FIELD(timer_set_clock);
    CPU_FIELD(trap_handler);
    CPU_FIELD(table);
    CPU_FIELD(table_direct);
    CPU_FIELD(updates_end);
    CPU_FIELD(walked);
    CPU_FIELD(kept_r8);
    CPU_FIELD(kept_r10);
    CPU_FIELD(kept_rdx);
    CPU_FIELD(max_mfn);
    CPU_FIELD(mark_slot);
    CPU_FIELD(id);
    CPU_FIELD(deadlines);
    CPU_FIELD(programmed);

    INTERRUPT_FIELD(vector);
    INTERRUPT_FIELD(rip);
    INTERRUPT_FIELD(cs);
    INTERRUPT_FIELD(rflags);
    DEFINE(UP_AND_NO_NMI, 0x100);

    DEFINE(TSS_RSP0, offsetof(struct tss, rsp));
    DEFINE(VECTORS_WITH_ERROR, VECTORS_WITH_ERROR);
    DEFINE(EARLY_STUB_SIZE, EARLY_STUB_SIZE);
    DEFINE(RESUME_SWAPGS, RESUME_SWAPGS);
    DEFINE(EXCEPTION_STUB_SIZE, EXCEPTION_STUB_SIZE);
    DEFINE(NR_HYPERCALLS, NR_HYPERCALLS);
    DEFINE(HYPERCALL_mmu_update, __HYPERVISOR_mmu_update);
    DEFINE(HYPERCALL_stack_switch, __HYPERVISOR_stack_switch);
    DEFINE(HYPERCALL_xen_version, __HYPERVISOR_xen_version);
    DEFINE(XEN_ABI_VERSION, XEN_ABI_MAJOR << 16 | XEN_ABI_MINOR);
    DEFINE(HYPERCALL_iret, __HYPERVISOR_iret);
    DEFINE(HYPERCALL_set_segment_base, __HYPERVISOR_set_segment_base);
    DEFINE(HYPERCALL_sched_op, __HYPERVISOR_sched_op);
    DEFINE(SCHEDOP_block, SCHEDOP_block);
    DEFINE(HYPERCALL_vcpu_op, __HYPERVISOR_vcpu_op);
    DEFINE(VCPUOP_set_singleshot_timer, VCPUOP_set_singleshot_timer);
    DEFINE(SINGLESHOT_timeout,
           offsetof(struct vcpu_set_singleshot_timer, timeout_abs_ns));
    DEFINE(SINGLESHOT_flags,
           offsetof(struct vcpu_set_singleshot_timer, flags));
    DEFINE(TIMER_SINGLESHOT, TIMER_SINGLESHOT);
    DEFINE(TIMER_LAST_BIT, TIMER_LAST_BIT);
    DEFINE(HYPERCALL_mmuext_op, __HYPERVISOR_mmuext_op);
    DEFINE(HYPERCALL_multicall, __HYPERVISOR_multicall);
    DEFINE(HYPERCALL_update_va_mapping, __HYPERVISOR_update_va_mapping);
    DEFINE(DOMID_SELF, DOMID_SELF);
    DEFINE(M2P_INVALID, (int64_t)M2P_INVALID);
    DEFINE(MMU_PT_UPDATE_PRESERVE_AD, MMU_PT_UPDATE_PRESERVE_AD);
    DEFINE(SEGBASE_GS_USER, SEGBASE_GS_USER);
    DEFINE(SEGBASE_GS_USER_SEL, SEGBASE_GS_USER_SEL);
    DEFINE(MMUEXT_NEW_BASEPTR, MMUEXT_NEW_BASEPTR);
    DEFINE(MMUEXT_NEW_USER_BASEPTR, MMUEXT_NEW_USER_BASEPTR);
    DEFINE(MMUEXT_TLB_FLUSH_LOCAL, MMUEXT_TLB_FLUSH_LOCAL);
    DEFINE(MMUEXT_INVLPG_LOCAL, MMUEXT_INVLPG_LOCAL);
    DEFINE(MMUEXT_PIN_L4_TABLE, MMUEXT_PIN_L4_TABLE);
    DEFINE(MMUEXT_UNPIN_TABLE, MMUEXT_UNPIN_TABLE);
    DEFINE(UVMF_TLB_FLUSH, UVMF_TLB_FLUSH);
    DEFINE(UVMF_LOCAL, UVMF_LOCAL);
    DEFINE(MMUEXT_OP_SIZE, sizeof(struct mmuext_op));
    DEFINE(HYPERCALL_LOAD_GDT, HYPERCALL_LOAD_GDT);
    DEFINE(ENOSYS, XEN_ENOSYS);

    DEFINE(VCPU_INFO_pending,
           offsetof(struct vcpu_info, evtchn_upcall_pending));
    DEFINE(VCPU_INFO_mask, offsetof(struct vcpu_info, evtchn_upcall_mask));
    DEFINE(VCPU_INFO_cr2, offsetof(struct vcpu_info, arch.cr2));

    DEFINE(VECTOR_EVENT, VECTOR_EVENT);
    DEFINE(VECTOR_PMI, VECTOR_PMI);

    DEFINE(SMP_nr_cpus, offsetof(struct smp, nr_cpus));
    DEFINE(SMP_apic_ids, offsetof(struct smp, apic_ids));
}

static_assert(CPU_AREA_SIZE == 1 << CPU_AREA_SHIFT, "ap_entry.S");

static_assert(offsetof(struct cpu, up)
              == offsetof(struct cpu, nmi_deferred) + 1
              && offsetof(struct cpu, in_firmware)
                 == offsetof(struct cpu, interrupts_in_c) + 1,
              "vectors.S takes both in one word");
static_assert(offsetof(struct vcpu_info, evtchn_upcall_mask)
              == offsetof(struct vcpu_info, evtchn_upcall_pending) + 1,
              "iret.S takes both in one word");
static_assert(!(offsetof(struct vcpu_info, evtchn_upcall_pending) % 4),
              "iret.S takes both, and what follows them, at once");
static_assert(!XENVER_version, "hot_cpu_state.S");
static_assert(!MMU_NORMAL_PT_UPDATE
              && MMU_PT_UPDATE_PRESERVE_AD == 2, "hot_mmu_update*.S");
static_assert(!MMUEXT_PIN_L1_TABLE && MMUEXT_UNPIN_TABLE == 4,
              "hot_mmuext_op.S and hot_multicall.S test both at once");
static_assert(MMUEXT_PIN_L4_TABLE == MMUEXT_UNPIN_TABLE - 1,
              "hot_multicall.S compares");
static_assert(sizeof(multicall_entry_t) == 64
              && !offsetof(multicall_entry_t, op)
              && offsetof(multicall_entry_t, result) == 8
              && offsetof(multicall_entry_t, args) == 16, "hot_multicall.S");
static_assert(!offsetof(struct mmuext_op, cmd)
              && offsetof(struct mmuext_op, arg1) == 8,
              "hot_mmuext_op.S, hot_multicall.S");
