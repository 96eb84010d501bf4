/* SPDX-License-Identifier: MIT */
/* sources: tests/unit/kernel_packer.c tests/unit/kernel_builder.c */
/* sources: src/guest/kernel_payload.c src/guest/kernel_unpack.c */
/* sources: src/guest/unpack_gzip.c src/guest/unpack_bzip2.c */
/* sources: src/guest/unpack_xz.c src/guest/unpack_lzma.c */
/* sources: src/guest/unpack_lz4.c src/guest/unpack_zstd.c */
/* libraries: -lz -lbz2 -llzma -llz4 -lzstd */
#include <stdlib.h>
#include <string.h>

#include "kernel_builder.h"
#include "kernel_packer.h"
#include "unit_test.h"

#define PACKED_SIZE 0x8000u
#define CHECK_CRC32 1u                  /* The .xz File Format, 2.1.1.2 */
#define CHECK_CRC64 4u

static const enum compression packed_formats[] = {
    COMPRESSION_GZIP, COMPRESSION_BZIP2, COMPRESSION_XZ, COMPRESSION_LZMA,
    COMPRESSION_LZ4, COMPRESSION_ZSTD,
};

static struct test_kernel kernel;
static uint8_t packed[PACKED_SIZE];
static uint8_t file[PACKED_SIZE + 0x800];
static size_t packed_size, file_size;
static struct kernel_payload payload;

static void make(enum compression format)
{
    test_kernel_start_linux(&kernel);
    packed_size = pack(format, kernel.data, sizeof(kernel.data), packed,
                       sizeof(packed));
    assert_int_not_equal(packed_size, 0);
    file_size = wrap_bzimage(packed, packed_size, file);
}

static enum kernel_error find(void)
{
    return kernel_payload_find(file, file_size, &payload);
}

/* Where it is done by the thousand: ASan is slow at large allocations. */
static enum kernel_error unpack(void)
{
    static uint8_t out[sizeof(kernel.data) + 1], heap[8u << 20];
    size_t unpacked;

    assert_true(kernel_payload_heap(&payload) <= sizeof(heap));
    return kernel_payload_unpack(&payload, out, sizeof(out), heap,
                                 kernel_payload_heap(&payload), &unpacked);
}

/* Memory that ends where it ends, so that ASan sees what passes it. */
static enum kernel_error unpack_into(size_t capacity, size_t heap_size,
                                     uint8_t **result)
{
    uint8_t *out = malloc(capacity), *heap = malloc(heap_size);
    size_t unpacked = 4711;
    enum kernel_error error;

    error = kernel_payload_unpack(&payload, out, capacity, heap, heap_size,
                                  &unpacked);
    assert_int_equal(unpacked, error == KERNEL_OK ? payload.unpacked_size
                                                  : 0);
    free(heap);
    *result = out;
    return error;
}

static enum kernel_error find_and_unpack(void)
{
    enum kernel_error error = find();

    /* What a corrupt file says it unpacks to is the caller's to judge. */
    if (error == KERNEL_OK && payload.unpacked_size > sizeof(kernel.data))
        return KERNEL_PAYLOAD_TOO_LARGE;
    return error == KERNEL_OK ? unpack() : error;
}

static void every_format_unpacks(void **state)
{
    (void)state;
    for (enum compression f = COMPRESSION_NONE; f <= COMPRESSION_ZSTD; f++) {
        uint8_t *out;

        make(f);
        assert_int_equal(find(), KERNEL_OK);
        assert_int_equal(payload.compression, f);
        assert_ptr_equal(payload.data, file + TEST_BZIMAGE_PAYLOAD);
        assert_int_equal(payload.unpacked_size, sizeof(kernel.data));
        assert_int_equal(unpack_into(sizeof(kernel.data),
                                     kernel_payload_heap(&payload), &out),
                         KERNEL_OK);
        assert_memory_equal(out, kernel.data, sizeof(kernel.data));
        free(out);
    }
}

static void a_plain_elf_file_is_its_own_payload(void **state)
{
    (void)state;
    test_kernel_start_linux(&kernel);
    assert_int_equal(kernel_payload_find(kernel.data, sizeof(kernel.data),
                                         &payload), KERNEL_OK);
    assert_int_equal(payload.compression, COMPRESSION_NONE);
    assert_ptr_equal(payload.data, kernel.data);
    assert_int_equal(payload.size, sizeof(kernel.data));
    assert_int_equal(payload.unpacked_size, sizeof(kernel.data));
    assert_int_equal(unpack(), KERNEL_OK);
}

static void other_files_are_no_kernels(void **state)
{
    (void)state;
    assert_int_equal(kernel_payload_find(file, 0, &payload),
                     KERNEL_NOT_A_KERNEL);
    make(COMPRESSION_GZIP);
    assert_int_equal(kernel_payload_find(packed, packed_size, &payload),
                     KERNEL_NOT_A_KERNEL);
    file_size = 0x24f;
    assert_int_equal(find(), KERNEL_NOT_A_KERNEL);
    make(COMPRESSION_GZIP);
    file[0x1ff] = 0;
    assert_int_equal(find(), KERNEL_NOT_A_KERNEL);
    make(COMPRESSION_GZIP);
    file[0x205] = 's';
    assert_int_equal(find(), KERNEL_NOT_A_KERNEL);
}

static void old_bzimages_have_no_payload(void **state)
{
    (void)state;
    make(COMPRESSION_GZIP);
    file[0x206] = 7;
    assert_int_equal(find(), KERNEL_OLD_BZIMAGE);
    file[0x206] = 8;
    assert_int_equal(find(), KERNEL_OK);
}

static void no_setup_sectors_mean_four(void **state)
{
    (void)state;
    make(COMPRESSION_GZIP);
    memmove(file + 5 * 512, file + 1024, file_size - 1024);
    file_size += 3 * 512;
    file[0x1f1] = 0;
    assert_int_equal(find(), KERNEL_OK);
    assert_ptr_equal(payload.data, file + 5 * 512 + 0x40);
    assert_int_equal(unpack(), KERNEL_OK);
}

static void set32(size_t offset, uint32_t value)
{
    memcpy(file + offset, &value, sizeof(value));
}

static void a_payload_outside_is_refused(void **state)
{
    (void)state;
    make(COMPRESSION_XZ);
    set32(0x248, file_size);
    assert_int_equal(find(), KERNEL_BAD_BZIMAGE);
    set32(0x248, UINT32_MAX);
    assert_int_equal(find(), KERNEL_BAD_BZIMAGE);
    make(COMPRESSION_XZ);
    set32(0x24c, file_size - TEST_BZIMAGE_PAYLOAD + 1);
    assert_int_equal(find(), KERNEL_BAD_BZIMAGE);
    set32(0x24c, UINT32_MAX);
    assert_int_equal(find(), KERNEL_BAD_BZIMAGE);
    set32(0x24c, 0);
    assert_int_equal(find(), KERNEL_BAD_BZIMAGE);
    set32(0x24c, 9);            /* magic and less than a size */
    assert_int_equal(find(), KERNEL_BAD_BZIMAGE);
    file_size = TEST_BZIMAGE_PAYLOAD + packed_size - 1;
    set32(0x24c, packed_size);
    assert_int_equal(find(), KERNEL_BAD_BZIMAGE);
}

static void unknown_formats_are_told(void **state)
{
    (void)state;
    make(COMPRESSION_GZIP);
    memcpy(file + TEST_BZIMAGE_PAYLOAD, "\x89LZO\0\r\n\x1a\n", 9);
    assert_int_equal(find(), KERNEL_UNKNOWN_COMPRESSION);
    payload.compression = 77;
    assert_int_equal(unpack(), KERNEL_UNKNOWN_COMPRESSION);
    assert_string_equal(compression_name(77), "unknown");
}

/* As if the build had packed less: the size at the end stays. */
static void truncate_payload(size_t size)
{
    uint8_t size_field[4];

    memcpy(size_field, packed + packed_size - 4, 4);
    memcpy(file + TEST_BZIMAGE_PAYLOAD + size, size_field, 4);
    set32(0x24c, size + 4);
}

/*
 * gzip's size is part of its stream, so that behind the cut it may pass for
 * data which there is no room for.
 */
static void assert_cut(enum kernel_error error)
{
    if (payload.compression != COMPRESSION_GZIP
        || error != KERNEL_PAYLOAD_TOO_LARGE)
        assert_int_equal(error, KERNEL_BAD_PAYLOAD);
}

static void no_truncated_stream_is_accepted(void **state)
{
    (void)state;
    for (unsigned i = 0; i < ARRAY_SIZE(packed_formats); i++) {
        make(packed_formats[i]);
        for (size_t size = packed_size - 5; size >= 6; size--) {
            truncate_payload(size);
            assert_int_equal(find(), KERNEL_OK);
            assert_cut(unpack());
        }
    }
}

/*
 * .lzma and legacy .lz4 files have no checksum: what comes out may be
 * wrong, but never more than there is room for.
 */
static bool has_checksum(enum compression format)
{
    return format != COMPRESSION_LZMA && format != COMPRESSION_LZ4;
}

static void no_corrupt_stream_is_accepted(void **state)
{
    uint8_t *out;

    (void)state;
    for (unsigned i = 0; i < ARRAY_SIZE(packed_formats); i++) {
        make(packed_formats[i]);
        for (size_t at = 0; at < packed_size; at += 3) {
            uint8_t *byte = file + TEST_BZIMAGE_PAYLOAD + at;

            *byte ^= 0x10;
            if (find_and_unpack() == KERNEL_OK
                && has_checksum(packed_formats[i])) {
                /* Nobody needs gzip's time stamp or system. */
                assert_int_equal(unpack_into(sizeof(kernel.data), 8u << 20,
                                             &out), KERNEL_OK);
                assert_memory_equal(out, kernel.data, sizeof(kernel.data));
                free(out);
            }
            *byte ^= 0x10;
        }
    }
}

static void wrong_sizes_are_noticed(void **state)
{
    (void)state;
    for (unsigned i = 0; i < ARRAY_SIZE(packed_formats); i++) {
        make(packed_formats[i]);
        assert_int_equal(find(), KERNEL_OK);
        payload.unpacked_size++;
        assert_int_equal(unpack(), KERNEL_BAD_PAYLOAD);
        payload.unpacked_size -= 2;
        assert_int_not_equal(unpack(), KERNEL_OK);
        payload.unpacked_size = 0;
        assert_int_equal(unpack(), KERNEL_BAD_PAYLOAD);
    }
}

static void streams_that_go_on_are_too_large(void **state)
{
    (void)state;
    for (unsigned i = 0; i < ARRAY_SIZE(packed_formats); i++) {
        make(packed_formats[i]);
        assert_int_equal(find(), KERNEL_OK);
        payload.unpacked_size = 0x1000;
        /* A block of LZ4 is all or nothing. */
        assert_int_equal(unpack(), packed_formats[i] == COMPRESSION_LZ4
                                   ? KERNEL_BAD_PAYLOAD
                                   : KERNEL_PAYLOAD_TOO_LARGE);
    }
}

static void no_more_than_the_room_is_used(void **state)
{
    uint8_t *out;

    (void)state;
    for (enum compression f = COMPRESSION_NONE; f <= COMPRESSION_ZSTD; f++) {
        make(f);
        assert_int_equal(find(), KERNEL_OK);
        assert_int_equal(unpack_into(sizeof(kernel.data) - 1, 8u << 20,
                                     &out), KERNEL_PAYLOAD_TOO_LARGE);
        free(out);
    }
}

static void too_small_a_heap_is_told(void **state)
{
    uint8_t *out;

    (void)state;
    for (unsigned i = 0; i < ARRAY_SIZE(packed_formats); i++) {
        make(packed_formats[i]);
        assert_int_equal(find(), KERNEL_OK);
        if (kernel_payload_heap(&payload) == 0)
            continue;
        for (size_t size = 0; size < 0x1000; size += 0x155) {
            enum kernel_error error = unpack_into(sizeof(kernel.data), size,
                                                  &out);

            free(out);
            assert_int_equal(error, KERNEL_OUT_OF_MEMORY);
        }
    }
}

static void an_unaligned_heap_will_do(void **state)
{
    static uint8_t heap[8u << 20];
    static uint8_t out[sizeof(kernel.data)];
    size_t unpacked;

    (void)state;
    for (unsigned i = 0; i < ARRAY_SIZE(packed_formats); i++) {
        make(packed_formats[i]);
        assert_int_equal(find(), KERNEL_OK);
        assert_int_equal(kernel_payload_unpack(&payload, out, sizeof(out),
                                               heap + 3, sizeof(heap) - 3,
                                               &unpacked), KERNEL_OK);
    }
    make(COMPRESSION_GZIP);
    assert_int_equal(find(), KERNEL_OK);
    assert_int_equal(kernel_payload_unpack(&payload, out, sizeof(out), NULL,
                                           0, &unpacked),
                     KERNEL_OUT_OF_MEMORY);
}

static void make_xz(size_t block_size, unsigned check, uint32_t dictionary)
{
    uint32_t size = sizeof(kernel.data);

    test_kernel_start_linux(&kernel);
    packed_size = pack_xz(kernel.data, size, block_size, check, dictionary,
                          packed, sizeof(packed) - 4);
    assert_int_not_equal(packed_size, 0);
    memcpy(packed + packed_size, &size, 4);
    packed_size += 4;
    file_size = wrap_bzimage(packed, packed_size, file);
}

static void xz_may_have_many_blocks(void **state)
{
    (void)state;
    make_xz(0x800, CHECK_CRC32, 1u << 20);
    assert_int_equal(find_and_unpack(), KERNEL_OK);
    for (size_t size = packed_size - 5; size >= 6; size--) {
        truncate_payload(size);
        assert_int_equal(find_and_unpack(), KERNEL_BAD_PAYLOAD);
    }
}

/* Linux' build asks for 128 MiB since 6.12. */
static void xz_dictionaries_are_no_larger_than_the_kernel(void **state)
{
    (void)state;
    make_xz(1u << 20, CHECK_CRC32, 128u << 20);
    assert_int_equal(find(), KERNEL_OK);
    assert_true(kernel_payload_heap(&payload) < 1u << 20);
    assert_int_equal(unpack(), KERNEL_OK);
}

static void other_xz_checks_are_refused(void **state)
{
    (void)state;
    make_xz(1u << 20, CHECK_CRC64, 1u << 20);
    assert_int_equal(find_and_unpack(), KERNEL_UNKNOWN_COMPRESSION);
}

static void what_follows_the_stream_is_refused(void **state)
{
    static const enum compression strict[] = {
        COMPRESSION_LZ4, COMPRESSION_ZSTD,
    };

    (void)state;
    for (unsigned i = 0; i < ARRAY_SIZE(strict); i++) {
        make(strict[i]);
        memset(file + TEST_BZIMAGE_PAYLOAD + packed_size - 4, 0xee, 9);
        memcpy(file + TEST_BZIMAGE_PAYLOAD + packed_size + 5,
               packed + packed_size - 4, 4);
        set32(0x24c, packed_size + 9);
        assert_int_equal(find(), KERNEL_OK);
        assert_int_equal(unpack(), KERNEL_BAD_PAYLOAD);
    }
}

static void every_error_and_format_has_a_text(void **state)
{
    (void)state;
    for (enum kernel_error e = 0; e <= KERNEL_UNKNOWN_FEATURE; e++)
        assert_true(strlen(kernel_error_text(e)) > 0);
    assert_string_equal(kernel_error_text(999), "unknown error");
    assert_string_equal(compression_name(COMPRESSION_XZ), "xz");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_format_unpacks),
        cmocka_unit_test(a_plain_elf_file_is_its_own_payload),
        cmocka_unit_test(other_files_are_no_kernels),
        cmocka_unit_test(old_bzimages_have_no_payload),
        cmocka_unit_test(no_setup_sectors_mean_four),
        cmocka_unit_test(a_payload_outside_is_refused),
        cmocka_unit_test(unknown_formats_are_told),
        cmocka_unit_test(no_truncated_stream_is_accepted),
        cmocka_unit_test(no_corrupt_stream_is_accepted),
        cmocka_unit_test(wrong_sizes_are_noticed),
        cmocka_unit_test(streams_that_go_on_are_too_large),
        cmocka_unit_test(no_more_than_the_room_is_used),
        cmocka_unit_test(too_small_a_heap_is_told),
        cmocka_unit_test(an_unaligned_heap_will_do),
        cmocka_unit_test(xz_may_have_many_blocks),
        cmocka_unit_test(xz_dictionaries_are_no_larger_than_the_kernel),
        cmocka_unit_test(other_xz_checks_are_refused),
        cmocka_unit_test(what_follows_the_stream_is_refused),
        cmocka_unit_test(every_error_and_format_has_a_text),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
