/* SPDX-License-Identifier: MIT */
/* The operations of pv_ops that are known, by the names BTF has. */
#ifndef GUEST_PVOPS_TABLE_H
#define GUEST_PVOPS_TABLE_H

#include <pvops/pvops.h>

/* What the native function of an operation has to look like. */
enum pvop_code {
    CODE_ANY,
    CODE_NOTHING,               /* returns; all such are one function */
    CODE_IDENTITY,              /* returns its argument; the same */
    CODE_STORE,                 /* *argument = the second, and returns */
};

struct known_pvop {
    const char *name;
    enum pvop_action action;
    enum pvop_code code;
    bool required;              /* no kernel is without it, on Xen it differs */
};

struct known_pvops {
    const char *member;         /* of struct paravirt_patch_template */
    unsigned group;
    const struct known_pvop *ops;
    unsigned nr;
    bool may_lack;              /* a kernel without the member is no worse */
};

extern const struct known_pvops known_pvops[4];

#endif
