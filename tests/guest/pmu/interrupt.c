/* SPDX-License-Identifier: MIT */
/*
 * In ring 0 only, with xAPIC: the kernel finds the vector in the local
 * APIC's entry, and sends it to itself.  Xen 4.17 has nothing to compare
 * with, so each line says what is expected.
 */
#include "pmu.h"

#include <xen/callback.h>
#include <xen/event_channel.h>
#include <xen/sched.h>

extern const char snippet_send[], snippet_struck[];
extern const char snippet_block[], snippet_blocked[];

#define DEVICE      (PTE_P | PTE_RW | PTE_A | PTE_D | 0x18)     /* uncached */
#define APIC        (SCRATCH_VIRTUAL + 0x20000000)
#define APIC_USER   USER_UNMAPPED
#define APIC_LVTPC  0x340
#define LVT_NMI     0x400

/* The PIT, and its pin of the I/O APIC. */
#define IOAPIC        (APIC + PAGE_SIZE)
#define IOAPIC_WINDOW 0x10
#define PIN           0x14              /* the register; 2, as ACPI says */
#define PIN_MASKED    0x10000
#define PIT_COUNT     24000             /* 20 ms */

static evtchn_port_t port;

void expect(bool holds, const char *what, const char *name)
{
    print("PMI, %s %s: %s", what, name, holds ? "yes" : "no");
}

void called(long result, const char *what, const char *name)
{
    report(result, "PMI, call of %s, %s", what, name);
}

uint32_t lvtpc(void)
{
    return *(volatile uint32_t *)(APIC + APIC_LVTPC);
}

static void set_lvtpc(const char *name, uint32_t value)
{
    pmu_page->pmu.l.lapic_lvtpc = value;
    called(CALL(xenpmu_op, XENPMU_lvtpc_set), "lvtpc_set", name);
}

static bool is_pending(void)
{
    return ((volatile unsigned long *)shared_info->evtchn_pending)[port / 64]
           >> port % 64 & 1;
}

static void expect_regs(const char *name, const char *code, uint64_t rsp,
                        bool user)
{
    const struct xen_pmu_regs *regs = &pmu_page->pmu.r.regs;
    uint64_t rip = user ? USER_ADDRESS(code) : (uint64_t)code;

    expect(regs->ip == rip, "ip is that of", name);
    expect(regs->sp == rsp, "sp is that of", name);
    expect(regs->flags & RFLAGS_IF, "flags are those of", name);
    expect(regs->cs == (user ? USER_CS : 0xe008), "cs is that of", name);
    expect(regs->ss == (user ? USER_SS : 0xe010), "ss is that of", name);
    expect(regs->cpl == (user ? 3 : 0), "cpl is that of", name);
}

/* The upcall has come; the kernel has the context, and gives it back. */
static void expect_sample(const char *name, const char *code, uint64_t rsp,
                          bool user)
{
    expect(nr_seen == 1 && seen[0].frame.vector == ON_EVENT,
           "an upcall for", name);
    expect_regs(name, code, rsp, user);
    expect(pmu_page->vcpu_id == 0 && pmu_page->pcpu_id == 0
           && pmu_page->domain_id == DOMID_SELF, "vCPU and domain of", name);
    expect(pmu_page->pmu.pmu_flags == (PMU_CACHED | PMU_SAMPLE_PV
                                       | (user ? PMU_SAMPLE_USER : 0)),
           "PMU_CACHED and _PV, _USER for a program,", name);
    expect(lvtpc() & LVT_MASKED, "masked then,", name);
    set_lvtpc(name, LVT_NMI);
    expect(lvtpc() & LVT_MASKED, "still masked,", name);
    called(CALL(xenpmu_op, XENPMU_flush), "flush", name);
    expect(!(pmu_page->pmu.pmu_flags & PMU_CACHED), "not cached then,", name);
    expect(!(lvtpc() & LVT_MASKED), "not masked then,", name);
}

static void strike_kernel(const char *name)
{
    run_in_kernel(snippet_send, APIC | (lvtpc() & 0xff), false);
    expect_sample(name, snippet_struck, test_stack_end(), false);
}

static void strike_user(const char *name)
{
    struct run_context context = user_context(snippet_send);

    context.rax = APIC_USER | (lvtpc() & 0xff);
    run_in_user(context);
    expect_sample(name, snippet_struck, USER_STACK, true);
}

static void set_pin(uint32_t value)
{
    *(volatile uint32_t *)IOAPIC = PIN;
    *(volatile uint32_t *)(IOAPIC + IOAPIC_WINDOW) = value;
}

static void out(uint16_t to, uint8_t value)
{
    __asm__ volatile ("outb %0, %1" : : "a" (value), "Nd" (to));
}

/* By the PIT, as nothing but an interrupt gets there. */
static void strike_sleep(const char *name)
{
    set_pin(lvtpc() & 0xff);
    out(0x43, 0x30);
    out(0x40, PIT_COUNT & 0xff);
    out(0x40, PIT_COUNT >> 8);
    run_in_kernel(snippet_block, 0, true);
    set_pin(PIN_MASKED);
    expect_sample(name, snippet_blocked, test_stack_end(), false);
}

/* With events masked; whether an event and a sample come of it. */
static void strike_masked(const char *name, bool wanted)
{
    events_clear();
    pmu_page->pmu.r.regs.ip = 0;
    *(volatile uint32_t *)(APIC + 0x300) = 0x40000 | (lvtpc() & 0xff);
    CALL(xen_version, 0, 0);
    expect(is_pending() == wanted, "event or none,", name);
    expect(!pmu_page->pmu.r.regs.ip != wanted, "sample or none,", name);
    expect(lvtpc() & LVT_MASKED, "masked then,", name);
}

static void bind(void)
{
    struct evtchn_bind_virq op = { .virq = VIRQ_XENPMU };
    struct callback_register event = {
        .type = CALLBACKTYPE_event, .flags = CALLBACKF_mask_events,
        .address = trap_stub(ON_EVENT),
    };

    CALL(callback_op, CALLBACKOP_register, &event);
    called(CALL(event_channel_op, EVTCHNOP_bind_virq, &op), "bind_virq",
           "VIRQ_XENPMU");
    port = op.port;
}

void test_interrupt(void)
{
    bind();
    page_map(APIC, 0xfee00000 | DEVICE);
    page_map(APIC_USER, 0xfee00000 | DEVICE | PTE_US);
    page_map(IOAPIC, 0xfec00000 | DEVICE);
    called(pmu_init(0, mfn_of(pmu_page)), "init", "vCPU 0");
    set_lvtpc("masked", LVT_MASKED | LVT_NMI);
    expect(lvtpc() & LVT_MASKED, "masked when", "asked for");
    set_lvtpc("all bits but the mask", ~LVT_MASKED);
    expect(!(lvtpc() & LVT_MASKED), "not masked when", "asked for");
    expect(!(lvtpc() & 0x700), "a fixed interrupt,", "whatever it says");
    strike_kernel("the kernel");
    strike_user("a program");
    strike_sleep("a kernel that sleeps");
    strike_masked("the first one", true);
    strike_masked("before the flush", false);
    called(CALL(xenpmu_op, XENPMU_flush), "flush", "then");
    called(pmu_finish(0), "finish", "vCPU 0");
    expect(lvtpc() & LVT_MASKED, "masked when", "finished");
    strike_masked("after finish", false);
}
