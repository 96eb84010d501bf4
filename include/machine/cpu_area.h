/* SPDX-License-Identifier: MIT */
/* What belongs to one CPU, in its area (layout.h). */
#ifndef MACHINE_CPU_AREA_H
#define MACHINE_CPU_AREA_H

#include <assert.h>
#include <stdbool.h>
#include <stdint.h>

#include <entry/frame.h>
#include <lib/frame_number.h>
#include <lib/spinlock.h>
#include <machine/cpu_set.h>
#include <machine/descriptor.h>
#include <machine/layout.h>

struct evtchn_fifo_control_block;
struct vcpu_info;
struct vcpu_runstate_info;
struct vcpu_time_info;
struct xen_pmu_data;

enum timer {
    TIMER_SINGLESHOT,           /* the kernel's VCPUOP_set_singleshot_timer */
    TIMER_PERIODIC,             /* VCPUOP_set_periodic_timer */
    TIMER_POLL,                 /* SCHEDOP_poll's timeout */
    TIMER_REST,                 /* of interrupts that come too often */
    TIMER_STORE,                /* an outer store's answer is waited for */
    TIMER_CONSOLE,              /* input without an interrupt */
    TIMER_REARM,                /* the console's interrupt; see timer.h */
    TIMERS,
};

/* What a CPU asks of others: forget a page's translations (tlb.c). */
struct flush {
    uint64_t page;              /* virtual, or one of TLB_* */
    unsigned waiting;           /* for so many CPUs */
};

/* Whether it has left the guest's address space, and what goes with that. */
enum detached {
    ATTACHED,
    DETACHED,                   /* global translations are kept */
    DETACHED_FROM_ALL,          /* none is to be found when it goes back */
};

typedef long hypercall_function(uint64_t, uint64_t, uint64_t, uint64_t,
                                uint64_t, uint64_t);

#define NR_CPU_VIRQS    24      /* public/xen.h, NR_VIRQS */
#define CPU_FIFO_QUEUES 16      /* public/event_channel.h, priorities */

/* How a vCPU begins, kept from VCPUOP_initialise to VCPUOP_up. */
struct vcpu_start {
    struct frame frame;
    uint64_t l4;                /* machine address, for CR3 */
    uint64_t fs_base, gs_base, inactive_gs_base;
    uint64_t ldt_base;
    unsigned ldt_entries;
    bool has_fpu_state;
    uint8_t fpu_state[512] __attribute__((aligned(16)));        /* FXSAVE */
};

/* One cache line after the other in order of use by the entry stubs. */
struct cpu {
    struct vcpu_info *vcpu_info;        /* the guest's; entry_use_vcpu_info */
    uint64_t user_rsp;                  /* scratch of the SYSCALL stub */
    uint64_t guest_rsp;                 /* kernel's, during a hypercall */
    uint64_t syscall_target;            /* behind the callback's prologue */
    uint64_t event_callback;
    hypercall_function *const *hypercalls;
    uint64_t bounce_handler;            /* see vectors.S, "bounce" */
    uint64_t bounce_error;
    uint8_t bounce_has_error;
    uint8_t in_user;                    /* kernels in the low half only */
    uint8_t nmi_deferred;               /* one came while in our code */
    bool up;                            /* others set it; vcpu_life.c */
    bool interrupts_in_c;               /* the guest has a handler for some */
    bool in_firmware;                   /* between efi_enter() and _leave() */
    bool syscall_is_linux;              /* the callback's prologue */
    uint64_t syscall32_callback;
    uint64_t sysenter_callback;
    uint64_t failsafe_callback;

    /* C code that the stubs call; the stubs are copied, so by pointer. */
    uint64_t (*exception)(struct frame *);      /* handler to bounce to, or 0 */
    uint64_t (*after_interrupt)(struct frame *);        /* the same */
    void (*interrupt)(unsigned vector);
    void (*ist_exception)(struct frame *);
    void (*interrupt_self)(unsigned vector);
    void (**timer_set_clock)(uint64_t deadline);        /* timer.h */

    /* What the hot hypercalls look at (hypercall/page_table.h). */
    uint64_t table;                     /* machine address */
    uint64_t table_direct;              /* where it is in the direct map */
    uint64_t updates_end;               /* hot_mmu_updates.S */
    uint64_t walked;                    /* hot_multicall.S */
    uint64_t kept_r8, kept_r10, kept_rdx;       /* hot_*.S */
    uint64_t max_mfn;                   /* domain.max_mfn */
    uint64_t mark_slot;                 /* an L4's entry that is ours */

    uint64_t trap_handler[256];         /* the guest's virtual IDT */

    unsigned id;
    uint64_t deadlines[TIMERS];         /* machine/timer.c: system time, ns;
                                           0: off */
    uint64_t programmed;                /* the clock; 0: off */

    /* No assembly looks at what follows. */
    uint8_t trap_masks_events[256];     /* 0 or 1 */
    uint64_t tsc_offset;                /* how far its TSC is ahead */
    const volatile struct vcpu_time_info *clock;        /* kvm_clock.c */
    uint8_t kvm_time[32] __attribute__((aligned(32)));  /* until it has one */
    bool fpu_switched;                  /* CR0.TS was asked for by the guest */
    mfn_t user_l4;                      /* low half only, user_bit.c */
    mfn_t gdt_frames[GDT_GUEST_PAGES];
    unsigned gdt_entries;
    uint64_t ldt_base;
    unsigned ldt_entries;
    bool vcpu_info_placed;
    uint64_t runstate_area;             /* guest virtual, or 0 */

    /* The vCPU's life (hypercall/vcpu_life.c). */
    struct vcpu_start start;
    uint64_t spare_vcpu_info[8];        /* until there is another */
    bool initialised;
    uint64_t offline_since;             /* system time, ns */
    uint64_t offline_time;              /* ns, in all */
    uint64_t blocked_since;             /* 0: it isn't */
    uint64_t blocked_time;

    /* Its events (hypercall/event.c, event_fifo.c). */
    uint32_t virq_ports[NR_CPU_VIRQS];  /* ports, 0: unbound */
    struct evtchn_fifo_control_block *fifo_control;     /* the guest's */
    uint32_t fifo_tail[CPU_FIFO_QUEUES];        /* ports, 0: empty */
    struct spinlock fifo_lock;                  /* for them */

    /* Its timers (machine/timer.c). */
    uint64_t others_due;                /* when to look at all but SINGLESHOT */
    uint64_t first_other;               /* of these that has an interrupt */
    uint64_t period;                    /* ns; 0: no periodic timer */
    bool period_chosen;                 /* by the kernel, or that of Xen */

    /* Its performance counters (hypercall/xenpmu.c). */
    const struct frame *interrupted;    /* by this interrupt; NULL: ours */
    struct xen_pmu_data *pmu_page;      /* the guest's, or NULL */
    bool pmu_cached;                    /* their values are in there */
    bool pmu_detached;                  /* they have still to be stopped */
    struct spinlock pmu_lock;

    /* Flushes of translations (machine/tlb.c). */
    struct flush flush;
    struct cpu_set flush_for;           /* others that ask this one */
    bool idle;                          /* it waits in microxen */
    bool monitoring;                    /* by MWAIT, for `woken` */
    enum detached detached;
    uint64_t detached_from;             /* CR3 to go back to */

    /* Others that want it to stand still (machine/freeze.c). */
    bool freeze_nmi;                    /* an NMI says so */
    bool is_still;

    /* Others write it: a line of its own, or every write would wake us. */
    bool woken __attribute__((aligned(64)));
};

static_assert(sizeof(struct cpu) <= CPU_DATA_SIZE, "does not fit its pages");

static inline struct cpu *cpu_of(unsigned id)
{
    return (struct cpu *)(CPU_AREA_BASE + id * (uint64_t)CPU_AREA_SIZE
                          + CPU_DATA);
}

/* Valid on every stack of a CPU's area; the boot stack is not one. */
static inline struct cpu *this_cpu(void)
{
    uint64_t rsp;

    __asm__ ("mov %%rsp, %0" : "=r" (rsp));
    return (struct cpu *)((rsp & ~(uint64_t)(CPU_AREA_SIZE - 1)) + CPU_DATA);
}

static inline uint64_t cpu_area(const struct cpu *cpu)
{
    return (uint64_t)cpu - CPU_DATA;
}

static inline struct tss *cpu_tss(const struct cpu *cpu)
{
    return (struct tss *)(cpu_area(cpu) + CPU_TSS);
}

/* The guest's RFLAGS, during a hypercall that C answers (hypercall.S). */
static inline uint64_t *hypercall_flags(const struct cpu *cpu)
{
    return (uint64_t *)(cpu_area(cpu) + CPU_STACK + CPU_STACK_SIZE) - 2;
}

/* Where it goes on behind that. */
static inline uint64_t hypercall_return_address(const struct cpu *cpu)
{
    return hypercall_flags(cpu)[-1];
}

static inline struct gate *cpu_idt(const struct cpu *cpu)
{
    return (struct gate *)(cpu_area(cpu) + CPU_IDT);
}

static inline uint64_t *cpu_gdt(const struct cpu *cpu)
{
    return (uint64_t *)(cpu_area(cpu) + CPU_GDT);
}

#endif
