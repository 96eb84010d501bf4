/* SPDX-License-Identifier: MIT */
/* What is found of pv_ops in made images; Debian's: test_debian_kernels.c. */
/* sources: src/guest/pvops_find.c src/guest/pvops_table.c */
/* sources: src/guest/btf.c src/guest/kernel_exports.c */
/* sources: src/guest/kernel_alternatives.c src/pvops/native_instruction.c */
/* sources: src/guest/elf_file.c */
/* sources: tests/unit/kernel_builder.c tests/unit/pvops_builder.c */
#include <string.h>

#include <guest/pvops_find.h>

#include "pvops_builder.h"
#include "unit_test.h"

/* The images are made without who patches the calls, which is allowed. */
#define ALL (PVOPS_MMU | PVOPS_CPU | PVOPS_IRQ)

static const struct test_pvops right = { .alternative_size = 14 };

static struct test_kernel kernel;
static struct pvops found;

static const char *find(void)
{
    struct elf_file file;

    assert_int_equal(elf_file_open(&file, kernel.data, sizeof kernel.data),
                     KERNEL_OK);
    return pvops_find(&file, ALL, &found);
}

static void assert_found(const struct test_pvops *how)
{
    unsigned nr = test_pvops_make(&kernel, how);
    const char *why = find();

    if (why)
        fail_msg("%s", why);
    assert_int_equal(found.groups, ALL);
    assert_int_equal(found.nr, nr);
    assert_int_equal(found.table, test_pvops_address(TEST_PVOPS_TABLE));
    assert_int_equal(found.mm_pgd, TEST_PVOPS_MM_PGD);
    assert_int_equal(found.call, test_pvops_address(TEST_PVOPS_CALL));
}

static void found_in_each_layout(void **state)
{
    (void)state;
    assert_found(&right);
    assert_int_equal(found.alternatives.entry_size, 14);
    assert_int_equal(found.alternatives.is_xen, TEST_PVOPS_IS_XEN);
    assert_found(&(struct test_pvops){ .alternative_size = 12 });
    assert_int_equal(found.alternatives.entry_size, 12);
    assert_int_equal(found.alternatives.is_xen, TEST_PVOPS_IS_XEN);
    assert_found(&(struct test_pvops){ .alternative_size = 0 });
    assert_int_equal(found.alternatives.is_xen, 0);
}

static const struct pvop *op_at(const char *name)
{
    unsigned offset = test_pvops_field(name) - TEST_PVOPS_TABLE;

    for (unsigned i = 0; i < found.nr; i++)
        if (found.ops[i].offset == offset)
            return &found.ops[i];
    return NULL;
}

static void operations_are_told_apart(void **state)
{
    (void)state;
    assert_found(&right);
    assert_null(op_at("set_fixmap"));
    assert_int_equal(op_at("pgd_alloc")->action, PVOP_PGD_ALLOC);
    assert_int_equal(op_at("load_sp0")->action, PVOP_LOAD_SP0);
    assert_int_equal(op_at("load_sp0")->group, PVOPS_CPU);
    assert_int_equal(op_at("safe_halt")->action, PVOP_SAFE_HALT);
    assert_int_equal(op_at("safe_halt")->group, PVOPS_IRQ);
    assert_int_equal(op_at("set_pte")->action, PVOP_NATIVE);
    assert_int_equal(op_at("set_pte")->group, PVOPS_MMU);
    assert_true(op_at("set_pte")->on_xen_other);
    assert_int_equal(op_at("set_pte")->native,
                     test_pvops_address(TEST_PVOPS_STORE));
    assert_int_equal(op_at("leave")->native,
                     test_pvops_address(TEST_PVOPS_NOTHING));
    assert_null(op_at("patch"));
}

/* Where calls have their own table, the kernel says who patches them. */
static void patcher_goes_with_the_flag(void **state)
{
    (void)state;
    assert_found(&(struct test_pvops){ .alternative_size = 0 });
    assert_int_equal(op_at("patch")->action, PVOP_NATIVE);
    assert_int_equal(op_at("patch")->group, PVOPS_IRQ);
    assert_true(op_at("patch")->on_xen_other);
}

static void parameters_are_counted(void **state)
{
    static const unsigned numbers[] = { 0, 1, 2, 3, 258 };

    (void)state;
    for (unsigned i = 0; i < ARRAY_SIZE(numbers); i++) {
        unsigned nr = numbers[i];

        assert_found(&(struct test_pvops){ .alternative_size = 14,
                                           .parameters = nr });
        assert_int_equal(op_at("write_msr")->parameters, nr);
        assert_int_equal(op_at("read_msr")->parameters, 0);
    }
}

static void assert_refused(const char *why)
{
    const char *said = find();

    assert_non_null(said);
    assert_string_equal(said, why);
    assert_int_equal(found.groups, 0);
}

static void refused_by_its_types(void **state)
{
    (void)state;
    test_pvops_make(&kernel, &(struct test_pvops){
        .alternative_size = 14, .unknown = "set_everything" });
    assert_refused("it has an operation that is not known");
    test_pvops_make(&kernel, &(struct test_pvops){
        .alternative_size = 14, .within_itself = true });
    assert_refused("it has an operation that is not known");
    test_pvops_make(&kernel, &(struct test_pvops){
        .alternative_size = 14, .missing = "pgd_alloc" });
    assert_refused("it lacks an operation");
    test_pvops_make(&kernel, &(struct test_pvops){
        .alternative_size = 14, .missing = "load_tls" });
    assert_refused("it lacks an operation");
    test_pvops_make(&kernel, &(struct test_pvops){
        .alternative_size = 14, .missing = "irq_enable" });
    assert_refused("it lacks an operation");
    test_pvops_make(&kernel, &right);
    kernel.data[TEST_PVOPS_BTF] ^= 1;
    assert_refused("the image's BTF is damaged");
}

static void refused_by_its_code(void **state)
{
    static const unsigned places[] = {
        TEST_PVOPS_NOTHING, TEST_PVOPS_IDENTITY + 5, TEST_PVOPS_STORE + 2,
        TEST_PVOPS_STORE + 3,
    };

    (void)state;
    for (unsigned i = 0; i < ARRAY_SIZE(places); i++) {
        test_pvops_make(&kernel, &right);
        kernel.data[places[i]] ^= 0x40;
        assert_refused("a native operation does not look as it must");
    }
    /* An identity that is not the others'. */
    test_pvops_make(&kernel, &right);
    memcpy(kernel.data + TEST_PVOPS_OTHER, "\x48\x89\xf8\xc3", 4);
    memcpy(kernel.data + test_pvops_field("make_pud"),
           &(uint64_t){ test_pvops_address(TEST_PVOPS_OTHER) }, 8);
    assert_refused("a native operation does not look as it must");
    /* Run already, on Xen: what was linked is not there any more. */
    test_pvops_make(&kernel, &right);
    memset(kernel.data + test_pvops_field("set_pte"), 0, 8);
    assert_refused("it is not linked with native operations");
}

static void refused_by_its_tables(void **state)
{
    (void)state;
    test_pvops_make(&kernel, &right);
    kernel.data[TEST_PVOPS_STRINGS + 6] = 'q';
    assert_refused("the image exports none");
    test_pvops_make(&kernel, &right);
    kernel.data[TEST_PVOPS_ALTERNATIVES + 13] = 7;      /* 7 for 6 bytes */
    assert_refused("its alternatives can't be read");
    test_pvops_make(&kernel, &right);
    kernel.data[TEST_PVOPS_CALL + 1] = 0x25;
    assert_refused("no call through it is found");
}

/* Whatever byte is wrong: it is refused, or found as it is. */
static void no_byte_leads_astray(void **state)
{
    (void)state;
    test_pvops_make(&kernel, &right);
    for (unsigned i = 0; i < sizeof kernel.data; i++) {
        struct elf_file file;

        kernel.data[i] ^= 0x81;
        if (elf_file_open(&file, kernel.data, sizeof kernel.data)
            == KERNEL_OK
            && pvops_find(&file, ALL, &found) == NULL)
            for (unsigned n = 0; n < found.nr; n++)
                assert_in_range(found.ops[n].native, found.text,
                                found.text_end - 1);
        kernel.data[i] ^= 0x81;
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(found_in_each_layout),
        cmocka_unit_test(operations_are_told_apart),
        cmocka_unit_test(patcher_goes_with_the_flag),
        cmocka_unit_test(parameters_are_counted),
        cmocka_unit_test(refused_by_its_types),
        cmocka_unit_test(refused_by_its_code),
        cmocka_unit_test(refused_by_its_tables),
        cmocka_unit_test(no_byte_leads_astray),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
