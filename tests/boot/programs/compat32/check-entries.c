/* SPDX-License-Identifier: MIT */
/* INT 0x80, the vdso's choice, SYSENTER and SYSCALL, the latter two raw. */
#include "common/emulator.h"
#include "runtime.h"
#include "signals.h"

#include <linux/mman.h>

struct way {
    const char *name;
    kernel_entry *entry;
};

static const struct way ways[] = {
    { "int80", enter_by_int80 }, { "vdso", enter_by_vdso },
    { "sysenter", enter_by_sysenter }, { "syscall", enter_by_syscall },
};

static const struct way *way;

static void getpid_agrees(void)
{
    expect_fault(0);
    long right = CALL0(__NR_getpid);
    long got = call_through(way->entry, __NR_getpid, 0, 0, 0, 0, 0, 0);
    observe_here("%s", got == right ? "same" : "different");
}

static void unknown_number(void)
{
    expect_fault(0);
    observe_here("%d %d",
                 (int)call_through(way->entry, 0x3fff, 0, 0, 0, 0, 0, 0),
                 (int)call_through(way->entry, -1, 0, 0, 0, 0, 0, 0));
}

/* The second page of a file, so that all six arguments matter. */
static void six_arguments(void)
{
    static const char path[] = "/tmp/compat32-six-arguments";
    static const char mark[] = "second page";
    enum { PLACE = 0x20000000, O_RDWR_CREAT_TRUNC = 2 | 0100 | 01000 };
    expect_fault(0);
    long file = CALL3(__NR_open, path, O_RDWR_CREAT_TRUNC, 0600);
    CALL2(__NR_ftruncate, file, 8192);
    CALL3(__NR_lseek, file, 4096, 0);
    CALL3(__NR_write, file, mark, sizeof(mark));
    CALL1(__NR_unlink, path);
    long result = call_through(way->entry, __NR_mmap2, PLACE, 4096, PROT_READ,
                               MAP_PRIVATE | MAP_FIXED, file, 1);
    observe_here("%s", result == PLACE ? (const char *)PLACE : "elsewhere");
}

static void compare_registers(const struct registers *before,
                              const struct registers *after)
{
    observe_here("eax=%s%s%s%s%s%s%s flags=0x%x esp%s",
                 after->eax == before->eax ? "kept" :
                 after->eax == 0 ? "0" : "changed",
                 after->ebx == before->ebx ? "" : " ebx",
                 after->ecx == before->ecx ? "" : " ecx",
                 after->edx == before->edx ? "" : " edx",
                 after->esi == before->esi ? "" : " esi",
                 after->edi == before->edi ? "" : " edi",
                 after->ebp == before->ebp ? "" : " ebp", after->flags,
                 after->stack_moved ? " moved" : " kept");
    observe_here("cs=0x%x ss=0x%x ds=0x%x es=0x%x fs=0x%x gs=0x%x",
                 after->cs & 0xffff, after->ss & 0xffff, after->ds & 0xffff,
                 after->es & 0xffff, after->fs & 0xffff, after->gs & 0xffff);
}

static void registers_with_flags(uint32_t flags)
{
    struct registers before = {
        __NR_sched_yield, 0x11111111, 0x22222222, 0x33333333, 0x44444444,
        0x55555555, 0x66666666, 0x202 | flags, 0, 0, 0, 0, 0, 0, 0,
    };
    struct registers after;
    expect_fault(0);
    registers_over(way->entry, &before, &after);
    compare_registers(&before, &after);
}

static void registers_plain(void)
{
    registers_with_flags(0);
}

static void registers_all_flags(void)
{
    registers_with_flags(0x8d5 | 0x400 | 0x4000 | 0x200000);
}

static void registers_alignment_flag(void)
{
    registers_with_flags(0x40000);
}

static volatile int ticks;

static void count_tick(int signal_number, siginfo_t *information,
                       struct ucontext *context)
{
    (void)signal_number;
    (void)information;
    (void)context;
    ticks++;
}

static void interrupted_pause(void)
{
    expect_fault(0);
    handle(SIGALRM, count_tick, SA_RESTART);
    tick_every(20000);
    observe_here("%d", (int)call_through(way->entry, __NR_pause, 0, 0, 0, 0,
                                         0, 0));
}

/* A read that a signal interrupts is restarted with the same arguments. */
static void restarted_read(void)
{
    int ends[2];
    char byte = 0;
    expect_fault(0);
    CALL1(__NR_pipe, ends);
    handle(SIGALRM, count_tick, SA_RESTART);
    tick_every(20000);
    if (CALL0(__NR_fork) == 0) {
        struct { long seconds, nanoseconds; } time = { 0, 100000000 };
        CALL2(__NR_nanosleep, &time, 0);
        CALL3(__NR_write, ends[1], "x", 1);
        exit_now(0);
    }
    long result = call_through(way->entry, __NR_read, ends[0], (long)&byte, 1,
                               0, 0, 0);
    observe_here("%d %s, ticks: %s", (int)result, byte == 'x' ? "x" : "?",
                 ticks ? "some" : "none");
}

static volatile int steps;

static void count_step(int signal_number, siginfo_t *information,
                       struct ucontext *context)
{
    (void)signal_number;
    (void)information;
    if (++steps > 200)
        context->uc_mcontext.eflags &= ~0x100ul;
}

static void stepped(void)
{
    struct registers after, before = {
        __NR_sched_yield, 1, 2, 3, 4, 5, 6, 0x302, 0, 0, 0, 0, 0, 0, 0,
    };
    expect_fault(0);
    handle(SIGTRAP, count_step, 0);
    registers_over(way->entry, &before, &after);
    observe_here("steps %d", steps);
    compare_registers(&before, &after);
}

struct entry_check {
    const char *name;
    void (*body)(void);
};

void check_entries(void)
{
    static const struct entry_check checks[] = {
        { "getpid", getpid_agrees }, { "unknown", unknown_number },
        { "mmap2", six_arguments }, { "registers", registers_plain },
        { "registers-all-flags", registers_all_flags },
        { "registers-ac", registers_alignment_flag },
        { "pause", interrupted_pause }, { "restart", restarted_read },
        { "step", stepped },
    };
    char name[60];

    observe("vdso", "%s", vdso_entry ? "there" : "absent");
    for (size_t w = 0; w < sizeof(ways) / sizeof(ways[0]); w++) {
        way = &ways[w];
        if (way->entry == enter_by_syscall &&
            raw_syscall_32_breaks_the_kernel()) {
            observe("syscall", "skipped: TCG as Intel");
            continue;
        }
        for (size_t c = 0; c < sizeof(checks) / sizeof(checks[0]); c++) {
            format_text(name, sizeof(name), "%s-%s", way->name,
                        checks[c].name);
            check(name, checks[c].body);
        }
    }
}
