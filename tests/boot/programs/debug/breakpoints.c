/* SPDX-License-Identifier: MIT */
/* Hardware breakpoints, set by POKEUSER as debuggers do. */
#define _GNU_SOURCE
#include "debug.h"

#include <fcntl.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>

/* DR7: kinds (R/W field), length field, enable bit, for breakpoint n. */
enum kind { EXECUTE = 0, WRITE = 1, PORT = 2, ACCESS = 3 };

static uint64_t control(int number, enum kind kind, int length)
{
    static const uint64_t length_fields[] = {
        [1] = 0, [2] = 1, [4] = 3, [8] = 2,
    };
    return 1ull << (2 * number) |
           (uint64_t)kind << (16 + 4 * number) |
           length_fields[length] << (18 + 4 * number);
}

static volatile uint64_t data[8] __attribute__((aligned(64)));
static int null_file;

static __attribute__((noinline)) void target_function(void)
{
    asm volatile("");
}

/* Every kind of access, in a fixed order, each with its own marker. */
extern const char access_read_1[], access_read_8[], access_write_1[],
    access_write_4[], access_write_8[], access_near[], access_rep[],
    access_syscall[], access_end[];

static void accesses(void)
{
    asm volatile(
        "access_read_1: movb (%0), %%al\n\t"
        "access_read_8: mov (%0), %%rax\n\t"
        "access_write_1: movb $1, (%0)\n\t"
        "access_write_4: movl $2, 4(%0)\n\t"
        "access_write_8: movq $3, (%0)\n\t"
        "access_near: movq $4, 8(%0)\n\t"
        "lea -16(%0), %%rdi\n\tmov $5, %%ecx\n\t"
        "access_rep: rep stosq\n\t"
        "mov %0, %%rsi\n\tmov %1, %%edi\n\tmov $8, %%edx\n\tmov $1, %%eax\n\t"
        "access_syscall: syscall\n\t"   /* write(null, data, 8) */
        "access_end: nop"
        : : "r"(data + 2), "r"(null_file)
        : "rax", "rcx", "rdx", "rsi", "rdi", "r11", "memory");
    syscall(SYS_clock_gettime, 0, data);    /* the kernel writes it */
    target_function();
    target_function();
}

struct marker {
    const char *name;
    const char *address;
};

static const char *name_of_place(uint64_t rip)
{
    static const struct marker markers[] = {
        { "read1", access_read_1 }, { "read8", access_read_8 },
        { "write1", access_write_1 }, { "write4", access_write_4 },
        { "write8", access_write_8 }, { "near", access_near },
        { "rep", access_rep }, { "syscall", access_syscall },
        { "end", access_end },
    };
    if (rip == (uintptr_t)target_function)
        return "function";
    const char *name = "elsewhere";
    for (size_t i = 0; i < sizeof(markers) / sizeof(markers[0]); i++)
        if (rip >= (uintptr_t)markers[i].address &&
            rip <= (uintptr_t)access_end)
            name = markers[i].name;
    return name;
}

struct breakpoint {
    const char *name;
    enum kind kind;
    int length;
    int offset;                 /* from data[2]; EXECUTE: the function */
};

/* Names each stop by the instruction after which it came. */
static void run_to_the_end(struct tracee *tracee)
{
    char text[600] = "", stop[40] = "";
    size_t used = 0;
    int stops = 0;
    uint64_t status = 0;

    for (;;) {
        resume(tracee, PTRACE_CONT, 0);
        if (!is_stopped(tracee) || stops++ == 24)
            break;
        describe_stop(tracee, stop, sizeof(stop));
        status = peek_user(tracee, DEBUG_REGISTER(6));
        if (used < sizeof(text))
            used += snprintf(text + used, sizeof(text) - used, " %s:%#llx",
                             name_of_place(peek_user(tracee, REGISTER(rip))),
                             (unsigned long long)status);
        poke_user(tracee, DEBUG_REGISTER(6), 0);
    }
    observe_here("%d stops:%s; last %s", stops, text, stop);
    describe_status(stop, sizeof(stop), tracee->status);
    observe_here("%s", stop);
    if (is_stopped(tracee))
        end_tracee(tracee);
}

static void one_breakpoint(const void *argument)
{
    const struct breakpoint *b = argument;
    null_file = open("/dev/null", O_WRONLY);
    struct tracee tracee = start_tracee(accesses);
    uintptr_t address = b->kind == EXECUTE ?
                        (uintptr_t)target_function :
                        (uintptr_t)(data + 2) + b->offset;
    int set_address = poke_user(&tracee, DEBUG_REGISTER(0), address);
    int set_control = poke_user(&tracee, DEBUG_REGISTER(7),
                                control(0, b->kind, b->length));
    observe_here("%s %s, dr7 %#llx", strerror(set_address),
                 strerror(set_control), (unsigned long long)
                 peek_user(&tracee, DEBUG_REGISTER(7)));
    run_to_the_end(&tracee);
}

/* The kernel's own access to user data counts as well. */
static void kernel_access(void)
{
    null_file = open("/dev/null", O_WRONLY);
    struct tracee tracee = start_tracee(accesses);
    poke_user(&tracee, DEBUG_REGISTER(0), (uintptr_t)data);
    observe_here("%s", strerror(poke_user(&tracee, DEBUG_REGISTER(7),
                                          control(0, WRITE, 8))));
    run_to_the_end(&tracee);
}

static void four_at_once(void)
{
    null_file = open("/dev/null", O_WRONLY);
    struct tracee tracee = start_tracee(accesses);
    uint64_t value = 0;
    poke_user(&tracee, DEBUG_REGISTER(0), (uintptr_t)target_function);
    poke_user(&tracee, DEBUG_REGISTER(1), (uintptr_t)(data + 2));
    poke_user(&tracee, DEBUG_REGISTER(2), (uintptr_t)(data + 2) + 4);
    poke_user(&tracee, DEBUG_REGISTER(3), (uintptr_t)(data + 3));
    value = control(0, EXECUTE, 1) | control(1, WRITE, 8) |
            control(2, ACCESS, 4) | control(3, WRITE, 8);
    observe_here("%s", strerror(poke_user(&tracee, DEBUG_REGISTER(7),
                                          value)));
    run_to_the_end(&tracee);
}

/* Values that must be refused. */
static void refused(void)
{
    struct tracee tracee = start_tracee(accesses);
    observe_here("kernel address %s", strerror(
                 poke_user(&tracee, DEBUG_REGISTER(0), 0xffffffff81000000)));
    observe_here("hypervisor address %s", strerror(
                 poke_user(&tracee, DEBUG_REGISTER(0), 0xffff82d080200000)));
    observe_here("non-canonical address %s", strerror(
                 poke_user(&tracee, DEBUG_REGISTER(0), 0x800000000000)));
    observe_here("dr4 %s", strerror(
                 poke_user(&tracee, DEBUG_REGISTER(4), 1)));
    observe_here("dr6 %s", strerror(
                 poke_user(&tracee, DEBUG_REGISTER(6), 0xffff0ff0)));
    poke_user(&tracee, DEBUG_REGISTER(0), (uintptr_t)data + 1);
    observe_here("misaligned %s", strerror(
                 poke_user(&tracee, DEBUG_REGISTER(7), control(0, WRITE, 8))));
    poke_user(&tracee, DEBUG_REGISTER(0), (uintptr_t)data);
    observe_here("port %s", strerror(
                 poke_user(&tracee, DEBUG_REGISTER(7), control(0, PORT, 1))));
    observe_here("long execute %s", strerror(
                 poke_user(&tracee, DEBUG_REGISTER(7),
                           control(0, EXECUTE, 4))));
    end_tracee(&tracee);
}

/* Another process runs through the same code without being stopped. */
static void not_shared(void)
{
    null_file = open("/dev/null", O_WRONLY);
    run_on_first_cpu();
    struct tracee watched = start_tracee(accesses);
    struct tracee other = start_tracee(accesses);
    poke_user(&watched, DEBUG_REGISTER(0), (uintptr_t)target_function);
    poke_user(&watched, DEBUG_REGISTER(7), control(0, EXECUTE, 1));
    resume(&watched, PTRACE_CONT, 0);
    resume(&other, PTRACE_CONT, 0);
    char text[2][60];
    describe_stop(&watched, text[0], sizeof(text[0]));
    describe_stop(&other, text[1], sizeof(text[1]));
    observe_here("watched: %s, other: %s", text[0], text[1]);
    end_tracee(&watched);
}

/* MOV SS holds back a data breakpoint until after the next instruction. */
static uint64_t selector __attribute__((aligned(8))) = 0x2b;

static void load_stack_segment(void)
{
    uint64_t result = SYS_getpid;
    asm volatile("mov %1, %%ss\n\tsyscall\n\tnop\n\t"
                 "mov %1, %%ss\n\tint3\n\tnop\n\t"
                 "mov %1, %%ss\n\tint $0x80\n\tnop\n\t"
                 "mov %1, %%ss\n\tud2"
                 : "+a"(result) : "m"(selector)
                 : "rcx", "r8", "r9", "r10", "r11", "memory");
}

static void held_back(void)
{
    struct tracee tracee = start_tracee(load_stack_segment);
    char text[400] = "", stop[40];
    size_t used = 0;
    poke_user(&tracee, DEBUG_REGISTER(0), (uintptr_t)&selector);
    poke_user(&tracee, DEBUG_REGISTER(7), control(0, ACCESS, 8));
    for (int i = 0; i < 16; i++) {
        resume(&tracee, PTRACE_CONT, 0);
        if (!is_stopped(&tracee))
            break;
        describe_stop(&tracee, stop, sizeof(stop));
        uint64_t place = peek_user(&tracee, REGISTER(rip)) -
                         (uintptr_t)load_stack_segment;
        if (used < sizeof(text))
            used += snprintf(text + used, sizeof(text) - used, " %s+%#llx",
                             stop, (unsigned long long)place);
        if (strstr(stop, "SIGILL"))
            break;
    }
    observe_here("%s", text);
    end_tracee(&tracee);
}

void check_breakpoints(void)
{
    static const struct breakpoint breakpoints[] = {
        { "break-execute", EXECUTE, 1, 0 },
        { "break-write-1", WRITE, 1, 0 }, { "break-write-2", WRITE, 2, 0 },
        { "break-write-4", WRITE, 4, 4 }, { "break-write-8", WRITE, 8, 0 },
        { "break-access-1", ACCESS, 1, 0 },
        { "break-access-8", ACCESS, 8, 0 },
        { "break-access-4-high", ACCESS, 4, 4 },
        { "break-write-8-next", WRITE, 8, 8 },
    };
    for (size_t i = 0; i < sizeof(breakpoints) / sizeof(breakpoints[0]); i++)
        check_with(breakpoints[i].name, one_breakpoint, &breakpoints[i]);
    check("break-kernel-access", kernel_access);
    check("break-four", four_at_once);
    check("break-refused", refused);
    check("break-not-shared", not_shared);
    check("break-held-back", held_back);
}
