/* SPDX-License-Identifier: MIT */
/*
 * How the machine was handed over, in one form for every boot protocol.
 * Strings are copied, because modules and loader data move or are
 * overwritten later.
 */
#ifndef BOOT_BOOT_INFO_H
#define BOOT_BOOT_INFO_H

#include <boot/memory_map.h>
#include <lib/physical.h>

#define BOOT_MODULES_MAX 16
#define BOOT_TEXT_SIZE   8192

struct boot_module {
    uint64_t start;             /* physical */
    uint64_t size;              /* bytes */
    const char *command_line;   /* never NULL; loader's file name removed */
};

enum boot_video_type {
    BOOT_VIDEO_NONE,            /* nothing known of it */
    BOOT_VIDEO_TEXT,            /* VGA text mode */
    BOOT_VIDEO_RGB,             /* linear framebuffer, direct colour */
};

struct boot_video {
    enum boot_video_type type;
    uint64_t address;           /* physical, of the framebuffer */
    uint32_t pitch, width, height;      /* bytes, pixels (text: cells) */
    uint8_t depth;              /* bits a pixel */
    uint8_t font_height;        /* lines of a text mode's cell */
    uint16_t vbe_attributes;    /* VBE 3.0, ModeAttributes; or 0 */
    uint32_t vbe_capabilities;  /* VBE 3.0, Capabilities; or 0 */
    uint8_t red_position, red_size;
    uint8_t green_position, green_size;
    uint8_t blue_position, blue_size;
};

/* What a 64-bit UEFI left; all zero on other firmware. */
struct boot_efi {
    uint64_t system_table;      /* physical; 0: there is no EFI */
    uint64_t image_handle;      /* the loader's, or 0 */
    bool boot_services;         /* are still on: then there is no map */
    bool broken_map;            /* there was one that nobody can read */
    uint64_t map;               /* physical, of the descriptors; 0: none */
    uint32_t map_size;          /* bytes */
    uint32_t descriptor_size;
};

struct boot_info {
    const char *protocol;       /* "multiboot 1", "multiboot 2", ... */
    const char *loader;         /* never NULL; "" if it told no name */
    const char *command_line;   /* never NULL; loader's file name removed */
    unsigned nr_modules;
    unsigned dropped_modules;   /* how many did not fit, or lay outside */
    struct boot_module modules[BOOT_MODULES_MAX];
    struct memory_map memory;
    unsigned memory_faults;     /* set of enum memory_map_fault */
    uint64_t rsdp;              /* physical address of a copy, or 0 */
    struct boot_video video;
    struct boot_efi efi;
    bool truncated_text;        /* a command line was cut */
    unsigned text_used;
    char text[BOOT_TEXT_SIZE];
};

enum boot_error {
    BOOT_OK = 0,
    BOOT_NO_INFO,               /* the structure is outside the window */
    BOOT_BAD_INFO,              /* its sizes contradict each other */
    BOOT_NO_MEMORY_MAP,         /* neither a map nor mem_upper */
    BOOT_EFI_STAYS,             /* its boot services could not be ended */
};

/* One line for the console, no full stop. */
const char *boot_error_text(enum boot_error error);

/*
 * Multiboot Specification 0.6.96, section 3.3: the structure that EBX
 * points to with EAX == 0x2BADB002.  Needs no map entry to be sane.
 *
 * GRUB 1.9x and 2 ("GRUB 2.06"; legacy GRUB is "GNU GRUB 0.97") leave the
 * file name out of command lines; every other loader puts it there as the
 * first word, and it is removed.
 */
enum boot_error multiboot1_parse(const struct physical_window *memory,
                                 uint64_t address, struct boot_info *info);

/*
 * Multiboot2 Specification 2.0, section 3.4: EAX == 0x36D76289.  The
 * structure itself must not lie in [image_start, image_end).
 *
 * With EFI's boot services still on, the result has no memory map.
 */
enum boot_error multiboot2_parse(const struct physical_window *memory,
                                 uint64_t address, struct boot_info *info);

/*
 * public/arch-x86/hvm/start_info.h: what EBX points to at the entry that the
 * ELF note PHYS32_ENTRY names.  Its command lines hold no file names.
 */
enum boot_error pvh_parse(const struct physical_window *memory,
                          uint64_t address, struct boot_info *info);

#endif
