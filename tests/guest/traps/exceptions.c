/* SPDX-License-Identifier: MIT */
/* Every exception that can be raised at will, from both modes. */
#include "traps.h"

#define NONCANONICAL 0x0000800000000000ul
#define XENS         0xffff830000000000ul
#define NO_SUCH_SELECTOR 0x1233         /* behind the GDT's end */
#define ABSENT_SELECTOR  0x000b         /* the first entry */
#define ABSENT_DATA3     0x00cf72000000ffff

enum where { KERNEL = 1, USER = 2, BOTH = 3 };

#define X(name) extern const char snippet_##name[]
X(de); X(icebp); X(step); X(bp); X(int4); X(int48); X(int80); X(int200);
X(ud); X(nm); X(ds); X(ss); X(stack); X(read); X(write); X(jump); X(mf);
X(xm); X(ac); X(df); X(nt); X(hlt); X(in); X(cli); X(cr); X(cpuid);
X(ud_32); X(int80_32);

static const struct {
    const char *name, *snippet;
    enum where where;
    uint64_t rax;
} cases[] = {
    { "divide by 0", snippet_de, BOTH, 1 },
    { "icebp", snippet_icebp, BOTH, 0 },
    { "single step", snippet_step, BOTH, 0 },
    { "int3", snippet_bp, BOTH, 0 },
    { "int 4", snippet_int4, BOTH, 0 },
    { "int 48", snippet_int48, USER, 0 },
    { "int 128", snippet_int80, BOTH, 0 },
    { "int 200", snippet_int200, USER, 0 },
    { "ud2", snippet_ud, BOTH, 0 },
    { "no such selector", snippet_ds, BOTH, NO_SUCH_SELECTOR },
    { "absent segment", snippet_ds, BOTH, ABSENT_SELECTOR },
    { "absent stack", snippet_ss, USER, ABSENT_SELECTOR },
    { "non-canonical stack", snippet_stack, BOTH, NONCANONICAL },
    { "non-canonical read", snippet_read, BOTH, NONCANONICAL },
    { "non-canonical write", snippet_write, BOTH, NONCANONICAL },
    { "non-canonical jump", snippet_jump, BOTH, NONCANONICAL },
    { "read of nothing", snippet_read, BOTH, USER_UNMAPPED },
    { "write to nothing", snippet_write, BOTH, USER_UNMAPPED + 7 },
    { "jump to nothing", snippet_jump, BOTH, USER_UNMAPPED },
    { "kernel read of nothing", snippet_read, BOTH, UNMAPPED_VIRTUAL },
    { "read of the kernel", snippet_read, USER, VIRT_BASE + 0x1000000 },
    { "read of Xen", snippet_read, USER, XENS },
    { "write to read-only", snippet_write, BOTH, USER_READ_ONLY },
    { "jump to no-execute", snippet_jump, USER, USER_NO_EXEC },
    { "x87", snippet_mf, BOTH, 0 },
    { "SSE", snippet_xm, BOTH, 0 },
    { "alignment", snippet_ac, USER, 0 },
    { "direction flag", snippet_df, BOTH, 0 },
    { "nested-task flag", snippet_nt, BOTH, 0 },
    { "hlt", snippet_hlt, USER, 0 },
    { "in", snippet_in, USER, 0 },
    { "cli", snippet_cli, USER, 0 },
    { "mov from CR3", snippet_cr, USER, 0 },
    { "forced cpuid", snippet_cpuid, BOTH, 0 },
};

#define NR_CASES (sizeof cases / sizeof *cases)

static const char *name_of(const char *name, const char *how)
{
    static char text[128];
    size_t length = strlen(name);

    memcpy(text, name, length);
    memcpy(text + length, how, strlen(how) + 1);
    return text;
}

static void try_kernel(unsigned i, const char *how, bool masked)
{
    run_in_kernel(cases[i].snippet, cases[i].rax, masked);
    print_seen(name_of(cases[i].name, how), (uint64_t)cases[i].snippet,
               test_stack_end());
}

static void try_user(unsigned i, const char *how, bool masked)
{
    struct run_context context = user_context(cases[i].snippet);

    context.rax = cases[i].rax;
    if (masked)
        context.rflags &= ~RFLAGS_IF;
    run_in_user(context);
    print_seen(name_of(cases[i].name, how), context.rip, context.rsp);
}

/* As Linux has it, and an entry for a segment that isn't there. */
static void set_gdt(void)
{
    uint64_t *table = page_new();
    uint64_t frame = mfn_of(table);

    table[1] = ABSENT_DATA3;
    table[4] = 0x00cffb000000ffff;      /* 0x23: 32-bit code */
    table[5] = 0x00cff3000000ffff;      /* 0x2b: data */
    table[6] = 0x00affb000000ffff;      /* 0x33: 64-bit code */
    CALL(update_va_mapping, table, frame << PAGE_SHIFT | PTE_P | PTE_A,
         UVMF_INVLPG);
    report(CALL(set_gdt, &frame, 16), "set_gdt");
}

static void test_page_fault_address(void)
{
    run_in_kernel(snippet_write, USER_UNMAPPED + 5, false);
    print("CR2, kernel: %lx", seen[0].cr2);

    struct run_context context = user_context(snippet_read);

    context.rax = USER_UNMAPPED + 9;
    run_in_user(context);
    print("CR2, user: %lx", seen[0].cr2);
}

/* #NM comes where it was asked for, and once. */
static void test_lazy_fpu(void)
{
    CALL(fpu_taskswitch, 1);
    run_in_kernel(snippet_nm, 0, false);
    print_seen("fnop with TS, kernel", (uint64_t)snippet_nm,
               test_stack_end());
    run_in_kernel(snippet_nm, 0, false);
    print("fnop again, kernel: vector %lu", seen[0].frame.vector);
    CALL(fpu_taskswitch, 1);
    run_in_user(user_context(snippet_nm));
    print_seen("fnop with TS, user", USER_ADDRESS(snippet_nm), USER_STACK);
    CALL(fpu_taskswitch, 0);
}

/* With 4, an exception masks events. */
static void test_all(unsigned flags, const char *how)
{
    static char text[4][64];
    static const char *const modes[4] = {
        ", kernel", ", kernel, masked", ", user", ", user, masked",
    };

    traps_install(flags);
    for (unsigned mode = 0; mode < 4; mode++) {
        memcpy(text[mode], modes[mode], strlen(modes[mode]));
        memcpy(text[mode] + strlen(modes[mode]), how, strlen(how) + 1);
    }
    for (unsigned i = 0; i < NR_CASES; i++) {
        if (cases[i].where & KERNEL) {
            try_kernel(i, text[0], false);
            try_kernel(i, text[1], true);
        }
        if (cases[i].where & USER) {
            try_user(i, text[2], false);
            try_user(i, text[3], true);
        }
    }
}

void test_exceptions(void)
{
    set_gdt();
    test_all(0, "");
    test_all(3, ", DPL 3");
    test_all(4, ", masking");
    traps_install(0);
    test_page_fault_address();
    test_lazy_fpu();
}
