/* SPDX-License-Identifier: MIT */
#include <guest/hypercall_page.h>

#include <stdbool.h>
#include <stdint.h>
#include <xen/xen.h>
#include <lib/string.h>
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

void hypercall_page_fill(void *page)
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
}
