/* SPDX-License-Identifier: MIT */
/* Whom a hypercall names, where there is only one domain. */
#ifndef HYPERCALL_DOMID_H
#define HYPERCALL_DOMID_H

#include <stdbool.h>
#include <stdint.h>
#include <xen/xen.h>
#include <xen/errno.h>

#include <guest/domain.h>
#include <hypercall/rings.h>

static inline uint16_t domid_own(void)
{
    return domain.initial ? 0 : DOMAIN_ID;
}

static inline bool domid_is_self(uint16_t domid)
{
    return domid == DOMID_SELF || domid == domid_own();
}

/*
 * The owner of pages that are mapped: as Xen has it, a domain can't name
 * itself by its number here.
 */
static inline long domid_check_page_owner(uint16_t domid)
{
    return domid == DOMID_SELF || domid == DOMID_IO || domid == DOMID_XEN
           ? 0 : -XEN_ESRCH;
}

#endif
