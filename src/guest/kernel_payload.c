/* SPDX-License-Identifier: MIT */
#include <guest/kernel_image.h>
#include <lib/little_endian.h>
#include <lib/string.h>

/* Documentation/arch/x86/boot.rst, "The Real-Mode Kernel Header". */
enum setup_header {
    SETUP_SECTS = 0x1f1,
    SETUP_BOOT_FLAG = 0x1fe,
    SETUP_HEADER = 0x202,
    SETUP_VERSION = 0x206,
    SETUP_PAYLOAD_OFFSET = 0x248,
    SETUP_PAYLOAD_LENGTH = 0x24c,
    SETUP_END = 0x250,
};

#define BOOT_FLAG           0xaa55
#define HEADER_MAGIC        "HdrS"
#define PROTOCOL_PAYLOAD    0x0208      /* first with payload_offset */
#define SECTOR              512u
#define DEFAULT_SETUP_SECTS 4u          /* what 0 stands for */
#define SIZE_FIELD          4u          /* unpacked size, at the very end */

struct format {
    const char *name;
    const char *magic;
    size_t magic_size;
    bool size_appended;         /* by Linux' build; gzip has its own */
};

static const struct format formats[] = {
    [COMPRESSION_NONE] = { "none", "\177ELF", 4, false },
    [COMPRESSION_GZIP] = { "gzip", "\x1f\x8b", 2, false },
    [COMPRESSION_BZIP2] = { "bzip2", "BZh", 3, true },
    [COMPRESSION_XZ] = { "xz", "\xfd" "7zXZ\0", 6, true },
    [COMPRESSION_LZMA] = { "lzma", "\x5d\0\0", 3, true },
    [COMPRESSION_LZ4] = { "lz4", "\x02\x21\x4c\x18", 4, true },
    [COMPRESSION_ZSTD] = { "zstd", "\x28\xb5\x2f\xfd", 4, true },
};

#define NR_FORMATS (sizeof(formats) / sizeof(formats[0]))

const char *compression_name(enum compression compression)
{
    return compression < NR_FORMATS ? formats[compression].name : "unknown";
}

const char *kernel_error_text(enum kernel_error error)
{
    static const char *const texts[] = {
        [KERNEL_OK] = "no error",
        [KERNEL_NOT_A_KERNEL] = "neither a bzImage nor an ELF file",
        [KERNEL_OLD_BZIMAGE] = "a bzImage without a payload (boot protocol"
                               " below 2.08)",
        [KERNEL_BAD_BZIMAGE] = "a truncated bzImage",
        [KERNEL_UNKNOWN_COMPRESSION] = "packed in an unknown format",
        [KERNEL_BAD_PAYLOAD] = "the packed kernel is truncated or corrupt",
        [KERNEL_PAYLOAD_TOO_LARGE] = "the packed kernel is larger than it"
                                     " says or than there is memory",
        [KERNEL_OUT_OF_MEMORY] = "too little memory to unpack the kernel",
        [KERNEL_NOT_ELF64] = "not a 64-bit ELF executable",
        [KERNEL_NOT_X86_64] = "not an x86-64 ELF file",
        [KERNEL_BAD_ELF] = "a truncated or corrupt ELF file",
        [KERNEL_NO_XEN_NOTES] = "the kernel has no Xen notes",
        [KERNEL_BAD_XEN_NOTES] = "the kernel's Xen notes are corrupt",
        [KERNEL_NO_ENTRY] = "the kernel has no Xen entry point",
        [KERNEL_NOT_64BIT_PV] = "the kernel's Xen notes are not those of a"
                                " paravirtual kernel",
        [KERNEL_UNKNOWN_FEATURE] = "the kernel requires an unknown Xen"
                                   " feature",
    };

    if (error >= sizeof(texts) / sizeof(texts[0]))
        return "unknown error";
    return texts[error];
}

static const struct format *find_format(const uint8_t *data, size_t size)
{
    for (unsigned i = 0; i < NR_FORMATS; i++)
        if (size >= formats[i].magic_size
            && memcmp(data, formats[i].magic, formats[i].magic_size) == 0)
            return &formats[i];
    return NULL;
}

/* `data` and `size` are set; tell the rest from them. */
static enum kernel_error describe(struct kernel_payload *payload)
{
    const struct format *format = find_format(payload->data, payload->size);

    if (format == NULL)
        return KERNEL_UNKNOWN_COMPRESSION;

    payload->compression = format - formats;
    payload->unpacked_size = payload->size;
    if (payload->compression == COMPRESSION_NONE)
        return KERNEL_OK;

    if (payload->size < format->magic_size + SIZE_FIELD)
        return KERNEL_BAD_BZIMAGE;
    payload->unpacked_size = le32_at(payload->data + payload->size
                                     - SIZE_FIELD);
    if (format->size_appended)
        payload->size -= SIZE_FIELD;
    return KERNEL_OK;
}

static bool is_bzimage(const uint8_t *file, size_t size)
{
    return size >= SETUP_END
           && le16_at(file + SETUP_BOOT_FLAG) == BOOT_FLAG
           && memcmp(file + SETUP_HEADER, HEADER_MAGIC,
                     strlen(HEADER_MAGIC)) == 0;
}

enum kernel_error kernel_payload_find(const void *file, size_t size,
                                      struct kernel_payload *payload)
{
    const uint8_t *bytes = file;
    const struct format *format = find_format(bytes, size);

    memset(payload, 0, sizeof(*payload));
    if (format == &formats[COMPRESSION_NONE]) {
        payload->data = bytes;
        payload->size = size;
        return describe(payload);
    }

    if (!is_bzimage(bytes, size))
        return KERNEL_NOT_A_KERNEL;
    if (le16_at(bytes + SETUP_VERSION) < PROTOCOL_PAYLOAD)
        return KERNEL_OLD_BZIMAGE;

    uint64_t sectors = bytes[SETUP_SECTS];
    uint64_t length = le32_at(bytes + SETUP_PAYLOAD_LENGTH);
    uint64_t start;

    if (sectors == 0)
        sectors = DEFAULT_SETUP_SECTS;
    start = (sectors + 1) * SECTOR + le32_at(bytes + SETUP_PAYLOAD_OFFSET);
    if (start > size || length > size - start || length == 0)
        return KERNEL_BAD_BZIMAGE;

    payload->data = bytes + start;
    payload->size = length;
    return describe(payload);
}
