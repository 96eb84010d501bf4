/* SPDX-License-Identifier: MIT */
/*
 * SGDT, SIDT, SLDT, STR and SMSW: with UMIP they fault and the kernel emulates
 * them with fixed values; without it they tell the truth.
 */
#define _GNU_SOURCE
#include "common/fault.h"
#include "faults.h"

struct table_register {
    uint16_t limit;
    uint64_t base;
} __attribute__((packed));

/* Bases that Linux's emulation shows (arch/x86/kernel/umip.c). */
#define UMIP_GDT_BASE 0xfffffffffffe0000
#define UMIP_IDT_BASE 0xffffffffffff0000

static void observe_table(const struct table_register *table)
{
    const char *base = table->base == UMIP_GDT_BASE ? "umip gdt" :
                       table->base == UMIP_IDT_BASE ? "umip idt" :
                       table->base >> 47 == 0x1ffff ? "kernel" : "other";
    observe_here("base=%s limit=%#x", base, table->limit);
}

static void store_gdt(void)
{
    struct table_register table = { 0 };
    expect_fault(0);
    asm volatile(MARK "sgdt %0" : "+m"(table) : : "rax");
    observe_table(&table);
}

static void store_idt(void)
{
    struct table_register table = { 0 };
    expect_fault(0);
    asm volatile(MARK "sidt %0" : "+m"(table) : : "rax");
    observe_table(&table);
}

#define STORE(function, text) \
    static void function(void) \
    { \
        uint64_t value = 0x5555555555555555; \
        expect_fault(0); \
        asm volatile(MARK text : "+r"(value) : : "rax", "memory"); \
        observe_here("%#llx", (unsigned long long)value); \
    }

STORE(store_ldt, "sldt %w0")
STORE(store_ldt_32, "sldt %k0")
STORE(store_task, "str %w0")
STORE(store_msw, "smsw %w0")
STORE(store_msw_64, "smsw %q0")

static void store_gdt_to_bad_address(void)
{
    expect_fault(0x1000);
    asm volatile(MARK "sgdt (%0)" : : "r"(0x1000L) : "rax", "memory");
    no_fault();
}

void check_descriptor_tables(void)
{
    check("sgdt", store_gdt);
    check("sidt", store_idt);
    check("sldt", store_ldt);
    check("sldt-32", store_ldt_32);
    check("str", store_task);
    check("smsw", store_msw);
    check("smsw-64", store_msw_64);
    check("sgdt-bad-address", store_gdt_to_bad_address);
}
