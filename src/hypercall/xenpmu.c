/* SPDX-License-Identifier: MIT */
/* The counters' interrupt, and the page that a vCPU has for it. */
#include <hypercall/xenpmu.h>

#include <xen/xen.h>
#include <xen/errno.h>
#include <xen/pmu.h>

#include <hypercall/event.h>
#include <hypercall/outside.h>
#include <hypercall/vcpu.h>
#include <lib/console.h>
#include <machine/apic.h>
#include <machine/features.h>
#include <machine/interrupt.h>
#include <machine/paging.h>
#include <machine/smp.h>

#define INTEL_ECX       0x6c65746e      /* CPUID.0: "ntel" */
#define LVT_MASKED      0x10000         /* SDM volume 3, 10.5.1 */

static const struct xenpmu_vendor *vendor;      /* NULL: off */

static struct xen_pmu_regs interrupted(const struct cpu *cpu)
{
    const struct frame *frame = cpu->interrupted;

    /* A wait in a hypercall: the kernel is behind that, as Xen says. */
    if (!frame)
        return (struct xen_pmu_regs){
            .ip = hypercall_return_address(cpu), .sp = cpu->guest_rsp,
            .flags = *hypercall_flags(cpu), .cs = RING0_CS, .ss = RING0_SS,
        };
    return (struct xen_pmu_regs){
        .ip = frame->rip, .sp = frame->rsp, .flags = frame->rflags,
        .cs = (uint16_t)frame->cs, .ss = (uint16_t)frame->ss,
        .cpl = frame->cs & 3,
    };
}

static void sample(struct cpu *cpu)
{
    struct xen_pmu_data *page = cpu->pmu_page;
    struct xen_pmu_regs regs = interrupted(cpu);

    vendor->save(&page->pmu);
    page->pmu.r.regs = regs;
    page->vcpu_id = cpu->id;
    page->pcpu_id = cpu->id;
    page->domain_id = DOMID_SELF;
    page->pmu.pmu_flags = PMU_CACHED | PMU_SAMPLE_PV
                          | (regs.cpl ? PMU_SAMPLE_USER : 0);
    cpu->pmu_cached = true;
    event_raise_virq(VIRQ_XENPMU, cpu);
}

/* On their own CPU, under its lock. */
static void stop(struct cpu *cpu)
{
    apic_set_pmi(false);
    vendor->stop();
    cpu->pmu_detached = false;
}

static void pmi(unsigned vector)
{
    struct cpu *cpu = this_cpu();

    (void)vector;
    apic_set_pmi(false);
    spin_lock(&cpu->pmu_lock);
    if (cpu->pmu_detached || !cpu->pmu_page || vcpu_is_down(cpu))
        stop(cpu);
    else if (!cpu->pmu_cached)
        sample(cpu);
    spin_unlock(&cpu->pmu_lock);
}

/* Maybe late: with_page() has stopped them then, and the kernel goes on. */
static void stop_detached(unsigned vector)
{
    struct cpu *cpu = this_cpu();

    (void)vector;
    spin_lock(&cpu->pmu_lock);
    if (cpu->pmu_detached)
        stop(cpu);
    spin_unlock(&cpu->pmu_lock);
}

static const struct xenpmu_vendor *by_vendor(void)
{
    if (cpuid(0, 0).ecx == INTEL_ECX)
        return &xenpmu_intel;
    return features.intel ? NULL : &xenpmu_amd;
}

void xenpmu_start(void)
{
    const struct xenpmu_vendor *found = by_vendor();
    const char *why = !outside->has_hardware ? "they are the outer Xen's"
                      : !found ? "unknown vendor" : found->find(cpuid_or_zeros);

    printk("Performance counters: %s%s\n", why ? "off, " : "the kernel's",
           why ? why : "");
    if (why)
        return;
    vendor = found;
    features.pmu_shown = true;
    interrupt_set(VECTOR_PMI, pmi);
    interrupt_set(VECTOR_STOP_PMU, stop_detached);
}

bool xenpmu_is_on(void)
{
    return vendor;
}

long xenpmu_attach(struct cpu *cpu, mfn_t page)
{
    struct xen_pmu_data *data = direct_mfn(page);
    long result = -XEN_EEXIST;

    spin_lock(&cpu->pmu_lock);
    if (!cpu->pmu_page) {
        vendor->lay_out(&data->pmu);
        cpu->pmu_page = data;
        cpu->pmu_cached = false;
        result = 0;
    }
    spin_unlock(&cpu->pmu_lock);
    return result;
}

void xenpmu_detach(struct cpu *cpu)
{
    bool was;

    spin_lock(&cpu->pmu_lock);
    was = cpu->pmu_page;
    cpu->pmu_page = NULL;
    cpu->pmu_detached |= was;
    spin_unlock(&cpu->pmu_lock);
    if (!was)
        return;
    if (cpu == this_cpu())
        stop_detached(VECTOR_STOP_PMU);
    else
        ipi_send_one(cpu->id, VECTOR_STOP_PMU);
}

static long with_page(long (*what)(struct cpu *cpu))
{
    struct cpu *cpu = this_cpu();
    long result;

    spin_lock(&cpu->pmu_lock);
    if (cpu->pmu_detached)
        stop(cpu);
    result = cpu->pmu_page ? what(cpu) : -XEN_EINVAL;
    spin_unlock(&cpu->pmu_lock);
    return result;
}

/* While the kernel has the context, flush will do it. */
static long set_lvtpc(struct cpu *cpu)
{
    if (!cpu->pmu_cached)
        apic_set_pmi(!(cpu->pmu_page->pmu.l.lapic_lvtpc & LVT_MASKED));
    return 0;
}

static long flush(struct cpu *cpu)
{
    struct xen_pmu_arch *arch = &cpu->pmu_page->pmu;

    cpu->pmu_cached = false;
    arch->pmu_flags &= ~(uint64_t)PMU_CACHED;
    set_lvtpc(cpu);
    if (vendor->load(arch))
        return 0;
    arch->pmu_flags |= PMU_CACHED;
    cpu->pmu_cached = true;
    return -XEN_EIO;
}

long xenpmu_set_lvtpc(void)
{
    return with_page(set_lvtpc);
}

long xenpmu_flush(void)
{
    return with_page(flush);
}
