/* SPDX-License-Identifier: MIT */
/*
 * The kernels that were fetched for the boot tests, of which it is known
 * what they are: build/kernels/<version>-<flavour>/vmlinuz.
 */
/* sources: src/guest/kernel_payload.c src/guest/kernel_unpack.c */
/* sources: src/guest/unpack_gzip.c src/guest/unpack_bzip2.c */
/* sources: src/guest/unpack_xz.c src/guest/unpack_lzma.c */
/* sources: src/guest/unpack_lz4.c src/guest/unpack_zstd.c */
/* sources: src/guest/kernel_image.c src/guest/elf_file.c */
/* sources: src/guest/xen_notes.c src/guest/xen_guest_section.c */
/* sources: src/guest/xen_features.c src/guest/kernel_role.c src/lib/number.c */
/* sources: src/guest/pvops_find.c src/guest/pvops_table.c */
/* sources: src/guest/btf.c src/guest/kernel_exports.c */
/* sources: src/guest/kernel_alternatives.c src/pvops/native_instruction.c */
/* libraries: -lz -lbz2 -llzma -llz4 -lzstd */
#include <glob.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <xen/elfnote.h>

#include <guest/elf_file.h>
#include <guest/kernel_image.h>
#include <guest/pvops_find.h>

#include "unit_test.h"

#define KERNELS "build/kernels/*/vmlinuz"

static uint8_t *read_file(const char *path, size_t *size)
{
    FILE *stream = fopen(path, "rb");
    uint8_t *data;

    assert_non_null(stream);
    assert_int_equal(fseek(stream, 0, SEEK_END), 0);
    *size = ftell(stream);
    rewind(stream);
    data = malloc(*size);
    assert_int_equal(fread(data, 1, *size, stream), *size);
    fclose(stream);
    return data;
}

static void check_image(const char *path, const uint8_t *elf, size_t size)
{
    struct kernel_image image;

    assert_int_equal(kernel_image_parse(elf, size, &image), KERNEL_OK);
    print_message("             at %#llx-%#llx, %s\n",
                  (unsigned long long)image.paddr_start,
                  (unsigned long long)image.paddr_end,
                  image.initial_domain ? "initial domain" : "plain domain");
    assert_string_equal(image.notes.guest_os, "linux");
    assert_string_equal(image.notes.loader, "generic");
    assert_int_equal(image.notes.virt_base, 0xffffffff80000000);
    assert_true(image.notes.mod_start_pfn);
    assert_true(image.notes.present & 1u << XEN_ELFNOTE_INIT_P2M);
    assert_int_equal(image.initial_domain,
                     strstr(path, "-generic/") != NULL);
}

/* Its value was in two parts until Linux 6.16. */
static void check_write_msr(const struct pvops *found)
{
    for (unsigned i = 0; i < found->nr; i++)
        if (found->ops[i].action == PVOP_WRITE_MSR) {
            assert_in_range(found->ops[i].parameters, 2, 3);
            print_message("             write_msr has %u parameters\n",
                          found->ops[i].parameters);
            return;
        }
    fail_msg("pv_ops has no write_msr");
}

static void check_pvops(const uint8_t *elf, size_t size)
{
    static struct pvops found;
    struct elf_file file;
    const char *why;

    assert_int_equal(elf_file_open(&file, elf, size), KERNEL_OK);
    why = pvops_find(&file, PVOPS_MMU | PVOPS_CPU | PVOPS_IRQ, &found);
    if (why != NULL)
        fail_msg("pv_ops: %s", why);
    print_message("             pv_ops at %#llx, %u operations\n",
                  (unsigned long long)found.table, found.nr);
    assert_int_equal(found.groups, PVOPS_MMU | PVOPS_CPU | PVOPS_IRQ);
    check_write_msr(&found);
}

static void check_kernel(const char *path)
{
    struct kernel_payload payload;
    uint8_t *file, *out, *heap;
    size_t size, heap_size, unpacked;

    file = read_file(path, &size);
    assert_int_equal(kernel_payload_find(file, size, &payload), KERNEL_OK);
    heap_size = kernel_payload_heap(&payload);
    print_message("%s: %s, %zu bytes, heap %zu\n", path,
                  compression_name(payload.compression),
                  payload.unpacked_size, heap_size);
    out = malloc(payload.unpacked_size);
    heap = malloc(heap_size);
    assert_int_equal(kernel_payload_unpack(&payload, out,
                                           payload.unpacked_size, heap,
                                           heap_size, &unpacked), KERNEL_OK);
    check_image(path, out, unpacked);
    check_pvops(out, unpacked);
    free(heap);
    free(out);
    free(file);
}

static void every_fetched_kernel_is_read(void **state)
{
    glob_t found;

    (void)state;
    if (glob(KERNELS, 0, NULL, &found) != 0) {
        print_message("no " KERNELS " (make check-boot fetches them)\n");
        skip();
    }
    for (size_t i = 0; i < found.gl_pathc; i++)
        check_kernel(found.gl_pathv[i]);
    globfree(&found);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_fetched_kernel_is_read),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
