/* SPDX-License-Identifier: MIT */
/* The address space in which firmware runs: its regions 1:1, and ours. */
#ifndef MACHINE_EFI_TABLES_H
#define MACHINE_EFI_TABLES_H

#include <stdbool.h>
#include <stdint.h>

#include <machine/efi_map.h>

/* Why the map's runtime regions can't be mapped 1:1, or NULL. */
const char *efi_tables_refuse(const struct efi_map *map);

/* Machine address of the L4; nothing in the map may be refused. */
uint64_t efi_tables_build(const struct efi_map *map);

/* True when all of [address, + size) lies in one runtime region. */
bool efi_tables_hold(const struct efi_map *map, uint64_t address,
                     uint64_t size);

/* At most so many tables does it take. */
uint64_t efi_tables_needed(const struct efi_map *map);

#endif
