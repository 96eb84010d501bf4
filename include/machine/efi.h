/* SPDX-License-Identifier: MIT */
/*
 * UEFI at run time: what the firmware left, and calls of its runtime
 * services (UEFI 2.10, chapter 8) where it lies, by physical addresses.
 */
#ifndef MACHINE_EFI_H
#define MACHINE_EFI_H

#include <stdbool.h>
#include <stdint.h>

#include <machine/efi_map.h>

#define EFI_VENDOR_MAX 100              /* characters, with the NUL */

/* Room for a variable's name and contents, on their way to and fro. */
#define EFI_NAME_SIZE 0x4000
#define EFI_DATA_SIZE 0x40000
#define EFI_ROOM      (EFI_NAME_SIZE + EFI_DATA_SIZE)

/* What QueryVariableInfo said of permanent variables at boot. */
struct efi_variable_store {
    EFI_STATUS status;
    UINT64 size, left, variable_max;    /* bytes; 0 without success */
};

struct efi {
    bool present;               /* the machine was booted by it */
    bool runtime;               /* its runtime services can be called */
    uint32_t revision;          /* of the specification */
    uint64_t config_table;      /* physical */
    uint32_t nr_config_tables;
    uint32_t firmware_revision;
    CHAR16 vendor[EFI_VENDOR_MAX];      /* "" if it can't be read */
    struct efi_variable_store boot_store;
    struct efi_map map;
    CHAR16 *name;               /* EFI_NAME_SIZE bytes */
    uint8_t *data;              /* EFI_DATA_SIZE bytes */
    EFI_RUNTIME_SERVICES services;      /* a copy; see efi_enter() */
};

extern struct efi efi;

/*
 * Use the firmware whose system table is at this physical address.  The
 * map stays in use, as does `room`, EFI_ROOM bytes.  What is wrong is said
 * in one line, and efi.present or efi.runtime stays false.  Without
 * `runtime` nothing of the firmware's is called.
 */
void efi_init(uint64_t system_table, const struct efi_map *map, void *room,
              bool runtime);

/*
 * Around each use of what the firmware's pointers lead to.  In between only
 * the firmware and our own memory are mapped, not the guest; an exception
 * there is a panic.
 */
void efi_enter(void);
void efi_leave(void);

/* ResetSystem; returns if there is none or it fails. */
void efi_reset(EFI_RESET_TYPE type);

#endif
