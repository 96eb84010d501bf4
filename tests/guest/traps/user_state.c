/* SPDX-License-Identifier: MIT */
/* Segment bases, data selectors, an LDT and I/O ports, of user mode. */
#include "traps.h"

#include <xen/physdev.h>

#define X(name) extern const char snippet_##name[]
X(bases); X(load_fs); X(load_gs); X(data_selectors); X(in); X(ud_32); X(ud);

#define LDT_DATA     0x07               /* entries 0 to 2, RPL 3 */
#define LDT_CODE     0x0f
#define LDT_ABSENT   0x17
#define LDT_BEHIND   0x1f
#define GDT_DATA     0x2b

#define BASE_A USER_NO_EXEC
#define BASE_B (USER_NO_EXEC + 8)

/* A data segment, DPL 3, of 4 GiB from a base that is BASE_A or BASE_B. */
#define DATA3(base) (0x00cff3000000ffff | ((base) & 0xffffff) << 16         \
                     | ((base) >> 24) << 56)
#define CODE3_32    0x00cffb000000ffff
#define ABSENT      0x00cf73000000ffff

#define INVALID_OPCODE 6                /* the snippet's end was reached */

#define PORT 0x80                       /* snippet_in's */
#define PORTS 1024

static uint64_t *ldt;

static void try_bases(const char *name)
{
    run_in_user(user_context(snippet_bases));
    print("%s, FS: %lx", name, seen[0].frame.rbx);
    print("%s, GS: %lx", name, seen[0].frame.rdx);
    print("%s, kernel's GS: %s", name,
          seen[0].gs == GS_KERNEL ? "kept" : "lost");
}

static void test_bases(void)
{
    ((volatile uint64_t *)BASE_A)[0] = 0xa;
    ((volatile uint64_t *)BASE_A)[1] = 0xb;
    report(CALL(set_segment_base, SEGBASE_FS, BASE_A), "FS base");
    report(CALL(set_segment_base, SEGBASE_GS_USER, BASE_B), "GS base");
    try_bases("bases");
    CALL(set_segment_base, SEGBASE_FS, BASE_B);
    CALL(set_segment_base, SEGBASE_GS_USER, BASE_A);
    try_bases("other bases");
}

static void try_load(const char *name, const char *snippet, uint64_t selector)
{
    struct run_context context = user_context(snippet);

    context.rax = selector;
    run_in_user(context);
    print("%s, vector: %lu error %lx", name, seen[0].frame.vector,
          seen[0].frame.error);
    if (seen[0].frame.vector == INVALID_OPCODE)
        print("%s, reads: %lx", name, seen[0].frame.rbx);
}

static void set_ldt(const char *name, const void *table, unsigned entries)
{
    struct mmuext_op op = {
        .cmd = MMUEXT_SET_LDT, .arg1.linear_addr = (unsigned long)table,
        .arg2.nr_ents = entries,
    };

    report(CALL(mmuext_op, &op, 1, 0, DOMID_SELF), "%s", name);
}

static void test_ldt_data(void)
{
    try_load("LDT, FS", snippet_load_fs, LDT_DATA);
    try_load("LDT, GS", snippet_load_gs, LDT_DATA);
    try_load("LDT, absent", snippet_load_fs, LDT_ABSENT);
    try_load("LDT, behind its end", snippet_load_fs, LDT_BEHIND);
    report(CALL(update_descriptor, machine_address(&ldt[0]), DATA3(BASE_B)),
           "another base");
    try_load("LDT, another base", snippet_load_fs, LDT_DATA);
}

static void test_ldt_code(void)
{
    struct run_context context = user_context(snippet_ud_32);

    context.cs = LDT_CODE;
    run_in_user(context);
    print_seen("code by the LDT", context.rip, context.rsp);
}

static void test_ldt(void)
{
    ldt = page_new();
    ldt[0] = DATA3(BASE_A);
    ldt[1] = CODE3_32;
    ldt[2] = ABSENT;
    CALL(update_va_mapping, ldt, mfn_of(ldt) << PAGE_SHIFT | PTE_P | PTE_A,
         UVMF_INVLPG);
    try_load("no LDT", snippet_load_fs, LDT_DATA);
    set_ldt("LDT", ldt, 3);
    test_ldt_data();
    test_ldt_code();
    set_ldt("LDT given up", 0, 0);
    try_load("LDT given up", snippet_load_fs, LDT_DATA);
}

static void test_selectors(void)
{
    run_in_user(user_context(snippet_data_selectors));
    print("data selectors at first: %lx %lx", seen[0].frame.rbx & 0xffff,
          seen[0].frame.rdx & 0xffff);
    __asm__ volatile ("mov %0, %%ds\n\tmov %0, %%es" : : "r" (GDT_DATA));
    run_in_user(user_context(snippet_data_selectors));
    print("data selectors, those the kernel loaded: %lx %lx",
          seen[0].frame.rbx & 0xffff, seen[0].frame.rdx & 0xffff);
    __asm__ volatile ("mov %0, %%ds\n\tmov %0, %%es" : : "r" (0));
    report(CALL(set_segment_base, SEGBASE_GS_USER_SEL, GDT_DATA),
           "GS by its selector");
    try_load("GS by a selector of base 0", snippet_load_gs, GDT_DATA);
}

static void try_port(const char *name)
{
    run_in_user(user_context(snippet_in));
    print("%s, user: vector %lu error %lx", name, seen[0].frame.vector,
          seen[0].frame.error);
    run_in_kernel(snippet_in, 0, false);
    print("%s, kernel: vector %lu error %lx", name, seen[0].frame.vector,
          seen[0].frame.error);
}

static void set_iopl(unsigned iopl)
{
    struct physdev_set_iopl op = { .iopl = iopl };

    report(CALL(physdev_op, PHYSDEVOP_set_iopl, &op), "IOPL %u", iopl);
}

static void set_bitmap(const char *name, uint8_t *bitmap, unsigned ports)
{
    struct physdev_set_iobitmap op = { .nr_ports = ports };

    set_xen_guest_handle(op.bitmap, bitmap);
    report(CALL(physdev_op, PHYSDEVOP_set_iobitmap, &op), "%s", name);
}

static void test_iopl(void)
{
    set_iopl(1);
    try_port("port with IOPL 1");
    set_iopl(3);
    try_port("port with IOPL 3");
    set_iopl(1);
}

static void test_bitmap(void)
{
    static uint8_t bitmap[PORTS / 8];

    memset(bitmap, 0xff, sizeof bitmap);
    set_bitmap("bitmap of ones", bitmap, PORTS);
    try_port("port that the bitmap denies");
    bitmap[PORT / 8] = (uint8_t)~(1u << PORT % 8);
    set_bitmap("bitmap with a hole", bitmap, PORTS);
    try_port("port that the bitmap allows");
    bitmap[PORT / 8] = 0xff;
    try_port("port that was allowed at the call");
    bitmap[PORT / 8] = 0;
    set_bitmap("short bitmap", bitmap, PORT);
    try_port("port behind the bitmap");
    set_bitmap("no bitmap", bitmap, 0);
    try_port("port without a bitmap");
}

void test_user_state(void)
{
    traps_install(0);
    test_bases();
    test_ldt();
    test_selectors();
    test_iopl();
    test_bitmap();
}
