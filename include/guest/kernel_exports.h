/* SPDX-License-Identifier: MIT */
/* What a Linux image exports to its modules. */
#ifndef GUEST_KERNEL_EXPORTS_H
#define GUEST_KERNEL_EXPORTS_H

#include <guest/elf_file.h>

/*
 * The virtual address of an exported symbol, by __ksymtab and __ksymtab_gpl
 * (Linux, include/linux/export.h, with PREL32 relocations); 0: there is
 * none.
 */
uint64_t kernel_export(const struct elf_file *file, const char *name);

#endif
