/* SPDX-License-Identifier: MIT */
/*
 * Writes the seeds that are kept in tests/fuzz/corpus: make fuzz-corpus.
 * Small kernels are made, and packed, as the unit tests make theirs.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <sys/stat.h>

#include <machine/efi_types.h>

#include <xen/xen.h>
#include <xen/arch-x86/hvm/start_info.h>

#include "kernel_builder.h"
#include "kernel_packer.h"
#include "pvops_builder.h"

#define WINDOW     0x10000u             /* FUZZ_WINDOW */
#define FILE_ROOM  0x8000u

static const char *corpus;

static void write_seed(const char *target, const char *name,
                       const void *data, size_t size)
{
    char path[256];
    FILE *stream;

    snprintf(path, sizeof(path), "%s/%s", corpus, target);
    mkdir(path, 0777);
    snprintf(path, sizeof(path), "%s/%s/%s", corpus, target, name);
    stream = fopen(path, "wb");
    if (stream == NULL || fwrite(data, 1, size, stream) != size
        || fclose(stream) != 0) {
        perror(path);
        exit(1);
    }
}

/* Memory that is filled from its start; addresses are from WINDOW on. */
struct memory {
    uint8_t data[0x1000];
    uint32_t used;
};

static uint32_t put(struct memory *memory, const void *data, uint32_t size)
{
    uint32_t at = memory->used;

    if (size > 0)
        memcpy(memory->data + at, data, size);
    memory->used += (size + 7) & ~7u;
    return WINDOW + at;
}

static uint32_t put_text(struct memory *memory, const char *text)
{
    return put(memory, text, strlen(text) + 1);
}

struct mmap1_entry {
    uint32_t size;
    uint64_t start, length;
    uint32_t type;
} __attribute__((packed));

/* QEMU's map of 1 GiB. */
static const struct mmap1_entry qemu_map[] = {
    { 20, 0, 0x9fc00, 1 }, { 20, 0x9fc00, 0x400, 2 },
    { 20, 0xf0000, 0x10000, 2 }, { 20, 0x100000, 0x3fedf000, 1 },
    { 20, 0x3ffdf000, 0x21000, 2 }, { 20, 0xfffc0000, 0x40000, 2 },
};

enum multiboot1_word {
    FLAGS = 0, LOWER, UPPER, COMMAND_LINE = 4, NR_MODULES, MODULES,
    MAP_LENGTH = 11, MAP, LOADER = 16, SCREEN = 22, WORDS = 29,
};

static void write_multiboot1(const char *name, const char *loader,
                             const char *line, const char *module_line,
                             uint32_t flags)
{
    struct memory memory = { .used = WORDS * 4 + 4 };
    uint32_t words[WORDS] = { [FLAGS] = flags, [LOWER] = 639,
                              [UPPER] = 0xffb7c };
    uint32_t modules[2][4] = { { 0 } };

    words[LOADER] = put_text(&memory, loader);
    words[COMMAND_LINE] = put_text(&memory, line);
    words[MAP] = put(&memory, qemu_map, sizeof(qemu_map));
    words[MAP_LENGTH] = sizeof(qemu_map);
    for (unsigned i = 0; i < 2; i++) {
        modules[i][0] = put_text(&memory, "contents");
        modules[i][1] = modules[i][0] + 8;
        modules[i][2] = put_text(&memory, i == 0 ? module_line : "initrd");
    }
    words[MODULES] = put(&memory, modules, sizeof(modules));
    words[NR_MODULES] = 2;
    memcpy(&words[SCREEN], "\0\0\0\xfd\0\0\0\0\0\x10\0\0\0\4\0\0\0\3\0\0"
           "\x20\1\x10\x08\x08\x08\x00\x08", 28);
    memcpy(memory.data, words, sizeof(words));
    write_seed("multiboot1", name, memory.data, memory.used);
}

/* As Xen's tools leave it for a domain with a kernel and an initrd. */
static void write_pvh(const char *name, uint32_t version)
{
    static const struct hvm_memmap_table_entry map[] = {
        { 0, 0x20000000, 1, 0 }, { 0xfeff8000, 0x8000, 2, 0 },
        { 0xfc000000, 0x2000, 3, 0 },
    };
    struct hvm_start_info start = {
        .magic = XEN_HVM_START_MAGIC_VALUE, .version = version,
        .nr_modules = 2, .memmap_entries = 3,
    };
    struct hvm_modlist_entry modules[2] = { { 0 } };
    struct memory memory = { .used = sizeof(start) };

    start.cmdline_paddr = put_text(&memory, "pv-shim console=xen,pv");
    start.memmap_paddr = put(&memory, map, sizeof(map));
    for (unsigned i = 0; i < 2; i++) {
        modules[i].paddr = put_text(&memory, "contents");
        modules[i].size = 8;
    }
    modules[0].cmdline_paddr = put_text(&memory, "console=hvc0");
    start.modlist_paddr = put(&memory, modules, sizeof(modules));
    memcpy(memory.data, &start, sizeof(start));
    write_seed("pvh", name, memory.data, memory.used);
}

static void put_tag(struct memory *memory, uint32_t type, const void *data,
                    uint32_t size)
{
    uint32_t header[2] = { type, size + 8 };

    put(memory, header, sizeof(header));
    put(memory, data, size);
}

static void put_text_tag(struct memory *memory, uint32_t type,
                         const char *text)
{
    put_tag(memory, type, text, strlen(text) + 1);
}

static void put_map_tag(struct memory *memory)
{
    uint64_t map[] = {
        24, 0, 0xa0000, 1, 0x100000, 0x3fee0000, 1, 0x3ffe0000, 0x20000, 3,
    };

    put_tag(memory, 6, map, sizeof(map));
}

/* The size and version of the descriptors, as in tag 17; then they. */
static const uint64_t efi_map[] = {
    48 | 1ull << 32,
    EfiConventionalMemory, 0, 0, 0xa0, EFI_MEMORY_WB, 0,
    EfiRuntimeServicesData, 0x3f000000, 0, 0x80,
    EFI_MEMORY_WB | EFI_MEMORY_RUNTIME, 0,
    EfiMemoryMappedIO, 0xffc00000, 0, 0x400,
    EFI_MEMORY_UC | EFI_MEMORY_RUNTIME, 0,
};

static void put_efi_tags(struct memory *memory)
{
    uint64_t system_table = 0x3f9ec018;

    put_tag(memory, 12, &system_table, sizeof(system_table));
    put_tag(memory, 17, efi_map, sizeof(efi_map));
}

static void write_multiboot2(const char *name, const char *loader, bool efi)
{
    struct memory memory = { .used = 8 };
    uint32_t sizes[2] = { 640, 0xffb80 };
    uint8_t module[32] = "\0\0\1\0\x20\0\1\0vmlinuz console=hvc0";
    uint8_t screen[30] = "\0\0\0\x80\0\0\0\0\0\x0d\0\0\x20\3\0\0\x58\2\0\0"
                         "\x20\1\0\0\x10\x08\x08\x08\0\x08";
    uint8_t rsdp[36] = "RSD PTR \0BOCHS \2";

    put_text_tag(&memory, 1, "placeholder console=com1 -- quiet");
    put_text_tag(&memory, 2, loader);
    put_tag(&memory, 3, module, 8 + strlen("vmlinuz console=hvc0") + 1);
    put_tag(&memory, 4, sizes, sizeof(sizes));
    put_map_tag(&memory);
    put_tag(&memory, 8, screen, sizeof(screen));
    put_tag(&memory, 14, rsdp, 20);
    put_tag(&memory, 15, rsdp, 36);
    if (efi)
        put_efi_tags(&memory);
    put_tag(&memory, 0, NULL, 0);
    memcpy(memory.data, &memory.used, sizeof(memory.used));
    write_seed("multiboot2", name, memory.data, memory.used);
}

struct map_step {
    uint8_t action, flags;
    uint16_t type;
    uint64_t start, size;
} __attribute__((packed));

static void write_memory_map(void)
{
    static const struct map_step steps[] = {
        { 0, 0, 1, 0, 0x9fc00 }, { 0, 0, 2, 0x9fc00, 0x400 },
        { 0, 0, 1, 0x100000, 0x3fedf000 }, { 0, 0, 3, 0x3ffdf000, 0x10 },
        { 0, 0, 2, 0xfffffffffffff000, 0x2000 },
        { 1, 0, 2, 0x200000, 0x1000 }, { 2, 0, 0, 0, 0 },
        { 3, 24, 0, 0, 0x200000 }, { 3, 25, 0, 0, 0x200000 },
    };

    write_seed("memory_map", "boot", steps, sizeof(steps));
}

static void write_command_lines(void)
{
    static const char *const lines[] = {
        "placeholder console=com1,vga com1=115200,8n1 mem=512M",
        "no-noreboot maxcpus=0x4 edd=off com1=\"a b\" mem=3 -- quiet \"a b\"",
        "noreboot=disable mem=16777215T unknown maxcpus=017 --",
    };
    static const char *const names[] = { "grub", "quotes", "numbers" };

    for (unsigned i = 0; i < 3; i++)
        write_seed("command_line", names[i], lines[i], strlen(lines[i]));
}

static void write_kernels(void)
{
    struct test_kernel kernel;

    test_kernel_start_linux(&kernel);
    memcpy(kernel.data + TEST_KERNEL_TEXT, "registering gsi %u triggering",
           29);
    write_seed("kernel_image", "linux", kernel.data,
               TEST_KERNEL_DATA + 0x1000);
    test_kernel_start_loadable(&kernel);
    test_kernel_add_legacy(&kernel, "GUEST_OS=Mini-OS,XEN_VER=xen-3.0,"
                           "VIRT_BASE=0x0,ELF_PADDR_OFFSET=0x0,"
                           "HYPERCALL_PAGE=0x1000,LOADER=generic,"
                           "FEATURES=!writable_page_tables|dom0");
    write_seed("kernel_image", "legacy", kernel.data,
               TEST_KERNEL_DATA + 0x1000);
}

static void write_payloads(void)
{
    static uint8_t packed[FILE_ROOM], file[FILE_ROOM + 0x800];
    struct test_kernel kernel;

    test_kernel_start_linux(&kernel);
    for (enum compression f = COMPRESSION_GZIP; f <= COMPRESSION_ZSTD; f++) {
        uint8_t *stream = packed + 3;
        size_t size = pack(f, kernel.data, sizeof(kernel.data), stream,
                           sizeof(packed) - 3);

        write_seed("kernel_payload", compression_name(f), file,
                   wrap_bzimage(stream, size, file));
        packed[0] = f - COMPRESSION_GZIP;
        packed[1] = sizeof(kernel.data) & 0xff;
        packed[2] = sizeof(kernel.data) >> 8;
        if (f != COMPRESSION_GZIP)
            size -= 4;                  /* the appended size */
        write_seed("unpack", compression_name(f), packed, 3 + size);
    }
    write_seed("kernel_payload", "plain", kernel.data, TEST_KERNEL_TEXT);
}

static void write_pvops(const char *name, unsigned alternative_size)
{
    static struct test_kernel kernel;

    test_pvops_make(&kernel, &(struct test_pvops){
        .alternative_size = alternative_size });
    write_seed("pvops", name, kernel.data, sizeof kernel.data);
}

int main(int argc, char **argv)
{
    if (argc != 2) {
        fprintf(stderr, "usage: %s FOLDER\n", argv[0]);
        return 2;
    }
    corpus = argv[1];
    write_multiboot1("qemu", "qemu", "build/microxen console=com1",
                     "vmlinuz console=hvc0", 0x24d);
    write_multiboot1("grub", "GRUB 2.06", "placeholder console=vga",
                     "placeholder root=/dev/sda1", 0x124f);
    write_multiboot1("sizes", "", "xen", "vmlinuz", 0x000d);
    write_pvh("xen", 1);
    write_pvh("version-0", 0);
    write_multiboot2("grub", "GRUB 2.06", false);
    write_multiboot2("ipxe", "iPXE 1.21", false);
    write_multiboot2("efi", "GRUB 2.06", true);
    write_seed("efi_map", "ovmf", efi_map, sizeof(efi_map));
    write_memory_map();
    write_command_lines();
    write_kernels();
    write_payloads();
    write_pvops("linux_5.10", 0);
    write_pvops("linux_6.1", 12);
    write_pvops("linux_6.12", 14);
    return 0;
}
