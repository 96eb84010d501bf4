/* SPDX-License-Identifier: MIT */
/*
 * The numbers that assembly needs of C's structures.  Compiled to assembly,
 * out of which the build takes the lines marked "->" (mk/image.mk).
 */
#include <stddef.h>
#include <xen/xen.h>
#include <xen/errno.h>

#include <boot/early_exception.h>
#include <entry/frame.h>
#include <entry/entry.h>
#include <machine/cpu_area.h>
#include <machine/smp.h>

#define DEFINE(name, value) \
    __asm__ volatile ("\n->#define " #name " %c0" : : "i" (value))
#define CPU_FIELD(field) DEFINE(CPU_##field, offsetof(struct cpu, field))

void offsets(void);

void offsets(void)
{
    CPU_FIELD(vcpu_info);
    CPU_FIELD(user_rsp);
    CPU_FIELD(guest_rsp);
    CPU_FIELD(syscall_callback);
    CPU_FIELD(syscall32_callback);
    CPU_FIELD(sysenter_callback);
    CPU_FIELD(event_callback);
    CPU_FIELD(hypercalls);
    CPU_FIELD(bounce_handler);
    CPU_FIELD(bounce_error);
    CPU_FIELD(bounce_has_error);
    CPU_FIELD(in_user);
    CPU_FIELD(syscall_masks_events);
    CPU_FIELD(syscall32_masks_events);
    CPU_FIELD(sysenter_masks_events);
    CPU_FIELD(event_masks_events);
    CPU_FIELD(exception);
    CPU_FIELD(ist_exception);
    CPU_FIELD(trap_handler);
    CPU_FIELD(trap_masks_events);

    DEFINE(TSS_RSP0, offsetof(struct tss, rsp));
    DEFINE(VECTORS_WITH_ERROR, VECTORS_WITH_ERROR);
    DEFINE(EARLY_STUB_SIZE, EARLY_STUB_SIZE);
    DEFINE(RESUME_SWAPGS, RESUME_SWAPGS);
    DEFINE(NR_HYPERCALLS, NR_HYPERCALLS);
    DEFINE(ENOSYS, XEN_ENOSYS);

    DEFINE(VCPU_INFO_pending,
           offsetof(struct vcpu_info, evtchn_upcall_pending));
    DEFINE(VCPU_INFO_mask, offsetof(struct vcpu_info, evtchn_upcall_mask));
    DEFINE(VCPU_INFO_cr2, offsetof(struct vcpu_info, arch.cr2));

    DEFINE(SMP_nr_cpus, offsetof(struct smp, nr_cpus));
    DEFINE(SMP_apic_ids, offsetof(struct smp, apic_ids));
}

static_assert(CPU_AREA_SIZE == 1 << CPU_AREA_SHIFT, "ap_entry.S");

static_assert(offsetof(struct vcpu_info, evtchn_upcall_mask)
              == offsetof(struct vcpu_info, evtchn_upcall_pending) + 1,
              "entry.S takes both in one word");
