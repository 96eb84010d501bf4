/* SPDX-License-Identifier: MIT */
/* Arguments at odd addresses, in programs' pages, and where no writing is. */
#include "errors.h"

#include <xen/event_channel.h>
#include <xen/memory.h>
#include <xen/vcpu.h>
#include <xen/version.h>

#define USER_PAGE 0xc0100000ul
#define ODD 3

static char *room;

/* An argument structure somewhere in `room`; its result, and its words. */
static void *put(unsigned offset, const void *structure, size_t size)
{
    memset(room, 0, PAGE_SIZE);
    memcpy(room + offset, structure, size);
    return room + offset;
}

#define PUT(offset, type, ...) \
    put(offset, &(type){ __VA_ARGS__ }, sizeof(type))

static void try_structures(const char *where, unsigned offset)
{
    static trap_info_t table[2];
    struct evtchn_status status;
    uint64_t frame = mfn_of(page_new());

    report(CALL(event_channel_op, EVTCHNOP_status,
                PUT(offset, struct evtchn_status, .dom = DOMID_SELF,
                    .status = 7)), "event_channel_op(status, %s)", where);
    memcpy(&status, room + offset, sizeof status);
    print("event_channel_op(status, %s), it is: %u", where, status.status);
    report(CALL(memory_op, XENMEM_machphys_mapping, room + offset),
           "memory_op(machphys_mapping, %s)", where);
    report(CALL(xen_version, XENVER_capabilities, room + offset),
           "xen_version(capabilities, %s)", where);
    report(CALL(xen_version, XENVER_get_features, room + offset),
           "xen_version(get_features, %s)", where);
    report(CALL(vcpu_op, VCPUOP_get_runstate_info, 0, room + offset),
           "vcpu_op(get_runstate_info, %s)", where);
    report(CALL(mmu_update,
                PUT(offset, mmu_update_t, .ptr = NO_MFN << PAGE_SHIFT), 1,
                room + 2048 + offset, DOMID_SELF),
           "mmu_update(%s)", where);
    report(CALL(mmuext_op,
                PUT(offset, struct mmuext_op, .cmd = MMUEXT_TLB_FLUSH_LOCAL),
                1, room + 2048 + offset, DOMID_SELF),
           "mmuext_op(%s)", where);
    print("mmuext_op(%s), done: %u", where, room[2048 + offset]);
    report(CALL(multicall,
                PUT(offset, multicall_entry_t, .op = 63), 1),
           "multicall(%s)", where);
    memcpy(table, put(offset, table, sizeof table), sizeof table);
    report(CALL(set_trap_table, room + offset), "set_trap_table(%s)", where);
    report(CALL(set_gdt, put(offset, &frame, sizeof frame), 0),
           "set_gdt(%s, 0)", where);
    report(CALL(console_io, CONSOLEIO_write, 0, room + offset),
           "console_io(write, %s)", where);
}

/* What they tell can't be written there. */
static void try_read_only(void)
{
    struct mmuext_op flush = { .cmd = MMUEXT_TLB_FLUSH_LOCAL };
    mmu_update_t none = { .ptr = 0 };

    TRY(xen_version, XENVER_get_features, read_only_page);
    TRY(xen_version, XENVER_capabilities, read_only_page);
    TRY(xen_version, XENVER_platform_parameters, read_only_page);
    TRY(event_channel_op, EVTCHNOP_bind_ipi, read_only_page);
    TRY(event_channel_op, EVTCHNOP_bind_virq, read_only_page);
    TRY(vcpu_op, VCPUOP_get_runstate_info, 0, read_only_page);
    TRY(mmuext_op, &flush, 1, read_only_page, DOMID_SELF);
    TRY(mmuext_op, &flush, 1, UNMAPPED_VIRTUAL, DOMID_SELF);
    TRY(mmuext_op, &flush, 1, NONCANONICAL, DOMID_SELF);
    TRY(mmu_update, &none, 0, read_only_page, DOMID_SELF);
    TRY(mmu_update, &none, 0, UNMAPPED_VIRTUAL, DOMID_SELF);
}

void try_misdirected(void)
{
    room = page_new();
    try_structures("aligned", 0);
    try_structures("odd", ODD);
    page_map(USER_PAGE, mfn_of(page_new()) << PAGE_SHIFT | PTE_P | PTE_RW
                        | PTE_US | PTE_A | PTE_D);
    room = (char *)USER_PAGE;
    try_structures("a program's page", 0);
    try_read_only();
    traps_install(0);
}
