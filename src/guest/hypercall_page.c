/* SPDX-License-Identifier: MIT */
#include <guest/hypercall_page.h>

#include <stdbool.h>
#include <stdint.h>
#include <xen/xen.h>

#include <entry/entry.h>
#include <lib/string.h>
#include <machine/descriptor.h>
#include <machine/layout.h>

#define SLOT_SIZE 32
#define INT3      0xcc
#define NUMBER_AT 4             /* of the immediate, in the normal slot */
#define IRET_NUMBER_AT 5

/* push %rcx; push %r11; mov $0, %eax; syscall; pop %r11; pop %rcx; ret */
static const uint8_t normal_slot[] = {
    0x51, 0x41, 0x53, 0xb8, 0, 0, 0, 0, 0x0f, 0x05, 0x41, 0x5b, 0x59, 0xc3,
};

/* push %rcx; push %r11; push %rax; mov $0, %eax; syscall */
static const uint8_t iret_slot[] = {
    0x51, 0x41, 0x53, 0x50, 0xb8, 0, 0, 0, 0, 0x0f, 0x05,
};

/*
 * cli; mov $AREA_SELECTOR, %eax; lsl %eax, %eax; add n(%rip), %rax;
 * jmp *%rax; and at the slot's end what is added.  iret
 * keeps RAX on the stack.
 */
static const uint8_t direct_slot[] = {
    0xfa, 0xb8, AREA_SELECTOR & 0xff, AREA_SELECTOR >> 8, 0, 0,
    0x0f, 0x03, 0xc0, 0x48, 0x03, 0x05, SLOT_SIZE - 8 - 16, 0, 0, 0,
    0xff, 0xe0,
};

static const uint8_t direct_iret_slot[] = {
    0xfa, 0x50, 0xb8, AREA_SELECTOR & 0xff, AREA_SELECTOR >> 8, 0, 0,
    0x0f, 0x03, 0xc0, 0x48, 0x03, 0x05, SLOT_SIZE - 8 - 17, 0, 0, 0,
    0xff, 0xe0,
};

static void fill_direct(uint8_t *slot, bool iret, const char *label)
{
    uint64_t from_lsl = CPU_AREA_BASE >> 32 << 32 | CPU_CODE;

    from_lsl += (uint64_t)(label - entry_template) - 0xfff;
    memset(slot, INT3, SLOT_SIZE);
    if (iret)
        memcpy(slot, direct_iret_slot, sizeof direct_iret_slot);
    else
        memcpy(slot, direct_slot, sizeof direct_slot);
    memcpy(slot + SLOT_SIZE - sizeof from_lsl, &from_lsl, sizeof from_lsl);
}

static void fill_hot_slots(uint8_t *page)
{
    static const struct {
        unsigned number;
        const char *label;
    } hot[] = {
        { __HYPERVISOR_mmu_update, page_mmu_update },
        { __HYPERVISOR_stack_switch, page_stack_switch },
        { __HYPERVISOR_iret, page_iret },
        { __HYPERVISOR_set_segment_base, page_set_segment_base },
        { __HYPERVISOR_mmuext_op, page_mmuext_op },
        { __HYPERVISOR_update_va_mapping, page_update_va_mapping },
        { __HYPERVISOR_xen_version, page_xen_version },
    };

    for (unsigned i = 0; i < sizeof hot / sizeof *hot; i++)
        fill_direct(page + hot[i].number * SLOT_SIZE,
                    hot[i].number == __HYPERVISOR_iret, hot[i].label);
}

void hypercall_page_fill(void *page, bool direct)
{
    memset(page, INT3, PAGE_SIZE);
    for (uint32_t nr = 0; nr < PAGE_SIZE / SLOT_SIZE; nr++) {
        uint8_t *slot = (uint8_t *)page + nr * SLOT_SIZE;
        bool iret = nr == __HYPERVISOR_iret;

        if (iret)
            memcpy(slot, iret_slot, sizeof iret_slot);
        else
            memcpy(slot, normal_slot, sizeof normal_slot);
        memcpy(slot + (iret ? IRET_NUMBER_AT : NUMBER_AT), &nr, sizeof nr);
    }
    if (direct)
        fill_hot_slots(page);
}
