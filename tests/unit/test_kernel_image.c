/* SPDX-License-Identifier: MIT */
/* sources: tests/unit/kernel_builder.c src/guest/kernel_image.c */
/* sources: src/guest/elf_file.c src/guest/xen_notes.c */
/* sources: src/guest/xen_guest_section.c src/guest/xen_features.c */
/* sources: src/guest/kernel_role.c src/lib/number.c */
#include <string.h>

#include <xen/elfnote.h>
#include <xen/features.h>

#include "kernel_builder.h"
#include "unit_test.h"

#define DOM0_TEXT "registering gsi %u triggering"

static struct test_kernel kernel;
static struct kernel_image image;
static const struct xen_notes *const notes = &image.notes;

static int start_linux(void **state)
{
    (void)state;
    test_kernel_start_linux(&kernel);
    memset(&image, 0xa5, sizeof(image));
    return 0;
}

static int start_loadable(void **state)
{
    (void)state;
    test_kernel_start_loadable(&kernel);
    memset(&image, 0xa5, sizeof(image));
    return 0;
}

static enum kernel_error parse(void)
{
    return kernel_image_parse(kernel.data, sizeof(kernel.data), &image);
}

#define ASSERT_ERROR(error) assert_int_equal(parse(), error)

/* The least that makes a kernel of segments. */
static void add_least_notes(void)
{
    test_kernel_add_text(&kernel, XEN_ELFNOTE_XEN_VERSION, "xen-3.0");
    test_kernel_add_text(&kernel, XEN_ELFNOTE_LOADER, "generic");
}

static void linux_is_understood(void **state)
{
    (void)state;
    ASSERT_ERROR(KERNEL_OK);
    assert_int_equal(image.nr_segments, 2);
    assert_ptr_equal(image.segments[0].data,
                     kernel.data + TEST_KERNEL_TEXT);
    assert_int_equal(image.segments[0].file_size, 0x2000);
    assert_int_equal(image.segments[0].paddr, TEST_KERNEL_PADDR);
    assert_int_equal(image.segments[1].file_size, 0x1000);
    assert_int_equal(image.segments[1].memory_size, 0x2800);
    assert_int_equal(image.paddr_start, 0x1000000);
    assert_int_equal(image.paddr_end, 0x1202800);

    assert_int_equal(notes->present, 1u << XEN_ELFNOTE_GUEST_OS
        | 1u << XEN_ELFNOTE_GUEST_VERSION | 1u << XEN_ELFNOTE_XEN_VERSION
        | 1u << XEN_ELFNOTE_VIRT_BASE | 1u << XEN_ELFNOTE_INIT_P2M
        | 1u << XEN_ELFNOTE_ENTRY | 1u << XEN_ELFNOTE_FEATURES
        | 1u << XEN_ELFNOTE_SUPPORTED_FEATURES | 1u << XEN_ELFNOTE_LOADER
        | 1u << XEN_ELFNOTE_MOD_START_PFN | 1u << XEN_ELFNOTE_HV_START_LOW
        | 1u << XEN_ELFNOTE_PADDR_OFFSET);
    assert_int_equal(notes->entry, TEST_KERNEL_ENTRY);
    assert_int_equal(notes->virt_base, TEST_KERNEL_BASE);
    assert_int_equal(notes->init_p2m, TEST_KERNEL_P2M);
    assert_int_equal(notes->hv_start_low, 0xffff800000000000);
    assert_int_equal(notes->supported_features,
                     1u << XENFEAT_writable_page_tables
                     | 1u << XENFEAT_pae_pgdir_above_4gb
                     | 1u << XENFEAT_dom0);
    assert_int_equal(notes->required_features,
                     1u << XENFEAT_writable_page_tables);
    assert_true(notes->mod_start_pfn);
    assert_string_equal(notes->guest_os, "linux");
    assert_string_equal(notes->guest_version, "2.6");
    assert_string_equal(notes->loader, "generic");
}

static void no_truncation_is_accepted(void **state)
{
    uint64_t end = TEST_KERNEL_DATA + 0x1000;

    (void)state;
    for (uint64_t size = 0; size < end; size += size < 0x1000 ? 1 : 0x101)
        assert_int_not_equal(kernel_image_parse(kernel.data, size, &image),
                             KERNEL_OK);
    assert_int_equal(kernel_image_parse(kernel.data, end, &image),
                     KERNEL_OK);
}

static void other_files_are_refused(void **state)
{
    struct elf64_header *header = test_kernel_header(&kernel);

    header->ident[ELF_IDENT_CLASS] = 1;
    ASSERT_ERROR(KERNEL_NOT_ELF64);
    start_linux(state);
    header->ident[ELF_IDENT_DATA] = 2;
    ASSERT_ERROR(KERNEL_NOT_ELF64);
    start_linux(state);
    header->ident[1] = 'L';
    ASSERT_ERROR(KERNEL_NOT_ELF64);
    start_linux(state);
    header->type = 1;           /* an object file */
    ASSERT_ERROR(KERNEL_NOT_ELF64);
    start_linux(state);
    header->machine = 183;      /* AArch64 */
    ASSERT_ERROR(KERNEL_NOT_X86_64);
    start_linux(state);
    header->type = ELF_TYPE_SHARED;
    ASSERT_ERROR(KERNEL_OK);
}

static void broken_tables_are_refused(void **state)
{
    struct elf64_header *header = test_kernel_header(&kernel);

    header->phentsize = 32;
    ASSERT_ERROR(KERNEL_BAD_ELF);
    start_linux(state);
    header->phoff = TEST_KERNEL_SIZE - 56;
    ASSERT_ERROR(KERNEL_BAD_ELF);
    start_linux(state);
    header->phoff = UINT64_MAX - 55;
    ASSERT_ERROR(KERNEL_BAD_ELF);
    start_linux(state);
    header->phnum = 0xffff;
    ASSERT_ERROR(KERNEL_BAD_ELF);
    start_linux(state);
    header->shnum = 1;
    header->shentsize = 40;
    ASSERT_ERROR(KERNEL_BAD_ELF);
}

static void segments_are_sorted(void **state)
{
    (void)state;
    test_kernel_add_load(&kernel, TEST_KERNEL_TEXT, 0, 0x800000, 0x1000);
    test_kernel_add_load(&kernel, TEST_KERNEL_TEXT, 8, 0x1100000, 0x1000);
    ASSERT_ERROR(KERNEL_OK);
    assert_int_equal(image.nr_segments, 4);
    assert_int_equal(image.segments[0].paddr, 0x800000);
    assert_int_equal(image.segments[1].paddr, 0x1000000);
    assert_int_equal(image.segments[2].paddr, 0x1100000);
    assert_int_equal(image.segments[3].paddr, 0x1200000);
    assert_int_equal(image.paddr_start, 0x800000);
}

static void only_loadable_segments_count(void **state)
{
    (void)state;
    test_kernel_add_load(&kernel, 0, 0, 0, 0);
    test_kernel_add_load(&kernel, 0, 8, 0x1000, 8)->flags = 0;
    test_kernel_add_load(&kernel, 0, 8, 0x1000, 8)->type = 0x6474e551;
    ASSERT_ERROR(KERNEL_OK);
    assert_int_equal(image.nr_segments, 2);

    for (unsigned i = 0; i < test_kernel_header(&kernel)->phnum; i++)
        if (test_kernel_segment(&kernel, i)->type == ELF_SEGMENT_LOAD)
            test_kernel_segment(&kernel, i)->flags = 0;
    ASSERT_ERROR(KERNEL_BAD_ELF);
}

static void broken_segments_are_refused(void **state)
{
    struct elf64_segment *segment = test_kernel_segment(&kernel, 1);

    segment->filesz = segment->memsz + 1;
    ASSERT_ERROR(KERNEL_BAD_ELF);
    start_linux(state);
    segment->offset = TEST_KERNEL_SIZE - segment->filesz + 1;
    ASSERT_ERROR(KERNEL_BAD_ELF);
    start_linux(state);
    segment->offset = UINT64_MAX;
    ASSERT_ERROR(KERNEL_BAD_ELF);
    start_linux(state);
    segment->paddr = UINT64_MAX - 8;
    ASSERT_ERROR(KERNEL_BAD_ELF);
    start_linux(state);
    segment->paddr = TEST_KERNEL_PADDR + 0x1fff;        /* in the text */
    ASSERT_ERROR(KERNEL_BAD_ELF);
    start_linux(state);
    segment->paddr = TEST_KERNEL_PADDR - 0x2800 + 1;
    ASSERT_ERROR(KERNEL_BAD_ELF);
    start_linux(state);
    segment->paddr = TEST_KERNEL_PADDR + 0x2000;        /* just behind it */
    ASSERT_ERROR(KERNEL_OK);
}

static void too_many_segments_are_refused(void **state)
{
    (void)state;
    for (unsigned i = 2; i < KERNEL_SEGMENTS_MAX; i++)
        test_kernel_add_load(&kernel, 0, 0, 0x2000000 + i * 0x1000, 0x1000);
    ASSERT_ERROR(KERNEL_OK);
    assert_int_equal(image.nr_segments, KERNEL_SEGMENTS_MAX);
    test_kernel_add_load(&kernel, 0, 0, 0x4000000, 0x1000);
    ASSERT_ERROR(KERNEL_BAD_ELF);
}

static void without_notes_it_is_not_for_xen(void **state)
{
    (void)state;
    ASSERT_ERROR(KERNEL_NO_XEN_NOTES);
    test_kernel_add_note(&kernel, "GNU", XEN_ELFNOTE_LOADER, "generic", 8);
    test_kernel_add_note(&kernel, "Xen2", XEN_ELFNOTE_LOADER, "generic", 8);
    ASSERT_ERROR(KERNEL_NO_XEN_NOTES);
}

static void a_pvh_kernel_is_not_enough(void **state)
{
    (void)state;
    test_kernel_add_note(&kernel, "Xen", XEN_ELFNOTE_PHYS32_ENTRY,
                         &(uint32_t){ 0x1000000 }, 4);
    ASSERT_ERROR(KERNEL_NOT_64BIT_PV);
}

static void other_abis_are_refused(void **state)
{
    (void)state;
    test_kernel_add_text(&kernel, XEN_ELFNOTE_LOADER, "generic");
    ASSERT_ERROR(KERNEL_NOT_64BIT_PV);
    test_kernel_add_text(&kernel, XEN_ELFNOTE_XEN_VERSION, "xen-3.0-x");
    ASSERT_ERROR(KERNEL_NOT_64BIT_PV);

    start_loadable(state);
    test_kernel_add_text(&kernel, XEN_ELFNOTE_XEN_VERSION, "xen-3.0");
    test_kernel_add_text(&kernel, XEN_ELFNOTE_LOADER, "special");
    ASSERT_ERROR(KERNEL_NOT_64BIT_PV);
    test_kernel_add_text(&kernel, XEN_ELFNOTE_GUEST_OS, "linux");
    ASSERT_ERROR(KERNEL_OK);
}

static void defaults_are_filled_in(void **state)
{
    (void)state;
    add_least_notes();
    ASSERT_ERROR(KERNEL_OK);
    assert_int_equal(notes->virt_base, 0);
    assert_int_equal(notes->paddr_offset, 0);
    assert_int_equal(notes->entry, TEST_KERNEL_PADDR);  /* ELF header's */
    assert_false(notes->mod_start_pfn);
    assert_false(image.initial_domain);
}

static void numbers_come_in_every_size(void **state)
{
    static const uint8_t value[8] = { 1 };

    for (unsigned size = 0; size <= 9; size++) {
        bool good = size == 1 || size == 2 || size == 4 || size == 8;

        start_loadable(state);
        add_least_notes();
        test_kernel_add_note(&kernel, "Xen", XEN_ELFNOTE_MOD_START_PFN,
                             value, size > 8 ? 8 : size)->descsz = size;
        ASSERT_ERROR(good ? KERNEL_OK : KERNEL_BAD_XEN_NOTES);
        if (good)
            assert_true(notes->mod_start_pfn);
    }
}

static void sections_serve_without_segments(void **state)
{
    struct elf64_segment *segment;

    (void)state;
    add_least_notes();
    segment = test_kernel_segment(&kernel, 2);
    test_kernel_add_section(&kernel, ".notes", ELF_SECTION_NOTE,
                            segment->offset, segment->filesz);
    segment->type = 0;
    ASSERT_ERROR(KERNEL_OK);
    test_kernel_section(&kernel, 1)->offset = UINT64_MAX;
    ASSERT_ERROR(KERNEL_NO_XEN_NOTES);
    test_kernel_header(&kernel)->shoff = TEST_KERNEL_SIZE;
    ASSERT_ERROR(KERNEL_NO_XEN_NOTES);
}

static void the_legacy_section_is_read_last(void **state)
{
    (void)state;
    test_kernel_add_legacy(&kernel,
        "GUEST_OS=Mini-OS,XEN_VER=xen-3.0,VIRT_BASE=0x0,"
        "ELF_PADDR_OFFSET=0x0,HYPERCALL_PAGE=0x1001,LOADER=generic,"
        "FEATURES=writable_page_tables|!auto_translated_physmap,PAE=yes,"
        "VIRT_ENTRY=0x1000004,BSD_SYMTAB");
    ASSERT_ERROR(KERNEL_OK);
    assert_string_equal(notes->guest_os, "Mini-OS");
    assert_string_equal(notes->loader, "generic");
    assert_int_equal(notes->hypercall_page, 0x1001000);
    assert_int_equal(notes->entry, 0x1000004);
    assert_int_equal(notes->supported_features, 5);
    assert_int_equal(notes->required_features, 4);

    add_least_notes();
    ASSERT_ERROR(KERNEL_OK);
    assert_string_equal(notes->guest_os, "");
}

/* p_paddr is virtual there, and the offset's default is the base. */
static void the_legacy_offset_is_the_base(void **state)
{
    (void)state;
    test_kernel_segment(&kernel, 0)->paddr += TEST_KERNEL_BASE;
    test_kernel_segment(&kernel, 1)->paddr += TEST_KERNEL_BASE;
    test_kernel_header(&kernel)->entry = TEST_KERNEL_ENTRY;
    test_kernel_add_legacy(&kernel, "LOADER=generic,XEN_VER=xen-3.0,"
                           "VIRT_BASE=0xffffffff80000000,"
                           "HYPERCALL_PAGE=4096");
    ASSERT_ERROR(KERNEL_OK);
    assert_int_equal(notes->paddr_offset, TEST_KERNEL_BASE);
    assert_int_equal(image.segments[0].paddr, TEST_KERNEL_PADDR);
    assert_int_equal(notes->entry, TEST_KERNEL_ENTRY);
    assert_int_equal(notes->hypercall_page, TEST_KERNEL_BASE + 0x1000000);
}

static void a_broken_legacy_section_is_refused(void **state)
{
    static const char *const texts[] = {
        "VIRT_BASE=0x", "VIRT_BASE=", "VIRT_BASE=12z", "VIRT_BASE=0xg",
        "VIRT_BASE=0x10000000000000000", "HYPERCALL_PAGE=0x10000000000000",
        "VIRT_BASE",
    };

    for (unsigned i = 0; i < ARRAY_SIZE(texts); i++) {
        start_loadable(state);
        test_kernel_add_legacy(&kernel, texts[i]);
        ASSERT_ERROR(KERNEL_BAD_XEN_NOTES);
    }
    start_loadable(state);
    test_kernel_add_legacy(&kernel, "XEN_VER=xen-2.0");
    ASSERT_ERROR(KERNEL_NOT_64BIT_PV);
    start_loadable(state);
    test_kernel_add_legacy(&kernel, "FEATURES=!tea");
    ASSERT_ERROR(KERNEL_UNKNOWN_FEATURE);
}

static void an_entry_outside_is_none(void **state)
{
    (void)state;
    test_kernel_add_number(&kernel, XEN_ELFNOTE_ENTRY, 0x1000000);
    ASSERT_ERROR(KERNEL_NO_ENTRY);
    test_kernel_add_number(&kernel, XEN_ELFNOTE_ENTRY,
                           TEST_KERNEL_BASE + 0x1202800);
    ASSERT_ERROR(KERNEL_NO_ENTRY);
    test_kernel_add_number(&kernel, XEN_ELFNOTE_ENTRY,
                           TEST_KERNEL_BASE + 0x12027ff);
    ASSERT_ERROR(KERNEL_OK);
}

static void the_hypercall_page_lies_inside(void **state)
{
    static const struct {
        uint64_t offset;
        enum kernel_error error;
    } pages[] = {
        { 0x1000000, KERNEL_OK }, { 0x1201000, KERNEL_OK },
        { 0xfff000, KERNEL_BAD_XEN_NOTES },
        { 0x1202000, KERNEL_BAD_XEN_NOTES },    /* the page's end is not */
        { 0x1203000, KERNEL_BAD_XEN_NOTES },
        { 0x1000800, KERNEL_BAD_XEN_NOTES },
    };

    for (unsigned i = 0; i < ARRAY_SIZE(pages); i++) {
        start_linux(state);
        test_kernel_add_number(&kernel, XEN_ELFNOTE_HYPERCALL_PAGE,
                               TEST_KERNEL_BASE + pages[i].offset);
        ASSERT_ERROR(pages[i].error);
    }
}

static void impossible_notes_are_refused(void **state)
{
    (void)state;
    test_kernel_add_number(&kernel, XEN_ELFNOTE_INIT_P2M,
                           TEST_KERNEL_BASE + 0x1100000);
    ASSERT_ERROR(KERNEL_BAD_XEN_NOTES);
    start_linux(state);
    test_kernel_add_number(&kernel, XEN_ELFNOTE_INIT_P2M, 0x8000000001);
    ASSERT_ERROR(KERNEL_BAD_XEN_NOTES);
    start_linux(state);
    test_kernel_add_number(&kernel, XEN_ELFNOTE_VIRT_BASE, UINT64_MAX);
    ASSERT_ERROR(KERNEL_BAD_XEN_NOTES);
    start_linux(state);
    test_kernel_add_number(&kernel, XEN_ELFNOTE_PADDR_OFFSET, 0x1000001);
    ASSERT_ERROR(KERNEL_BAD_ELF);
    start_loadable(state);
    add_least_notes();
    test_kernel_add_number(&kernel, XEN_ELFNOTE_PADDR_OFFSET, 0);
    ASSERT_ERROR(KERNEL_BAD_XEN_NOTES);         /* without VIRT_BASE */
}

static void notes_that_run_out_are_refused(void **state)
{
    struct elf_note *note;

    note = test_kernel_add_note(&kernel, "Xen", XEN_ELFNOTE_INFO, "a=b", 4);
    note->descsz = 5;
    ASSERT_ERROR(KERNEL_BAD_XEN_NOTES);
    note->descsz = UINT32_MAX;
    ASSERT_ERROR(KERNEL_BAD_XEN_NOTES);
    note->descsz = 4;
    note->namesz = UINT32_MAX;
    ASSERT_ERROR(KERNEL_BAD_XEN_NOTES);
    note->namesz = 9;
    ASSERT_ERROR(KERNEL_BAD_XEN_NOTES);

    start_linux(state);
    test_kernel_segment(&kernel, 2)->offset = TEST_KERNEL_SIZE;
    ASSERT_ERROR(KERNEL_BAD_ELF);
}

static void the_last_note_may_lack_its_padding(void **state)
{
    (void)state;
    test_kernel_add_note(&kernel, "Xen", XEN_ELFNOTE_GUEST_OS, "abc", 3);
    test_kernel_segment(&kernel, 2)->filesz--;
    ASSERT_ERROR(KERNEL_OK);
    assert_string_equal(notes->guest_os, "abc");
}

static void long_texts_are_cut(void **state)
{
    (void)state;
    test_kernel_add_text(&kernel, XEN_ELFNOTE_GUEST_VERSION,
                         "0123456789abcdefghi");
    ASSERT_ERROR(KERNEL_OK);
    assert_string_equal(notes->guest_version, "0123456789abcde");
}

static void unknown_features_matter_if_required(void **state)
{
    (void)state;
    test_kernel_add_text(&kernel, XEN_ELFNOTE_FEATURES, "tea||milk|");
    ASSERT_ERROR(KERNEL_OK);
    test_kernel_add_text(&kernel, XEN_ELFNOTE_FEATURES, "hvm_pirqs|!tea");
    ASSERT_ERROR(KERNEL_UNKNOWN_FEATURE);
}

static void put_dom0_text(uint64_t offset)
{
    memcpy(kernel.data + offset, DOM0_TEXT, strlen(DOM0_TEXT));
}

static void linux_needs_the_code_to_own_hardware(void **state)
{
    uint64_t last = TEST_KERNEL_DATA + 0x1000 - strlen(DOM0_TEXT);

    (void)state;
    ASSERT_ERROR(KERNEL_OK);
    assert_false(image.initial_domain);
    put_dom0_text(TEST_KERNEL_TEXT);
    ASSERT_ERROR(KERNEL_OK);
    assert_true(image.initial_domain);

    for (uint64_t at = last - 70; at <= last + 1; at++) {
        start_linux(state);
        put_dom0_text(at);
        ASSERT_ERROR(KERNEL_OK);
        assert_int_equal(image.initial_domain, at <= last);
    }
}

static void linux_needs_the_feature_too(void **state)
{
    (void)state;
    add_least_notes();
    test_kernel_add_text(&kernel, XEN_ELFNOTE_GUEST_OS, "linux");
    put_dom0_text(TEST_KERNEL_TEXT);
    ASSERT_ERROR(KERNEL_OK);
    assert_false(image.initial_domain);
}

static void others_need_the_feature_alone(void **state)
{
    (void)state;
    add_least_notes();
    test_kernel_add_text(&kernel, XEN_ELFNOTE_GUEST_OS, "BSD");
    test_kernel_add_text(&kernel, XEN_ELFNOTE_FEATURES, "dom0");
    ASSERT_ERROR(KERNEL_OK);
    assert_true(image.initial_domain);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(linux_is_understood, start_linux),
        cmocka_unit_test_setup(no_truncation_is_accepted, start_linux),
        cmocka_unit_test_setup(other_files_are_refused, start_linux),
        cmocka_unit_test_setup(broken_tables_are_refused, start_linux),
        cmocka_unit_test_setup(segments_are_sorted, start_linux),
        cmocka_unit_test_setup(only_loadable_segments_count, start_linux),
        cmocka_unit_test_setup(broken_segments_are_refused, start_linux),
        cmocka_unit_test_setup(too_many_segments_are_refused, start_linux),
        cmocka_unit_test_setup(without_notes_it_is_not_for_xen,
                               start_loadable),
        cmocka_unit_test_setup(a_pvh_kernel_is_not_enough, start_loadable),
        cmocka_unit_test_setup(other_abis_are_refused, start_loadable),
        cmocka_unit_test_setup(defaults_are_filled_in, start_loadable),
        cmocka_unit_test_setup(numbers_come_in_every_size, start_loadable),
        cmocka_unit_test_setup(sections_serve_without_segments,
                               start_loadable),
        cmocka_unit_test_setup(the_legacy_section_is_read_last,
                               start_loadable),
        cmocka_unit_test_setup(the_legacy_offset_is_the_base,
                               start_loadable),
        cmocka_unit_test_setup(a_broken_legacy_section_is_refused,
                               start_loadable),
        cmocka_unit_test_setup(an_entry_outside_is_none, start_linux),
        cmocka_unit_test_setup(the_hypercall_page_lies_inside, start_linux),
        cmocka_unit_test_setup(impossible_notes_are_refused, start_linux),
        cmocka_unit_test_setup(notes_that_run_out_are_refused, start_linux),
        cmocka_unit_test_setup(the_last_note_may_lack_its_padding,
                               start_linux),
        cmocka_unit_test_setup(long_texts_are_cut, start_linux),
        cmocka_unit_test_setup(unknown_features_matter_if_required,
                               start_linux),
        cmocka_unit_test_setup(linux_needs_the_code_to_own_hardware,
                               start_linux),
        cmocka_unit_test_setup(linux_needs_the_feature_too, start_loadable),
        cmocka_unit_test_setup(others_need_the_feature_alone,
                               start_loadable),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
