/* SPDX-License-Identifier: MIT */
/*
 * I/O ports from user mode: iopl and ioperm. Port 0x80 takes writes and does
 * nothing; reading it and its neighbours (DMA page registers) does no harm.
 */
#define _GNU_SOURCE
#include "common/fault.h"

#include <errno.h>
#include <sched.h>
#include <sys/io.h>
#include <sys/wait.h>

enum { PORT = 0x80, ROUNDS = 500, HIGHEST = 0xffff };

static const char *outcome(long result)
{
    return result ? strerror(errno) : "ok";
}

/* In a child: does a byte write to the port fault? */
static const char *try_port(int port)
{
    int status;
    pid_t child = fork();
    if (child == 0) {
        signal(SIGSEGV, SIG_DFL);
        outb(0, port);
        _exit(0);
    }
    waitpid(child, &status, 0);
    return WIFSIGNALED(status) ? signal_name(WTERMSIG(status)) : "allowed";
}

static const char *try_word(int port)
{
    int status;
    pid_t child = fork();
    if (child == 0) {
        outl(0, port);
        _exit(0);
    }
    waitpid(child, &status, 0);
    return WIFSIGNALED(status) ? signal_name(WTERMSIG(status)) : "allowed";
}

static void without_permission(void)
{
    expect_fault(0);
    asm volatile(MARK "out %%al, $0x80" : : : "rax");
    no_fault();
}

static void by_level(void)
{
    const char *before = try_port(PORT);
    const char *result = outcome(iopl(3));
    observe_here("%s, iopl %s, %s", before, result, try_port(PORT));
    result = outcome(iopl(0));
    observe_here("iopl 0 %s, %s", result, try_port(PORT));
}

/* The level shows in the flags on older kernels only. */
static void level_flags(void)
{
    iopl(3);
    observe_here("%#llx", (unsigned long long)
                 __builtin_ia32_readeflags_u64() & FLAGS_IOPL);
}

static void level_and_interrupts(void)
{
    if (iopl(3))
        give_up("raise the I/O level");
    expect_fault(0);
    asm volatile(MARK "cli\n\tsti" : : : "rax");
    no_fault();
}

static void by_level_read(void)
{
    if (iopl(3))
        give_up("raise the I/O level");
    expect_fault(0);
    (void)inb(PORT);
    (void)inb(0x61);
    observe_here("read");
}

static void bad_levels(void)
{
    observe_here("%s %s", outcome(iopl(4)), outcome(iopl(1)));
}

static void by_bitmap(void)
{
    const char *result = outcome(ioperm(PORT, 1, 1));
    observe_here("ioperm %s, 0x80 %s, 0x81 %s, 0x7f %s, 32 bits %s", result,
                 try_port(PORT), try_port(PORT + 1), try_port(PORT - 1),
                 try_word(PORT));
    result = outcome(ioperm(PORT, 4, 1));
    observe_here("four %s, 32 bits %s", result, try_word(PORT));
    result = outcome(ioperm(PORT, 4, 0));
    observe_here("dropped %s, 0x80 %s", result, try_port(PORT));
}

/* Bits of the bitmap's last byte and first: off-by-one territory. */
static void bitmap_edges(void)
{
    const char *first = outcome(ioperm(0, 1, 1));
    const char *last = outcome(ioperm(HIGHEST, 1, 1));
    const char *beyond = outcome(ioperm(HIGHEST, 2, 1));
    observe_here("%s %s %s", first, last, beyond);
    observe_here("0xffff %s, 0xfffe %s, 0xfffc as 32 bits %s",
                 try_port(HIGHEST), try_port(HIGHEST - 1), try_word(0xfffc));
    ioperm(0, 65536, 1);
    observe_here("all: 0x80 %s, 0xffff %s", try_port(PORT),
                 try_port(HIGHEST));
    ioperm(0, 65536, 0);
    observe_here("none: 0x80 %s, 0xffff %s", try_port(PORT),
                 try_port(HIGHEST));
}

static void inherited(void)
{
    ioperm(PORT, 1, 1);
    if (fork() == 0) {
        observe_here("child %s", try_port(PORT));
        ioperm(PORT, 1, 0);
        observe_here("child dropped it: %s", try_port(PORT));
        _exit(0);
    }
    wait(NULL);
    observe_here("parent %s", try_port(PORT));
}

static volatile int faults;

static void skip_out(int signal_number, siginfo_t *information, void *context)
{
    ucontext_t *user = context;
    (void)signal_number;
    (void)information;
    faults++;
    user->uc_mcontext.gregs[REG_RIP] += 2;
}

/* Writes ROUNDS times, switching away each time; counts faults. */
static int write_often(void)
{
    use_alternate_stack();
    handle(SIGSEGV, skip_out);
    for (int i = 0; i < ROUNDS; i++) {
        asm volatile("out %%al, $0x80" : : "a"(0));
        sched_yield();
    }
    return faults == 0 ? 0 : faults == ROUNDS ? 1 : 2;
}

/* One process with the port, one without, one with all, switching. */
static void switches(void)
{
    static const char *const names[] = { "never", "always", "sometimes" };
    pid_t children[3];
    run_on_first_cpu();
    for (int i = 0; i < 3; i++) {
        children[i] = fork();
        if (children[i] != 0)
            continue;
        if (i == 0)
            ioperm(PORT, 1, 1);
        if (i == 2)
            iopl(3);
        _exit(write_often());
    }
    for (int i = 0; i < 3; i++) {
        int status;
        waitpid(children[i], &status, 0);
        observe_here("process %d faults %s", i,
                     names[WEXITSTATUS(status) % 3]);
    }
}

static void level_over_switches(void)
{
    run_on_first_cpu();
    if (iopl(3))
        give_up("raise the I/O level");
    for (int i = 0; i < 2; i++)
        if (fork() == 0) {
            iopl(0);
            for (int round = 0; round < ROUNDS; round++)
                sched_yield();
            _exit(0);
        }
    observe_here("faults %d", write_often());
}

int main(int argc, char **argv)
{
    check_begin(argc, argv, "ports");
    check("without-permission", without_permission);
    check("level", by_level);
    check("level-flags", level_flags);
    check("level-cli", level_and_interrupts);
    check("level-read", by_level_read);
    check("bad-levels", bad_levels);
    check("bitmap", by_bitmap);
    check("bitmap-edges", bitmap_edges);
    check("fork", inherited);
    check("switches", switches);
    check("level-switches", level_over_switches);
    return check_end();
}
