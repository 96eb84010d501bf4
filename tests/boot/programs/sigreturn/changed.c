/* SPDX-License-Identifier: MIT */
/* Chosen changes: selectors, flags, instruction and stack pointers. */
#define _GNU_SOURCE
#include "common/check.h"
#include "sigreturn.h"

enum { SAME = 0xffff };

static const struct change changes[] = {
    { "nothing", SAME, SAME, 0, HERE, 0, 0, 0 },
    { "cs-32", 0x23, SAME, 0, CODE_32, 0, 0, 0 },
    { "cs-32-ss-0", 0x23, 0, 0, CODE_32, 0, 0, 0 },
    { "cs-32-high-ip", 0x23, SAME, 0, LAST_USER_PAGE, 0, 0, 0 },
    { "cs-32-noncanonical", 0x23, SAME, 0, NON_CANONICAL, 0, 0, 0 },
    { "cs-32-kernel", 0x23, SAME, 0, KERNEL, 0, 0, 0 },
    { "cs-64", 0x33, SAME, 0, CODE_32, 0, 0, 0 },
    { "cs-ldt", 0x07, SAME, 0, CODE_32, 0, 0, 0 },
    { "cs-ldt-data", 0x0f, SAME, 0, HERE, 0, 0, 0 },
    { "cs-ldt-absent", 0x1f, SAME, 0, HERE, 0, 0, 0 },
    { "cs-ldt-empty", 0x27, SAME, 0, HERE, 0, 0, 0 },
    { "cs-0", 0, SAME, 0, HERE, 0, 0, 0 },
    { "cs-3", 3, SAME, 0, HERE, 0, 0, 0 },
    { "cs-kernel", 0x10, SAME, 0, HERE, 0, 0, 0 },
    { "cs-kernel-rpl-3", 0x13, SAME, 0, HERE, 0, 0, 0 },
    { "cs-data", 0x2b, SAME, 0, HERE, 0, 0, 0 },
    { "cs-tss", 0x43, SAME, 0, HERE, 0, 0, 0 },
    { "cs-xen-kernel", 0xe008, SAME, 0, HERE, 0, 0, 0 },
    { "cs-xen-user-32", 0xe023, SAME, 0, CODE_32, 0, 0, 0 },
    { "cs-xen-user-64", 0xe033, SAME, 0, HERE, 0, 0, 0 },
    { "cs-beyond", 0xfff3, SAME, 0, HERE, 0, 0, 0 },
    { "ss-0", SAME, 0, 0, HERE, 0, 0, 0 },
    { "ss-3", SAME, 3, 0, HERE, 0, 0, 0 },
    { "ss-kernel", SAME, 0x18, 0, HERE, 0, 0, 0 },
    { "ss-code", SAME, 0x33, 0, HERE, 0, 0, 0 },
    { "ss-ldt", SAME, 0x0f, 0, HERE, 0, 0, 0 },
    { "ss-ldt-16", SAME, 0x17, 0, HERE, 0, 0, 0 },
    { "ss-ldt-16-cs-32", 0x23, 0x17, 0, CODE_32, 0, 0, 0 },
    { "ss-ldt-absent", SAME, 0x1f, 0, HERE, 0, 0, 0 },
    { "ss-ldt-empty", SAME, 0x27, 0, HERE, 0, 0, 0 },
    { "ss-xen", SAME, 0xe02b, 0, HERE, 0, 0, 0 },
    { "ss-beyond", SAME, 0xfff3, 0, HERE, 0, 0, 0 },
    { "ss-0-relaxed", SAME, 0, 0, HERE, 0, 0, 1 },
    { "ss-0-ignored", SAME, 0, 0, HERE, 0, 1, 0 },
    { "ss-kernel-relaxed", SAME, 0x18, 0, HERE, 0, 0, 1 },
    { "both-bad", 0x10, 0x18, 0, HERE, 0, 0, 0 },
    { "both-ldt", 0x07, 0x0f, 0, CODE_32, 0, 0, 0 },
    { "flags-tf", SAME, SAME, 0x302, HERE, 0, 0, 0 },
    { "flags-df", SAME, SAME, 0x602, HERE, 0, 0, 0 },
    { "flags-ac", SAME, SAME, 0x40202, HERE, 0, 0, 0 },
    { "flags-nt", SAME, SAME, 0x4202, HERE, 0, 0, 0 },
    { "flags-rf", SAME, SAME, 0x10202, HERE, 0, 0, 0 },
    { "flags-iopl", SAME, SAME, 0x3202, HERE, 0, 0, 0 },
    { "flags-vm", SAME, SAME, 0x20202, HERE, 0, 0, 0 },
    { "flags-id", SAME, SAME, 0x200202, HERE, 0, 0, 0 },
    { "flags-vif-vip", SAME, SAME, 0x180202, HERE, 0, 0, 0 },
    { "flags-no-if", SAME, SAME, 0x2, HERE, 0, 0, 0 },
    { "flags-all", SAME, SAME, 0xfffffeff, HERE, 0, 0, 0 },
    { "flags-upper-half", SAME, SAME, 0xffffffff00000202, HERE, 0, 0, 0 },
    { "ip-null", SAME, SAME, 0, NULL_POINTER, 0, 0, 0 },
    { "ip-last-page", SAME, SAME, 0, LAST_USER_PAGE, 0, 0, 0 },
    { "ip-above", SAME, SAME, 0, ABOVE_USER, 0, 0, 0 },
    { "ip-noncanonical", SAME, SAME, 0, NON_CANONICAL, 0, 0, 0 },
    { "ip-noncanonical-tf", SAME, SAME, 0x302, NON_CANONICAL, 0, 0, 0 },
    { "ip-kernel", SAME, SAME, 0, KERNEL, 0, 0, 0 },
    { "ip-kernel-tf", SAME, SAME, 0x302, KERNEL, 0, 0, 0 },
    { "ip-hypervisor", SAME, SAME, 0, HYPERVISOR, 0, 0, 0 },
    { "ip-vsyscall", SAME, SAME, 0, VSYSCALL, 0, 0, 0 },
    { "stack-null", SAME, SAME, 0, HERE, 8, 0, 0 },
    { "stack-noncanonical", SAME, SAME, 0, HERE, 0x800000000000, 0, 0 },
    { "stack-kernel", SAME, SAME, 0, HERE, 0xffff888000000000, 0, 0 },
    { "stack-hypervisor", SAME, SAME, 0, HERE, 0xffff82d080200000, 0, 0 },
};

static void run_change(const void *change)
{
    return_with(change);
}

void check_changed_frames(void)
{
    for (size_t i = 0; i < sizeof(changes) / sizeof(changes[0]); i++)
        check_with(changes[i].name, run_change, &changes[i]);
}
