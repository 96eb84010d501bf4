/* SPDX-License-Identifier: MIT */
#define _GNU_SOURCE
#include "common/fault.h"
#include "sigreturn.h"

#include <asm/ldt.h>
#include <sys/mman.h>
#include <sys/syscall.h>

enum uc_flag { SIGCONTEXT_SS = 2, STRICT_RESTORE_SS = 4 };

static const struct change *wanted;
static uint64_t destinations[DESTINATIONS] = {
    [LAST_USER_PAGE] = 0x7fffffffe000,
    [ABOVE_USER] = 0x7ffffffff000,
    [NON_CANONICAL] = 0x800000000000,
    [KERNEL] = 0xffffffff81000000,
    [HYPERVISOR] = 0xffff82d080200000,
    [VSYSCALL] = 0xffffffffff600000,
};

struct far_pointer {
    uint32_t offset;
    uint16_t selector;
} __attribute__((packed));

static struct far_pointer back = { 0, 0x33 };

/*
 * Code for either mode: 48 is DEC EAX in 32-bit mode and a prefix in 64-bit
 * mode. It goes back by a far jump through memory, by way of CS, since DS is
 * null in a 64-bit program.
 */
static void make_code_32(void)
{
    uint8_t *page = mmap((void *)0x32000000, 4096,
                         PROT_READ | PROT_WRITE | PROT_EXEC,
                         MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0);
    if (page == MAP_FAILED)
        give_up("map low memory");
    static const uint8_t code[] = {
        0x31, 0xc0,                     /* xor %eax, %eax */
        0x48,                           /* dec %eax, or REX.W */
        0x85, 0xc0,                     /* test %eax, %eax */
        0x74, 0x07,                     /* jz: 64-bit mode */
        0x2e, 0xff, 0x2d, 0, 0, 0, 0,   /* ljmp *%cs:address */
        0xff, 0x2c, 0x25, 0, 0, 0, 0,   /* ljmp *address, 64-bit form */
    };
    uint32_t address = (uintptr_t)&back;
    memcpy(page, code, sizeof(code));
    memcpy(page + 10, &address, sizeof(address));
    memcpy(page + 17, &address, sizeof(address));
    destinations[CODE_32] = (uintptr_t)page;
}

/* LDT entry 0: 32-bit code; 1: data; 2: 16-bit data; 3: not present. */
static void make_local_descriptors(void)
{
    struct user_desc code = {
        .entry_number = 0, .limit = 0xfffff, .seg_32bit = 1, .contents = 2,
        .limit_in_pages = 1,
    };
    struct user_desc data = code, narrow, absent;
    data.entry_number = 1;
    data.contents = 0;
    narrow = absent = data;
    narrow.entry_number = 2;
    narrow.seg_32bit = 0;
    absent.entry_number = 3;
    absent.seg_not_present = 1;
    syscall(SYS_modify_ldt, 0x11, &code, sizeof(code));
    syscall(SYS_modify_ldt, 0x11, &data, sizeof(data));
    syscall(SYS_modify_ldt, 0x11, &narrow, sizeof(narrow));
    syscall(SYS_modify_ldt, 0x11, &absent, sizeof(absent));
}

static void change_frame(int signal_number, siginfo_t *information,
                         void *context)
{
    ucontext_t *user = context;
    greg_t *registers = user->uc_mcontext.gregs;
    uint64_t selectors = registers[REG_CSGSFS];

    (void)signal_number;
    (void)information;
    if (wanted->cs != 0xffff)
        selectors = (selectors & ~0xffffull) | wanted->cs;
    if (wanted->ss != 0xffff)
        selectors = selectors << 16 >> 16 | (uint64_t)wanted->ss << 48;
    registers[REG_CSGSFS] = selectors;
    if (wanted->flags)
        registers[REG_EFL] = wanted->flags;
    if (wanted->stack)
        registers[REG_RSP] = wanted->stack;
    if (wanted->without_ss)
        user->uc_flags &= ~(uint64_t)SIGCONTEXT_SS;
    if (wanted->relaxed_ss)
        user->uc_flags &= ~(uint64_t)STRICT_RESTORE_SS;
    if (wanted->destination == HERE)
        registers[REG_RIP] += 2;
    else
        registers[REG_RIP] = destinations[wanted->destination];
}

/* Traps; whatever comes back says what it has. RSP may be anything. */
static void trap_and_look(void)
{
    uint64_t cs, ss, flags, rsp;
    asm volatile("mov %%rsp, %%r12\n\tlea 1f(%%rip), %%rax\n\t"
                 "mov %%eax, %4\n\t" MARK "ud2\n1:\t"
                 "mov %%rsp, %3\n\tmov %%r12, %%rsp\n\t"
                 "pushfq\n\tpop %2\n\tpush $0x202\n\tpopfq\n\t"
                 "mov %%cs, %0\n\tmov %%ss, %1\n\t"
                 "mov $0x2b, %%eax\n\tmov %%eax, %%ss"
                 : "=&b"(cs), "=&r"(ss), "=&r"(flags), "=&r"(rsp),
                   "=m"(back.offset)
                 : : "rax", "rcx", "r12", "memory", "cc");
    observe_here("cs=%#x ss=%#x flags=%#llx%s", (unsigned int)cs & 0xffff,
                 (unsigned int)ss & 0xffff,
                 (unsigned long long)flags & ~FLAGS_ARITHMETIC,
                 wanted->stack && rsp != wanted->stack ? " rsp lost" : "");
}

void return_with(const struct change *change)
{
    wanted = change;
    make_code_32();
    make_local_descriptors();
    expect_fault(destinations[change->destination]);
    handle(SIGILL, change_frame);
    trap_and_look();
}
