/* SPDX-License-Identifier: MIT */
#include "pvops_builder.h"

#include <assert.h>
#include <string.h>

#define MMU 1
#define CPU 2
#define IRQ 4
#define INIT 8
#define DATA_ADDRESS \
    (TEST_KERNEL_BASE + TEST_KERNEL_PADDR + 0x200000)

enum { KIND_POINTER = 2, KIND_STRUCT = 4, KIND_PROTOTYPE = 13 };

/* As in Linux 6.1, but that what is kept is left out, with one exception. */
static const struct {
    const char *name;
    unsigned group, function;
} fields[] = {
    { "load_sp0", CPU, TEST_PVOPS_OTHER },
    { "load_gdt", CPU, TEST_PVOPS_OTHER },
    { "read_msr", CPU, TEST_PVOPS_OTHER },
    { "write_msr", CPU, TEST_PVOPS_OTHER },
    { "load_tls", CPU, TEST_PVOPS_OTHER },
    { "start_context_switch", CPU, TEST_PVOPS_NOTHING },
    { "end_context_switch", CPU, TEST_PVOPS_NOTHING },
    { "save_fl", IRQ, TEST_PVOPS_OTHER },
    { "irq_disable", IRQ, TEST_PVOPS_OTHER },
    { "irq_enable", IRQ, TEST_PVOPS_OTHER },
    { "safe_halt", IRQ, TEST_PVOPS_OTHER },
    { "set_fixmap", MMU, TEST_PVOPS_OTHER },
    { "pte_val", MMU, TEST_PVOPS_IDENTITY },
    { "make_pte", MMU, TEST_PVOPS_IDENTITY },
    { "pmd_val", MMU, TEST_PVOPS_IDENTITY },
    { "make_pmd", MMU, TEST_PVOPS_IDENTITY },
    { "pud_val", MMU, TEST_PVOPS_IDENTITY },
    { "make_pud", MMU, TEST_PVOPS_IDENTITY },
    { "pgd_val", MMU, TEST_PVOPS_IDENTITY },
    { "make_pgd", MMU, TEST_PVOPS_IDENTITY },
    { "set_pte", MMU, TEST_PVOPS_STORE },
    { "set_pmd", MMU, TEST_PVOPS_STORE },
    { "set_pud", MMU, TEST_PVOPS_STORE },
    { "pgd_alloc", MMU, TEST_PVOPS_OTHER },
    { "write_cr3", MMU, TEST_PVOPS_OTHER },
    { "exit_mmap", MMU, TEST_PVOPS_NOTHING },
    { "enter", MMU, TEST_PVOPS_NOTHING },       /* lazy_mode's */
    { "leave", MMU, TEST_PVOPS_NOTHING },
    { "patch", INIT, TEST_PVOPS_OTHER },        /* before 5.12 only */
};

#define NR_FIELDS (sizeof fields / sizeof *fields)
#define FIRST_IRQ 7
#define FIRST_MMU 11
#define FIRST_LAZY (FIRST_INIT - 2)
#define FIRST_INIT (NR_FIELDS - 1)

/* BTF that grows. */
struct writer {
    uint8_t types[0x1000], strings[0x400];
    uint32_t types_size, strings_size;
};

static void put32(struct writer *writer, uint32_t value)
{
    assert(writer->types_size + 4 <= sizeof writer->types);
    memcpy(writer->types + writer->types_size, &value, 4);
    writer->types_size += 4;
}

static uint32_t put_string(struct writer *writer, const char *text)
{
    uint32_t at = writer->strings_size;

    assert(at + strlen(text) + 1 <= sizeof writer->strings);
    memcpy(writer->strings + at, text, strlen(text) + 1);
    writer->strings_size += strlen(text) + 1;
    return at;
}

static void put_struct(struct writer *writer, const char *name,
                       uint32_t members, uint32_t size)
{
    put32(writer, *name ? put_string(writer, name) : 0);
    put32(writer, KIND_STRUCT << 24 | members);
    put32(writer, size);
}

static void put_member(struct writer *writer, const char *name,
                       uint32_t type, uint32_t offset)
{
    put32(writer, *name ? put_string(writer, name) : 0);
    put32(writer, type);
    put32(writer, offset * 8);
}

static bool has_patcher(const struct test_pvops *how)
{
    return how->alternative_size == 0;
}

static const char *name_of(unsigned i, const struct test_pvops *how)
{
    if (how->missing && strcmp(fields[i].name, how->missing) == 0)
        return fields[i].group == MMU ? "set_fixmap"
               : fields[i].group == IRQ ? "halt" : "wbinvd";
    return fields[i].name;
}

enum {
    POINTER = 1, PROTOTYPE, FUNCTION, LAZY, CPU_OPS, IRQ_OPS, MMU_OPS,
    INIT_OPS, TEMPLATE, INNER_MM, MM
};

static void put_pointer(struct writer *writer, uint32_t type)
{
    put32(writer, 0);
    put32(writer, KIND_POINTER << 24);
    put32(writer, type);
}

/* Of a function, whose parameters have no names and are pointers. */
static void put_prototype(struct writer *writer, uint32_t parameters)
{
    put32(writer, 0);
    put32(writer, KIND_PROTOTYPE << 24 | parameters);
    put32(writer, 0);
    for (uint32_t i = 0; i < parameters; i++) {
        put32(writer, 0);
        put32(writer, POINTER);
    }
}

static uint32_t type_of(unsigned i)
{
    return strcmp(fields[i].name, "write_msr") == 0 ? FUNCTION : POINTER;
}

static void put_types(struct writer *writer, const struct test_pvops *how)
{
    put_pointer(writer, 0);
    put_prototype(writer, how->parameters);
    put_pointer(writer, PROTOTYPE);
    put_struct(writer, "pv_lazy_ops", 2, 16);
    for (unsigned i = FIRST_LAZY; i < FIRST_INIT; i++)
        put_member(writer, fields[i].name, POINTER, 8 * (i - FIRST_LAZY));
    put_struct(writer, "pv_cpu_ops", FIRST_IRQ, 8 * FIRST_IRQ);
    for (unsigned i = 0; i < FIRST_IRQ; i++)
        put_member(writer, name_of(i, how), type_of(i), 8 * i);
    put_struct(writer, "pv_irq_ops", FIRST_MMU - FIRST_IRQ,
               8 * (FIRST_MMU - FIRST_IRQ));
    for (unsigned i = FIRST_IRQ; i < FIRST_MMU; i++)
        put_member(writer, name_of(i, how), POINTER, 8 * (i - FIRST_IRQ));
    put_struct(writer, "pv_mmu_ops",
               FIRST_LAZY - FIRST_MMU + 1 + (how->unknown != NULL),
               8 * (FIRST_INIT - FIRST_MMU));
    for (unsigned i = FIRST_MMU; i < FIRST_LAZY; i++)
        put_member(writer, name_of(i, how), POINTER, 8 * (i - FIRST_MMU));
    if (how->unknown)
        put_member(writer, how->unknown, POINTER, 8);
    put_member(writer, how->within_itself ? "" : "lazy_mode",
               how->within_itself ? MMU_OPS : LAZY,
               8 * (FIRST_LAZY - FIRST_MMU));
    put_struct(writer, "pv_init_ops", 1, 8);
    put_member(writer, fields[FIRST_INIT].name, POINTER, 0);
    put_struct(writer, "paravirt_patch_template", 3 + has_patcher(how),
               8 * NR_FIELDS);
    put_member(writer, "cpu", CPU_OPS, 0);
    put_member(writer, "irq", IRQ_OPS, 8 * FIRST_IRQ);
    put_member(writer, "mmu", MMU_OPS, 8 * FIRST_MMU);
    if (has_patcher(how))
        put_member(writer, "init", INIT_OPS, 8 * FIRST_INIT);
    put_struct(writer, "", 1, 16);
    put_member(writer, "pgd", POINTER, 8);
    put_struct(writer, "mm_struct", 1, 80);
    put_member(writer, "", INNER_MM, TEST_PVOPS_MM_PGD - 8);
}

static void add_btf(struct test_kernel *kernel, const struct test_pvops *how)
{
    static struct writer writer;
    uint8_t *to = kernel->data + TEST_PVOPS_BTF;

    writer = (struct writer){ .strings_size = 1 };
    put_types(&writer, how);

    uint32_t header[6] = { 0x0001eb9f, sizeof header, 0, writer.types_size,
                          writer.types_size, writer.strings_size };

    memcpy(to, header, sizeof header);
    memcpy(to + sizeof header, writer.types, writer.types_size);
    memcpy(to + sizeof header + writer.types_size, writer.strings,
           writer.strings_size);
    assert(TEST_PVOPS_BTF + sizeof header + writer.types_size
           + writer.strings_size <= TEST_KERNEL_DATA);
    test_kernel_add_section(kernel, ".BTF", 1, TEST_PVOPS_BTF,
                            sizeof header + writer.types_size
                            + writer.strings_size);
}

uint64_t test_pvops_address(unsigned place)
{
    return place < TEST_KERNEL_DATA
           ? TEST_KERNEL_BASE + TEST_KERNEL_PADDR + place - TEST_KERNEL_TEXT
           : DATA_ADDRESS + place - TEST_KERNEL_DATA;
}

unsigned test_pvops_field(const char *name)
{
    for (unsigned i = 0; i < NR_FIELDS; i++)
        if (strcmp(fields[i].name, name) == 0)
            return TEST_PVOPS_TABLE + 8 * i;
    return 0;
}

static void put_relative(struct test_kernel *kernel, unsigned place,
                         unsigned target)
{
    int32_t value = (int32_t)(test_pvops_address(target)
                              - test_pvops_address(place));

    memcpy(kernel->data + place, &value, sizeof value);
}

static void add_code(struct test_kernel *kernel)
{
    uint32_t call = (uint32_t)(test_pvops_address(TEST_PVOPS_TABLE)
                               - test_pvops_address(TEST_PVOPS_CALL) - 6);

    memset(kernel->data + TEST_KERNEL_TEXT, 0xcc,
           TEST_KERNEL_DATA - TEST_KERNEL_TEXT);
    memcpy(kernel->data + TEST_PVOPS_NOTHING, "\xc3", 1);
    memcpy(kernel->data + TEST_PVOPS_IDENTITY,
           "\xf3\x0f\x1e\xfa\x48\x89\xf8\xe9", 8);
    memcpy(kernel->data + TEST_PVOPS_STORE, "\x48\x89\x37\xc3", 4);
    memcpy(kernel->data + TEST_PVOPS_CALL, "\xff\x15", 2);
    memcpy(kernel->data + TEST_PVOPS_CALL + 2, &call, 4);
    for (unsigned i = 0; i < NR_FIELDS; i++)
        memcpy(kernel->data + TEST_PVOPS_TABLE + 8 * i,
               &(uint64_t){ test_pvops_address(fields[i].function) }, 8);
    test_kernel_add_section(kernel, ".text", 1, TEST_KERNEL_TEXT,
                            TEST_PVOPS_TEXT_END - TEST_KERNEL_TEXT)->addr =
        test_pvops_address(TEST_KERNEL_TEXT);
}

/* Two, of which the second is pv_ops. */
static void add_exports(struct test_kernel *kernel)
{
    memcpy(kernel->data + TEST_PVOPS_STRINGS, "pv_op\0pv_ops", 13);
    for (unsigned i = 0; i < 2; i++) {
        put_relative(kernel, TEST_PVOPS_EXPORTS + 12 * i,
                     i ? TEST_PVOPS_TABLE : TEST_KERNEL_DATA);
        put_relative(kernel, TEST_PVOPS_EXPORTS + 12 * i + 4,
                     TEST_PVOPS_STRINGS + 6 * i);
    }
    test_kernel_add_section(kernel, "__ksymtab", 1, TEST_PVOPS_EXPORTS,
                            24)->addr =
        test_pvops_address(TEST_PVOPS_EXPORTS);
}

/* One for another feature, one "if this is not Xen". */
static void add_alternatives(struct test_kernel *kernel, unsigned size)
{
    memcpy(kernel->data + TEST_PVOPS_REPLACEMENT, "\x48\x89\xf8", 3);
    for (unsigned i = 0; i < 2; i++) {
        unsigned at = TEST_PVOPS_ALTERNATIVES + size * i;
        uint8_t *entry = kernel->data + at;
        uint32_t feature = i == 0 ? 33 : TEST_PVOPS_IS_XEN
                           | (size == 12 ? 1u << 15 : 1u << 16);

        put_relative(kernel, at, TEST_PVOPS_CALL);
        put_relative(kernel, at + 4, TEST_PVOPS_REPLACEMENT);
        memcpy(entry + 8, &feature, size - 10);
        entry[size - 2] = 6;
        entry[size - 1] = 3;
    }
    test_kernel_add_section(kernel, ".altinstructions", 1,
                            TEST_PVOPS_ALTERNATIVES, 2 * size)->addr =
        test_pvops_address(TEST_PVOPS_ALTERNATIVES);
}

/* As Linux 5.10: no alternative is for Xen, calls have their own table. */
static void add_patch_sites(struct test_kernel *kernel)
{
    add_alternatives(kernel, 12);
    kernel->data[TEST_PVOPS_ALTERNATIVES + 12 + 9] &= 0x7f;
    memcpy(kernel->data + TEST_PVOPS_REPLACEMENT + 8,
           &(uint64_t){ test_pvops_address(TEST_PVOPS_CALL) }, 8);
    test_kernel_add_section(kernel, ".parainstructions", 1,
                            TEST_PVOPS_REPLACEMENT + 8, 16);
}

unsigned test_pvops_make(struct test_kernel *kernel,
                         const struct test_pvops *how)
{
    test_kernel_start_linux(kernel);
    add_code(kernel);
    add_exports(kernel);
    add_btf(kernel, how);
    if (how->alternative_size)
        add_alternatives(kernel, how->alternative_size);
    else
        add_patch_sites(kernel);
    return NR_FIELDS - 2 + has_patcher(how);
}
