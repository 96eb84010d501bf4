/* SPDX-License-Identifier: MIT */
/*
 * The image in memory:
 *
 *   image_start     what only boot needs: loader's entry, parsers,
 *                   decompressors; given to the kernel when it starts
 *   resident_start  what stays, moved to the top of RAM
 *   resident_end
 *   image_end       boot's bss, given back as well
 *
 * The build prefixes boot's sections with ".boot".  Each part of the
 * resident image starts on a page, so that text can be
 * mapped read-only and data not executable.
 */
#include <machine/layout.h>

OUTPUT_FORMAT("elf64-x86-64")
OUTPUT_ARCH(i386:x86-64)
ENTRY(image_start)

PHDRS
{
    boot PT_LOAD FLAGS(7);
    text PT_LOAD FLAGS(5);
    rodata PT_LOAD FLAGS(4);
    data PT_LOAD FLAGS(6);
}

SECTIONS
{
    . = IMAGE_BASE;
    .boot : {
        *(.boot.header)
        *(.boot.text .boot.text.*)
        *(.boot.rodata .boot.rodata.*)
        *(.boot.data.rel.ro .boot.data.rel.ro.*)
        *(.boot.data .boot.data.*)
        . = ALIGN(8);
        boot_constructors_start = .;
        *(.boot.init_array)
        boot_constructors_end = .;
        . = ALIGN(PAGE_SIZE);
    } :boot

    resident_start = .;
    .text : {
        *(.text .text.*)
        . = ALIGN(PAGE_SIZE);
    } :text
    text_end = .;

    .rodata : {
        entry_template = .;
        *(.entry)
        entry_template_end = .;
        *(.rodata .rodata.* .data.rel.ro .data.rel.ro.*)
        *(.got .got.plt)
        . = ALIGN(8);
        fault_fixups_start = .;
        *(.fault_fixups)
        fault_fixups_end = .;
        fast_stubs_start = .;
        *(.fast_stubs)
        fast_stubs_end = .;
        vcpu_info_uses_start = .;
        *(.vcpu_info_uses)
        vcpu_info_uses_end = .;
        real_flag_changes_start = .;
        *(.real_flag_changes)
        real_flag_changes_end = .;
        verw_changes_start = .;
        *(.verw_changes)
        verw_changes_end = .;
        syscall_frames_start = .;
        *(.syscall_frames)
        syscall_frames_end = .;
        *(.symbol_table)
        . = ALIGN(PAGE_SIZE);
    } :rodata
    rodata_end = .;

    .data : {
        *(.data .data.*)
        . = ALIGN(PAGE_SIZE);
    } :data
    file_end = .;

    .bss : {
        *(.bss .bss.* COMMON)
        . = ALIGN(PAGE_SIZE);
        resident_end = .;
        *(.boot.bss .boot.bss.*)
        . = ALIGN(PAGE_SIZE);
    } :data
    image_end = .;

    ASSERT(entry_template_end - entry_template <= CPU_CODE_SIZE,
           "the entry stubs do not fit a CPU's code pages")
    ASSERT(image_end - IMAGE_BASE <= 2 * IMAGE_ALIGN,
           "start.S maps two large pages for the image")

    /DISCARD/ : {
        *(.eh_frame .boot.eh_frame .comment .note.* .boot.note.* .gnu.*)
    }
}
