/* SPDX-License-Identifier: MIT */
/*
 * Each operation that Xen's headers have of hypercalls that are for others
 * than PV guests, or for PV guests of long ago: with zeros for arguments,
 * and with arguments of which nothing but the operation can be read.
 */
#include "errors.h"

#include <xen/hvm/dm_op.h>
#include <xen/xsm/flask_op.h>
#include <xen/arch-x86/xen-mca.h>

enum form {
    COMMAND_FIRST,              /* (command, pointer) */
    COMMAND_IN_STRUCTURE,       /* (pointer), it begins with the command */
    COMMAND_IN_BUFFER,          /* (domain, number, buffers), as dm_op */
};

static const struct {
    unsigned number;
    enum form form;
    uint32_t version;           /* behind the command, where there is one */
} calls[] = {
    { __HYPERVISOR_event_channel_op_compat, COMMAND_IN_STRUCTURE, 0 },
    { __HYPERVISOR_physdev_op_compat, COMMAND_IN_STRUCTURE, 0 },
    { __HYPERVISOR_xsm_op, COMMAND_IN_STRUCTURE,
      XEN_FLASK_INTERFACE_VERSION },
    { __HYPERVISOR_xenoprof_op, COMMAND_FIRST, 0 },
    { __HYPERVISOR_hvm_op, COMMAND_FIRST, 0 },
    { __HYPERVISOR_dm_op, COMMAND_IN_BUFFER, 0 },
    { __HYPERVISOR_arch_0, COMMAND_IN_STRUCTURE, XEN_MCA_INTERFACE_VERSION },
};

static const struct {
    const char *call, *operation;
    unsigned number;
    uint32_t value;
} operations[] = {
#define OPERATION(call, number, operation, value) \
    { #call, #operation, number, value },
#include <operations.h>
};

/* `at` has room for as much as is to be readable. */
static long call_with(unsigned number, enum form form, uint32_t command,
                      void *at, size_t size)
{
    struct xen_dm_op_buf buffer = { { at }, size };

    switch (form) {
    case COMMAND_FIRST:
        return hypercall(number, command, (uint64_t)at, 0, 0, 0);
    case COMMAND_IN_STRUCTURE:
        return hypercall(number, (uint64_t)at, 0, 0, 0, 0);
    default:
        return hypercall(number, DOMID_SELF, 1, (uint64_t)&buffer, 0, 0);
    }
}

static void try_operation(unsigned i, enum form form, uint32_t version)
{
    static uint32_t room[128];
    uint32_t *edge = (uint32_t *)(edge_page + PAGE_SIZE) - 1;
    const char *name = operations[i].call;

    if (!strcmp(name, "arch_0"))
        name = "mca";
    memset(room, 0, sizeof room);
    if (form != COMMAND_FIRST)
        room[0] = operations[i].value;
    room[1] = version;
    report_sign(call_with(operations[i].number, form, operations[i].value,
                          room, sizeof room),
                "%s(%s, zeros)", name, operations[i].operation);
    *edge = operations[i].value;
    report_sign(call_with(operations[i].number, form, operations[i].value,
                          edge, sizeof *edge),
                "%s(%s, cut off)", name, operations[i].operation);
}

void try_every_operation(void)
{
    for (unsigned i = 0; i < sizeof operations / sizeof *operations; i++)
        for (unsigned c = 0; c < sizeof calls / sizeof *calls; c++)
            if (calls[c].number == operations[i].number)
                try_operation(i, calls[c].form, calls[c].version);
    memset(edge_page, 0xff, PAGE_SIZE);
}
