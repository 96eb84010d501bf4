/* SPDX-License-Identifier: MIT */
/*
 * What happens around a fault: registers survive it, a handler may repair and
 * return, faults nest, unhandled and blocked ones end the process.
 */
#define _GNU_SOURCE
#include "common/fault.h"
#include "common/registers.h"
#include "faults.h"

#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/wait.h>

static volatile int handled;

static void skip_two_bytes(int signal_number, siginfo_t *information,
                           void *context)
{
    ucontext_t *user = context;
    (void)signal_number;
    (void)information;
    handled++;
    user->uc_mcontext.gregs[REG_RIP] += 2;
}

static void just_count(int signal_number, siginfo_t *information,
                       void *context)
{
    (void)signal_number;
    (void)information;
    (void)context;
    handled++;
}

static void registers_over_ud2(void)
{
    char text[200];
    use_alternate_stack();
    handle(SIGILL, skip_two_bytes);
    REGISTERS_OVER(text, "ud2");
    observe_here("handled=%d %s", handled, text);
}

static void registers_over_int3(void)
{
    char text[200];
    use_alternate_stack();
    handle(SIGTRAP, just_count);
    REGISTERS_OVER(text, "int3");
    observe_here("handled=%d %s", handled, text);
}

/* A page that isn't there yet: the fault must be invisible. */
static void registers_over_page_fault(void)
{
    char text[200];
    void *page = mmap((void *)0x10000000, 4096, PROT_READ | PROT_WRITE,
                      MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0);
    if (page == MAP_FAILED)
        give_up("map");
    REGISTERS_OVER(text, "orl $0, 0x10000000");
    observe_here("%s", text);
}

static void repair_page(int signal_number, siginfo_t *information,
                        void *context)
{
    uintptr_t page = (uintptr_t)information->si_addr & ~(uintptr_t)4095;
    (void)signal_number;
    (void)context;
    mprotect((void *)page, 4096, PROT_READ | PROT_WRITE);
    handled++;
}

static void repair(void)
{
    enum { PAGES = 64 };
    volatile int *pages = mmap(NULL, PAGES * 4096, PROT_NONE,
                               MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    handle(SIGSEGV, repair_page);
    int sum = 0;
    for (int i = 0; i < PAGES; i++)
        pages[i * 1024] = i;
    for (int i = 0; i < PAGES; i++)
        sum += pages[i * 1024];
    observe_here("handled=%d sum=%d", handled, sum);
}

static void fault_in_handler(int signal_number, siginfo_t *information,
                             void *context)
{
    (void)information;
    (void)context;
    if (++handled < 3) {
        sigset_t set;
        sigemptyset(&set);
        sigaddset(&set, signal_number);
        sigprocmask(SIG_UNBLOCK, &set, NULL);
        *(volatile int *)8 = 0;
    }
    observe_here("depth %d", handled);
    _exit(0);
}

static void nest(void)
{
    handle(SIGSEGV, fault_in_handler);
    *(volatile int *)8 = 0;
}

static void segfault(void)
{
    *(volatile int *)8 = 0;
}

static void blocked(void)
{
    sigset_t set;
    sigfillset(&set);
    sigprocmask(SIG_BLOCK, &set, NULL);
    segfault();
}

static void ignored(void)
{
    signal(SIGSEGV, SIG_IGN);
    segfault();
}

/* A handler that cannot be entered, for want of a stack. */
static void without_stack(void)
{
    handle(SIGSEGV, just_count);
    asm volatile("mov $0x1000, %%rsp\n\tmovl $0, 8" : : : "memory");
}

/* Each unhandled fault's exit status. */
struct death {
    const char *name;
    void (*die)(void);
};

static void die_by_division(void)
{
    asm volatile("xor %%ecx, %%ecx\n\tdiv %%ecx"
                 : : : "rax", "rcx", "rdx", "cc");
}

static void die_by_trap(void)
{
    asm volatile("int3");
}

static void die_by_undefined(void)
{
    asm volatile("ud2");
}

static void die_by_privilege(void)
{
    asm volatile("hlt");
}

static void die_by_stack(void)
{
    asm volatile("movabs $0x800000000000, %%rsp\n\tpush %%rax" : : : "memory");
}

static void die_by_single_step(void)
{
    asm volatile("pushfq\n\torl $0x100, (%%rsp)\n\tpopfq\n\tnop"
                 : : : "memory", "cc");
}

static void run_deaths(void)
{
    static const struct death deaths[] = {
        { "death-segfault", segfault }, { "death-divide", die_by_division },
        { "death-int3", die_by_trap }, { "death-ud2", die_by_undefined },
        { "death-hlt", die_by_privilege }, { "death-stack", die_by_stack },
        { "death-single-step", die_by_single_step },
    };
    struct rlimit none = { 0, 0 };

    setrlimit(RLIMIT_CORE, &none);
    for (size_t i = 0; i < sizeof(deaths) / sizeof(deaths[0]); i++)
        check(deaths[i].name, deaths[i].die);
}

void check_fault_recovery(void)
{
    check("registers-over-ud2", registers_over_ud2);
    check("registers-over-int3", registers_over_int3);
    check("registers-over-page-fault", registers_over_page_fault);
    check("repair", repair);
    check("nest", nest);
    check("blocked", blocked);
    check("ignored", ignored);
    check("without-stack", without_stack);
    run_deaths();
}
