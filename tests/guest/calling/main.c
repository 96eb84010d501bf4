/* SPDX-License-Identifier: MIT */
/*
 * calling - what a hypercall leaves in registers and flags
 *
 * Calls that succeed, fail and are unknown, by SYSCALL and by the hypercall
 * page: every register and flag that it changed but RAX, the result.  RCX
 * and R11 are SYSCALL's own; the page's slots keep them.  Then each slot of
 * the page, whether it makes the call of its number.
 */
#include "calling.h"

#include <xen/event_channel.h>
#include <xen/sched.h>
#include <xen/vcpu.h>
#include <xen/version.h>

#define SLOT_SIZE 32
#define NR_SLOTS  64
#define PATTERN   0x1234500000000000ul

extern const char hypercall_page[];

static const char *const names[] = {
    "rax", "rcx", "rdx", "rbx", "rbp", "rsi", "rdi",
    "r8", "r9", "r10", "r11", "r12", "r13", "r14", "r15",
};

#define NR_REGISTERS (sizeof names / sizeof *names)
enum { RAX = 0, RDX = 2, RSI = 5, RDI = 6, R8 = 7, R10 = 9 };

static const struct {
    uint64_t bit;
    const char *name;
} flags[] = {
    { 0x1, " CF" }, { 0x4, " PF" }, { 0x10, " AF" }, { 0x40, " ZF" },
    { 0x80, " SF" }, { 0x200, " IF" }, { 0x400, " DF" }, { 0x800, " OF" },
    { 0x4000, " NT" }, { 0x40000, " AC" }, { 0x200000, " ID" },
};

#define NO_FLAGS   0x202
#define ALL_FLAGS  (NO_FLAGS | 0x8d5)
#define ODD_FLAGS  (NO_FLAGS | 0x204400)        /* DF, NT, ID */
#define ALIGNMENT  (NO_FLAGS | 0x40000)

struct calling calling;

static char text[160];

static void add(const char *word)
{
    memcpy(text + strlen(text), word, strlen(word) + 1);
}

static void print_registers(const char *name, const struct calling *before)
{
    text[0] = 0;
    for (unsigned i = 1; i < NR_REGISTERS; i++)
        if (calling.registers[i] != before->registers[i]) {
            add(" ");
            add(names[i]);
        }
    print("%s, changed:%s", name, text[0] ? text : " nothing");
}

static void print_flags(const char *name)
{
    text[0] = 0;
    for (unsigned i = 0; i < sizeof flags / sizeof *flags; i++)
        if (calling.rflags & flags[i].bit)
            add(flags[i].name);
    print("%s, flags:%s", name, text);
}

static void try(const char *name, uint64_t rflags, const char *slot,
                unsigned long number, unsigned long a1, unsigned long a2,
                unsigned long a3, unsigned long a4)
{
    struct calling before;

    for (unsigned i = 0; i < NR_REGISTERS; i++)
        calling.registers[i] = PATTERN + i;
    calling.registers[RAX] = number;
    calling.registers[RDI] = a1;
    calling.registers[RSI] = a2;
    calling.registers[RDX] = a3;
    calling.registers[R10] = a4;
    calling.registers[R8] = 0;
    calling.rflags = rflags;
    calling.slot = slot;
    before = calling;
    call_with_all();
    report_sign((long)calling.registers[RAX], "%s", name);
    print_registers(name, &before);
    print_flags(name);
}

#define WORDS(a1, a2, a3, a4, ...)                                         \
    (unsigned long)(a1), (unsigned long)(a2), (unsigned long)(a3),         \
    (unsigned long)(a4)

/* The same both ways. */
#define TRY(name, rflags, number, ...)                                     \
    ({                                                                     \
        try(name " by SYSCALL", rflags, NULL, number,                      \
            WORDS(__VA_ARGS__, 0, 0, 0, 0));                               \
        try(name " by the page", rflags,                                   \
            hypercall_page + SLOT_SIZE * (number), number,                 \
            WORDS(__VA_ARGS__, 0, 0, 0, 0));                               \
    })

static void try_calls(void)
{
    static uint64_t stack[2];
    uint64_t pte = mfn_of(page_new()) << PAGE_SHIFT | PTE_P | PTE_RW
                   | PTE_A | PTE_D;
    static mmu_update_t update;
    static struct mmuext_op flush = { .cmd = MMUEXT_TLB_FLUSH_LOCAL };
    static multicall_entry_t calls[2] = { { .op = __HYPERVISOR_sched_op },
                                          { .op = 999 } };

    page_map(SCRATCH_VIRTUAL, pte);
    update = (mmu_update_t){
        .ptr = machine_address(page_entry(SCRATCH_VIRTUAL, 1)), .val = pte };
    TRY("xen_version", NO_FLAGS, __HYPERVISOR_xen_version, 0);
    TRY("xen_version, arithmetic flags", ALL_FLAGS, __HYPERVISOR_xen_version,
        0);
    TRY("xen_version, other flags", ODD_FLAGS, __HYPERVISOR_xen_version, 0);
    TRY("xen_version, AC", ALIGNMENT, __HYPERVISOR_xen_version, 0);
    TRY("yield", ALL_FLAGS, __HYPERVISOR_sched_op, SCHEDOP_yield);
    TRY("mmu_update", ALL_FLAGS, __HYPERVISOR_mmu_update, &update, 1, 0,
        DOMID_SELF);
    TRY("mmu_update, wrong", ALL_FLAGS, __HYPERVISOR_mmu_update, &update, 1,
        0, 7);
    TRY("mmuext_op", ALL_FLAGS, __HYPERVISOR_mmuext_op, &flush, 1, 0,
        DOMID_SELF);
    TRY("update_va_mapping", ALL_FLAGS, __HYPERVISOR_update_va_mapping,
        SCRATCH_VIRTUAL, pte, UVMF_INVLPG);
    TRY("stack_switch", ALL_FLAGS, __HYPERVISOR_stack_switch,
        FLAT_KERNEL_SS, stack + 2);
    TRY("set_segment_base", ALL_FLAGS, __HYPERVISOR_set_segment_base,
        SEGBASE_GS_USER, 0);
    TRY("fpu_taskswitch", ALL_FLAGS, __HYPERVISOR_fpu_taskswitch, 0);
    TRY("multicall", ALL_FLAGS, __HYPERVISOR_multicall, calls, 2);
    TRY("vcpu_op, unknown", ALL_FLAGS, __HYPERVISOR_vcpu_op, 999, 0, 0);
    try("unknown by SYSCALL", ALL_FLAGS, NULL, 999, 0, 0, 0, 0);
}

/*
 * The same result as by SYSCALL; iret's slot is another matter, and
 * update_va_mapping of 0 would unmap a kernel in the low half.
 */
static void try_slots(void)
{
    unsigned same = 0;

    for (unsigned number = 0; number < NR_SLOTS; number++) {
        long by_syscall, by_page;

        if (number == __HYPERVISOR_iret
            || number == __HYPERVISOR_update_va_mapping)
            continue;
        by_syscall = hypercall(number, 0, 0, 0, 0, 0);
        by_page = hypercall_by_page(number, 0, 0, 0, 0, 0);
        same += by_syscall == by_page;
        if (by_syscall != by_page)
            report(by_page, "slot %u", number);
    }
    print("slots that answer as SYSCALL: %u", same);
    traps_install(0);
}

void guest_main(void)
{
    try_calls();
    try_slots();
}
