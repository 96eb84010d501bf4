/* SPDX-License-Identifier: MIT */
/*
 * A xenified kernel: from the module as the loader left it to the ELF
 * image, its segments and its Xen notes.
 */
#ifndef GUEST_KERNEL_IMAGE_H
#define GUEST_KERNEL_IMAGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum kernel_error {
    KERNEL_OK = 0,
    KERNEL_NOT_A_KERNEL,        /* neither bzImage nor ELF */
    KERNEL_OLD_BZIMAGE,         /* boot protocol below 2.08: no payload */
    KERNEL_BAD_BZIMAGE,         /* payload outside the file */
    KERNEL_UNKNOWN_COMPRESSION,
    KERNEL_BAD_PAYLOAD,         /* truncated or corrupt */
    KERNEL_PAYLOAD_TOO_LARGE,   /* more than it says, or than there is room */
    KERNEL_OUT_OF_MEMORY,       /* the decompressor's heap */
    KERNEL_NOT_ELF64,
    KERNEL_NOT_X86_64,
    KERNEL_BAD_ELF,             /* headers outside the file, overlaps, ... */
    KERNEL_NO_XEN_NOTES,
    KERNEL_BAD_XEN_NOTES,       /* a note with a size or value that cannot be */
    KERNEL_NO_ENTRY,
    KERNEL_NOT_64BIT_PV,
    KERNEL_UNKNOWN_FEATURE,     /* a required feature nobody knows */
};

/* One line for the console, no full stop. */
const char *kernel_error_text(enum kernel_error error);

enum compression {
    COMPRESSION_NONE,           /* an ELF image as it is */
    COMPRESSION_GZIP,
    COMPRESSION_BZIP2,
    COMPRESSION_XZ,
    COMPRESSION_LZMA,
    COMPRESSION_LZ4,            /* the legacy frame that Linux uses */
    COMPRESSION_ZSTD,
};

const char *compression_name(enum compression compression);

/* Where the ELF image lies in a module, and how it is packed. */
struct kernel_payload {
    const uint8_t *data;
    size_t size;
    enum compression compression;
    size_t unpacked_size;       /* bytes; as the file says, not verified */
};

/*
 * Find the payload of a bzImage (Documentation/arch/x86/boot.rst:
 * payload_offset, payload_length) or accept a plain ELF file.
 */
enum kernel_error kernel_payload_find(const void *file, size_t size,
                                      struct kernel_payload *payload);

/*
 * How many bytes of working memory unpacking this payload takes; 0 where
 * the format needs none.  Never more than unpacked_size + 4 MiB.
 */
size_t kernel_payload_heap(const struct kernel_payload *payload);

/* Enough for every kernel of up to 76 MiB, whatever packed it. */
#define KERNEL_HEAP_SIZE (80ul << 20)

/*
 * Unpack into out[0..capacity).  `heap` of heap_size bytes is the
 * decompressor's working memory (kernel_payload_heap).  *unpacked gets the
 * length, which is payload->unpacked_size, or 0 on errors.  Nothing is
 * written outside out and heap.
 *
 * This and kernel_payload_heap() run the distribution's libraries, which
 * use SSE, a stack protector's word at %fs:0x28 and the stack's red zone.
 */
enum kernel_error kernel_payload_unpack(const struct kernel_payload *payload,
                                        void *out, size_t capacity,
                                        void *heap, size_t heap_size,
                                        size_t *unpacked);

struct kernel_segment {
    const uint8_t *data;        /* in the ELF image */
    uint64_t file_size;
    uint64_t memory_size;       /* the rest is zeroed */
    uint64_t paddr;             /* where it goes: p_paddr less the note
                                   PADDR_OFFSET; its virtual address is
                                   virt_base + paddr */
};

#define KERNEL_SEGMENTS_MAX 16

/* xen/elfnote.h; a field is meaningful when its bit is in `present`. */
struct xen_notes {
    uint32_t present;           /* 1 << XEN_ELFNOTE_* */
    uint64_t entry;             /* virtual */
    uint64_t hypercall_page;    /* virtual */
    uint64_t virt_base;
    uint64_t paddr_offset;
    uint64_t hv_start_low;
    uint64_t init_p2m;          /* virtual */
    uint64_t supported_features;        /* bits 1 << XENFEAT_* */
    uint64_t required_features;
    bool mod_start_pfn;
    char guest_os[16];
    char guest_version[16];
    char loader[16];
};

struct kernel_image {
    unsigned nr_segments;
    struct kernel_segment segments[KERNEL_SEGMENTS_MAX];
    uint64_t paddr_start;       /* of all segments */
    uint64_t paddr_end;
    struct xen_notes notes;
    bool initial_domain;        /* built with CONFIG_XEN_DOM0 or the like:
                                   it can own the hardware */
};

/*
 * Read an ELF image's headers, segments (in p_paddr order, without
 * overlaps) and Xen notes as Xen's libelf does: PT_NOTE segments, else
 * SHT_NOTE sections, else the __xen_guest section.  virt_base and
 * paddr_offset default to 0, entry to the ELF header's; entry and
 * hypercall_page are checked to lie inside.  FEATURES strings are parsed as
 * public/features.h names them, `!name` being required.
 */
enum kernel_error kernel_image_parse(const void *elf, size_t size,
                                     struct kernel_image *image);

#endif
