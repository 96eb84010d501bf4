/* SPDX-License-Identifier: MIT */
#include <machine/efi.h>

#include <entry/entry.h>
#include <lib/console.h>
#include <machine/cpu.h>
#include <machine/efi_tables.h>
#include <machine/fpu.h>
#include <machine/x86.h>

struct efi efi;

static uint64_t firmware_l4;

/* What efi_enter() replaced; nothing else runs until efi_leave(). */
static struct fpu_state guest_fpu;
static uint64_t guest_cr3;

void efi_enter(void)
{
    struct cpu *cpu = this_cpu();

    fpu_save(&guest_fpu);
    cpu->in_firmware = true;
    entry_load_plain_idt(cpu);
    guest_cr3 = read_cr3();
    write_cr3(firmware_l4);
}

void efi_leave(void)
{
    struct cpu *cpu = this_cpu();

    write_cr3(guest_cr3);
    cpu_load_idt(cpu);
    cpu->in_firmware = false;
    fpu_restore(&guest_fpu);
}

/* Copy what the firmware has there; false if that isn't its memory. */
static bool read_firmware(void *to, uint64_t address, uint64_t size)
{
    if (!efi_tables_hold(&efi.map, address, size))
        return false;
    efi_enter();
    memcpy(to, (const void *)address, size);
    efi_leave();
    return true;
}

static void read_vendor(const CHAR16 *vendor)
{
    for (unsigned i = 0; i < EFI_VENDOR_MAX - 1; i++)
        if (!read_firmware(&efi.vendor[i], (uint64_t)&vendor[i],
                           sizeof(*vendor)) || !efi.vendor[i])
            return;
}

/* Why it can't be used, or NULL. */
static const char *read_tables(uint64_t address)
{
    static EFI_SYSTEM_TABLE table;

    if (!read_firmware(&table, address, sizeof(table))
        || table.Hdr.Signature != EFI_SYSTEM_TABLE_SIGNATURE)
        return "there is no system table where it should be";
    efi.present = true;
    efi.revision = table.Hdr.Revision;
    efi.firmware_revision = table.FirmwareRevision;
    efi.config_table = (uint64_t)table.ConfigurationTable;
    efi.nr_config_tables = (uint32_t)table.NumberOfTableEntries;
    read_vendor(table.FirmwareVendor);
    if (!read_firmware(&efi.services, (uint64_t)table.RuntimeServices,
                       sizeof(efi.services))
        || efi.services.Hdr.Signature != EFI_RUNTIME_SERVICES_SIGNATURE)
        return "there are no runtime services where they should be";
    return NULL;
}

static void query_store(void)
{
    struct efi_variable_store store = { .status = EFI_UNSUPPORTED };

    if (efi.services.Hdr.Revision >> 16 >= 2) {
        efi_enter();
        store.status = efi.services.QueryVariableInfo(
            EFI_VARIABLE_NON_VOLATILE | EFI_VARIABLE_BOOTSERVICE_ACCESS
            | EFI_VARIABLE_RUNTIME_ACCESS,
            &store.size, &store.left, &store.variable_max);
        efi_leave();
    }
    if (EFI_ERROR(store.status))
        store.size = store.left = store.variable_max = 0;
    efi.boot_store = store;
}

void efi_init(uint64_t system_table, const struct efi_map *map, void *room,
              bool runtime)
{
    const char *fault = efi_tables_refuse(map);

    efi.map = *map;
    efi.name = room;
    efi.data = (uint8_t *)room + EFI_NAME_SIZE;
    if (!fault) {
        firmware_l4 = efi_tables_build(map);
        fault = read_tables(system_table);
    }
    if (!fault && !runtime)
        fault = "as the command line wants it";
    if (fault) {
        printk("EFI: runtime services are not used: %s\n", fault);
        return;
    }
    efi.runtime = true;
    query_store();
    printk("EFI: revision %u.%u, runtime services are used\n",
           efi.revision >> 16, (efi.revision & 0xffff) / 10);
}

void efi_reset(EFI_RESET_TYPE type)
{
    /* Not again from a panic inside of it. */
    if (!efi.runtime || this_cpu()->in_firmware)
        return;
    efi_enter();
    efi.services.ResetSystem(type, EFI_SUCCESS, 0, NULL);
    efi_leave();
}
