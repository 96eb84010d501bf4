/* SPDX-License-Identifier: MIT */
/* 32-bit signal frames, old and new, and return from them. */
#include "runtime.h"
#include "signals.h"

#include <linux/mman.h>

static volatile int handled;

static void count_old_style(int signal_number)
{
    handled += signal_number == SIGUSR1;
}

static void raise_signal(int signal_number)
{
    CALL2(__NR_kill, CALL0(__NR_getpid), signal_number);
}

static void old_style(void)
{
    handle_old_style(SIGUSR1, count_old_style, 0);
    for (int i = 0; i < 10; i++)
        raise_signal(SIGUSR1);
    observe_here("handled %d", handled);
}

/* What a 32-bit frame says, and that a handler may change it. */
static void change_result(int signal_number, siginfo_t *information,
                          struct ucontext *context)
{
    struct sigcontext *c = &context->uc_mcontext;
    observe_here("signal %d code %d cs=0x%x ss=0x%x ds=0x%x fs=0x%x gs=0x%x "
                 "flags=0x%x", signal_number, information->si_code, c->cs,
                 c->ss, c->ds, c->fs, c->gs,
                 (uint32_t)c->eflags & ~0x8d5u);
    c->eip += 2;                /* over UD2 */
    c->ebx = 0x12345678;
    c->edi = ~c->edi;
}

static void new_style(void)
{
    uint32_t ebx = 0, edi = 0x0f0f0f0f;
    use_alternate_stack();
    handle(SIGILL, change_result, 0);
    asm volatile("ud2" : "+b"(ebx), "+D"(edi) : : "memory");
    observe_here("ebx=0x%x edi=0x%x", ebx, edi);
}

static uint32_t new_code, new_stack, new_flags, new_data;
static kernel_entry *new_ip;

static void change_selectors(int signal_number, siginfo_t *information,
                             struct ucontext *context)
{
    struct sigcontext *c = &context->uc_mcontext;
    (void)signal_number;
    (void)information;
    if (new_code)
        c->cs = new_code;
    if (new_stack)
        c->ss = new_stack;
    if (new_data)
        c->ds = c->es = new_data;
    if (new_flags)
        c->eflags = new_flags;
    if (new_ip)
        c->eip = (uint32_t)new_ip;
    else
        c->eip += 2;
}

/* Returns from a signal with what the variables above say. */
static void return_changed(void)
{
    uint32_t flags, cs, ss, ds;
    expect_fault(0);
    handle(SIGILL, change_selectors, 0);
    asm volatile(MARK "ud2\n\tpushf\n\tpop %0\n\tpush $0x202\n\tpopf\n\t"
                 "mov %%cs, %1\n\tmov %%ss, %2\n\tmov %%ds, %3\n\t"
                 "mov %2, %%ds"
                 : "=r"(flags), "=r"(cs), "=r"(ss), "=r"(ds) : : "memory");
    observe_here("flags=0x%x cs=0x%x ss=0x%x ds=0x%x", flags, cs, ss, ds);
}

#define RETURN_WITH(name, assignment) \
    static void name(void) \
    { \
        assignment; \
        return_changed(); \
    }

RETURN_WITH(cs_kernel, new_code = 0x10)
RETURN_WITH(cs_data, new_code = 0x2b)
RETURN_WITH(cs_absent, new_code = 0x83)
RETURN_WITH(cs_xen_32, new_code = 0xe023)
RETURN_WITH(cs_xen_kernel, new_code = 0xe008)
RETURN_WITH(cs_ldt, new_code = 7)
RETURN_WITH(cs_rpl_0, new_code = 0x20)
RETURN_WITH(ss_kernel, new_stack = 0x18)
RETURN_WITH(ss_code, new_stack = 0x23)
RETURN_WITH(ss_xen, new_stack = 0xe02b)
RETURN_WITH(ss_absent, new_stack = 0xfff3)
RETURN_WITH(ds_kernel, new_data = 0x18)
RETURN_WITH(ds_xen, new_data = 0xe02b)
RETURN_WITH(ds_absent, new_data = 0xfff3)
RETURN_WITH(flags_all, new_flags = 0x244fd7 & ~0x100)
RETURN_WITH(flags_iopl, new_flags = 0x3202)
RETURN_WITH(flags_vm, new_flags = 0x20202)
RETURN_WITH(flags_no_if, new_flags = 2)
RETURN_WITH(flags_tf, new_flags = 0x302)
RETURN_WITH(flags_rf, new_flags = 0x10202)
RETURN_WITH(ip_high, new_ip = (kernel_entry *)0xfffff000)

struct return_check {
    const char *name;
    void (*body)(void);
};

static const struct return_check checks[] = {
    { "sigreturn-cs-kernel", cs_kernel }, { "sigreturn-cs-data", cs_data },
    { "sigreturn-cs-absent", cs_absent },
    { "sigreturn-cs-xen-32", cs_xen_32 },
    { "sigreturn-cs-xen-kernel", cs_xen_kernel },
    { "sigreturn-cs-ldt", cs_ldt }, { "sigreturn-cs-rpl-0", cs_rpl_0 },
    { "sigreturn-ss-kernel", ss_kernel }, { "sigreturn-ss-code", ss_code },
    { "sigreturn-ss-xen", ss_xen }, { "sigreturn-ss-absent", ss_absent },
    { "sigreturn-ds-kernel", ds_kernel }, { "sigreturn-ds-xen", ds_xen },
    { "sigreturn-ds-absent", ds_absent },
    { "sigreturn-flags-all", flags_all },
    { "sigreturn-flags-iopl", flags_iopl },
    { "sigreturn-flags-vm", flags_vm },
    { "sigreturn-flags-no-if", flags_no_if },
    { "sigreturn-flags-tf", flags_tf }, { "sigreturn-flags-rf", flags_rf },
    { "sigreturn-ip-high", ip_high },
};

void check_signals(void)
{
    check("signal-old-style", old_style);
    check("signal-new-style", new_style);
    for (size_t i = 0; i < sizeof(checks) / sizeof(checks[0]); i++)
        check(checks[i].name, checks[i].body);
}
