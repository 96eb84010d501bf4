/* SPDX-License-Identifier: MIT */
/* All registers of a stopped process, read and written. */
#define _GNU_SOURCE
#include "common/emulator.h"
#include "debug.h"

#include <elf.h>
#include <errno.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/uio.h>

static void stop_with_patterns(void)
{
    asm volatile("mov $0x11, %%rbx\n\tmov $0x22, %%r12\n\tmov $0x33, %%r13\n\t"
                 "mov $0x44, %%r14\n\tmov $0x55, %%r15\n\tint3\n\tnop\n\t"
                 "mov %%rbx, %%rdi\n\tadd %%r12, %%rdi\n\tadd %%r8, %%rdi\n\t"
                 "mov $60, %%eax\n\tsyscall"    /* exit with the sum */
                 : : : "rax", "rbx", "rdi", "r12", "r13", "r14", "r15",
                 "memory");
}

static struct tracee stopped_with_patterns(void)
{
    struct tracee tracee = start_tracee(stop_with_patterns);
    resume(&tracee, PTRACE_CONT, 0);
    return tracee;
}

static void read_registers(void)
{
    struct tracee tracee = stopped_with_patterns();
    struct user_regs_struct r;
    get_registers(&tracee, &r);
    observe_here("rbx=%#llx r12=%#llx r13=%#llx r14=%#llx r15=%#llx", r.rbx,
                 r.r12, r.r13, r.r14, r.r15);
    observe_here("cs=%#llx ss=%#llx ds=%#llx es=%#llx fs=%#llx gs=%#llx "
                 "orig_rax=%#llx eflags=%#llx", r.cs, r.ss, r.ds, r.es, r.fs,
                 r.gs, r.orig_rax, r.eflags & ~FLAGS_ARITHMETIC);
    observe_here("fs_base %s, gs_base %#llx", r.fs_base ? "set" : "0",
                 r.gs_base);
    end_tracee(&tracee);
}

static void write_registers(void)
{
    struct tracee tracee = stopped_with_patterns();
    struct user_regs_struct r;
    get_registers(&tracee, &r);
    r.rbx = 1;
    r.r12 = 2;
    r.r8 = 4;
    int result = set_registers(&tracee, &r);
    resume(&tracee, PTRACE_CONT, 0);
    char text[60];
    describe_status(text, sizeof(text), tracee.status);
    observe_here("%s, %s", strerror(result), text);
}

struct poke {
    const char *name;
    size_t offset;
    uint64_t value;
};

/* Whether accepted, what is read back, and how the process fares. */
static void poke_and_run(const void *argument)
{
    const struct poke *poke = argument;
    struct tracee tracee = stopped_with_patterns();
    int result = poke_user(&tracee, poke->offset, poke->value);
    uint64_t value = peek_user(&tracee, poke->offset);
    bool taken = value == poke->value;
    char stop[60];
    resume(&tracee, PTRACE_CONT, 0);
    describe_stop(&tracee, stop, sizeof(stop));
    observe_here("%s, %s, %s", strerror(result), taken ? "taken" : "not taken",
                 stop);
    if (is_stopped(&tracee))
        end_tracee(&tracee);
}

static const struct poke pokes[] = {
    { "poke-cs-0", REGISTER(cs), 0 }, { "poke-cs-3", REGISTER(cs), 3 },
    { "poke-cs-kernel", REGISTER(cs), 0x10 },
    { "poke-cs-kernel-3", REGISTER(cs), 0x13 },
    { "poke-cs-32", REGISTER(cs), 0x23 },
    { "poke-cs-data", REGISTER(cs), 0x2b },
    { "poke-cs-xen", REGISTER(cs), 0xe033 },
    { "poke-cs-xen-32", REGISTER(cs), 0xe023 },
    { "poke-cs-xen-kernel", REGISTER(cs), 0xe00b },
    { "poke-cs-ldt", REGISTER(cs), 7 },
    { "poke-cs-long", REGISTER(cs), 0x10033 },
    { "poke-ss-0", REGISTER(ss), 0 }, { "poke-ss-3", REGISTER(ss), 3 },
    { "poke-ss-kernel", REGISTER(ss), 0x18 },
    { "poke-ss-kernel-3", REGISTER(ss), 0x1b },
    { "poke-ss-xen", REGISTER(ss), 0xe02b },
    { "poke-ss-beyond", REGISTER(ss), 0xfff3 },
    { "poke-ds-kernel-3", REGISTER(ds), 0x1b },
    { "poke-ds-user", REGISTER(ds), 0x2b },
    { "poke-ds-xen", REGISTER(ds), 0xe02b },
    { "poke-es-beyond", REGISTER(es), 0xfff3 },
    { "poke-fs-xen", REGISTER(fs), 0xe02b },
    { "poke-gs-kernel", REGISTER(gs), 0x18 },
    { "poke-gs-xen", REGISTER(gs), 0xe02b },
    { "poke-gs-beyond", REGISTER(gs), 0xfff3 },
    { "poke-fs-base-kernel", REGISTER(fs_base), 0xffff888000000000 },
    { "poke-gs-base", REGISTER(gs_base), 0x123456000 },
    { "poke-gs-base-kernel", REGISTER(gs_base), 0xffff888000000000 },
    { "poke-gs-base-xen", REGISTER(gs_base), 0xffff82d080200000 },
    { "poke-flags-tf", REGISTER(eflags), 0x302 },
    { "poke-flags-iopl", REGISTER(eflags), 0x3202 },
    { "poke-flags-no-if", REGISTER(eflags), 0x2 },
    { "poke-flags-all", REGISTER(eflags), 0xffffffff },
    { "poke-flags-ac-df", REGISTER(eflags), 0x40602 },
    { "poke-rip-noncanonical", REGISTER(rip), 0x800000000000 },
    { "poke-rip-above", REGISTER(rip), 0x7ffffffff000 },
    { "poke-rip-kernel", REGISTER(rip), 0xffffffff81000000 },
    { "poke-rip-xen", REGISTER(rip), 0xffff82d080200000 },
    { "poke-rsp-noncanonical", REGISTER(rsp), 0x800000000000 },
    { "poke-rsp-kernel", REGISTER(rsp), 0xffff888000000000 },
    { "poke-orig-rax", REGISTER(orig_rax), 5 },
};

/* The code that follows has a SYSCALL in it. */
static bool runs_as_32_bit(const struct poke *poke)
{
    return poke->offset == REGISTER(cs) &&
           (poke->value == 0x23 || poke->value == 0xe023);
}

/* Floating point: the same three views. */
static double known __attribute__((used)) = 2.5;

static void stop_with_floats(void)
{
    asm volatile("fninit\n\tfldl known(%%rip)\n\t"
                 "movsd known(%%rip), %%xmm9\n\tint3\n\tnop\n\t"
                 "xor %%edi, %%edi\n\tcomisd known(%%rip), %%xmm9\n\t"
                 "setne %%dil\n\tmov $60, %%eax\n\tsyscall"
                 : : : "rax", "rdi", "xmm9", "memory");
}

static void floating_registers(void)
{
    struct tracee tracee = start_tracee(stop_with_floats);
    struct user_fpregs_struct f;
    char text[60];
    resume(&tracee, PTRACE_CONT, 0);
    trace(PTRACE_GETFPREGS, &tracee, 0, (uintptr_t)&f);
    double sse, x87_is_set = f.st_space[0] | f.st_space[1];
    memcpy(&sse, &f.xmm_space[9 * 4], sizeof(sse));
    observe_here("cwd=%#x swd=%#x mxcsr=%#x xmm9=%g st0 %s", f.cwd, f.swd,
                 f.mxcsr, sse, x87_is_set ? "set" : "0");
    sse = 7;
    memcpy(&f.xmm_space[9 * 4], &sse, sizeof(sse));
    int result = trace(PTRACE_SETFPREGS, &tracee, 0, (uintptr_t)&f);
    f.mxcsr |= 1u << 31;
    int reserved = trace(PTRACE_SETFPREGS, &tracee, 0, (uintptr_t)&f);
    resume(&tracee, PTRACE_CONT, 0);
    describe_status(text, sizeof(text), tracee.status);
    observe_here("%s, reserved bit %s, %s", strerror(result),
                 strerror(reserved), text);
}

static void extended_state(void)
{
    static uint8_t state[16384] __attribute__((aligned(64)));
    struct iovec vector = { state, sizeof(state) };
    struct tracee tracee = start_tracee(stop_with_floats);
    resume(&tracee, PTRACE_CONT, 0);
    int result = trace(PTRACE_GETREGSET, &tracee, NT_X86_XSTATE,
                       (uintptr_t)&vector);
    uint64_t software[2], header[2];
    memcpy(software, state + 464, sizeof(software));
    memcpy(header, state + 512, sizeof(header));
    observe_here("%s size %zu features %#llx in use %#llx compaction %#llx",
                 strerror(result), vector.iov_len,
                 (unsigned long long)software[0],
                 (unsigned long long)header[0], (unsigned long long)header[1]);
    result = trace(PTRACE_SETREGSET, &tracee, NT_X86_XSTATE,
                   (uintptr_t)&vector);
    header[0] |= 1ull << 62;
    memcpy(state + 512, header, sizeof(header));
    int bad = trace(PTRACE_SETREGSET, &tracee, NT_X86_XSTATE,
                    (uintptr_t)&vector);
    observe_here("write %s, bad write %s", strerror(result), strerror(bad));
    end_tracee(&tracee);
}

void check_registers(void)
{
    check("read-registers", read_registers);
    check("write-registers", write_registers);
    for (size_t i = 0; i < sizeof(pokes) / sizeof(pokes[0]); i++)
        if (!runs_as_32_bit(&pokes[i]) ||
            !raw_syscall_32_breaks_the_kernel())
            check_with(pokes[i].name, poke_and_run, &pokes[i]);
    check("floating-registers", floating_registers);
    check("extended-state", extended_state);
}
