/* SPDX-License-Identifier: MIT */
/* What pirq.c and pirq_map.c know of physical interrupts. */
#ifndef HYPERCALL_PIRQ_TABLE_H
#define HYPERCALL_PIRQ_TABLE_H

#include <assert.h>
#include <hypercall/pirq.h>
#include <lib/spinlock.h>
#include <machine/ioapic.h>
#include <machine/msi.h>

enum pirq_kind {
    PIRQ_FREE,
    PIRQ_RESERVED,              /* by PHYSDEVOP_get_free_pirq */
    PIRQ_GSI,
    PIRQ_MSI,
    PIRQ_GONE,                  /* unmapped while a port is bound to it */
};

struct pirq {
    enum pirq_kind kind;
    bool bound;
    bool in_service;            /* masked until the kernel's EOI */
    bool resting;               /* the same a while longer */
    uint8_t vector;             /* of `cpu`; 0: none yet */
    uint16_t successive;        /* since the kernel had events unmasked */
    unsigned cpu;
    unsigned gsi;
    struct msi msi;
};

/* How an I/O APIC's pin is used, whether it is mapped or not. */
struct gsi {
    bool routed;                /* setup_gsi told trigger and polarity */
    bool level;
    bool active_low;
    bool mapped;
    uint16_t pirq;              /* if it is mapped */
};

extern struct pirq pirqs[NR_PIRQS];
extern struct gsi gsis[IOAPIC_GSIS_MAX];

static_assert(NR_PIRQS > IOAPIC_GSIS_MAX, "MSI messages lie above");

/* Around all that changes them, except for in_service. */
extern struct spinlock pirqs_lock;

static inline bool pirq_is_level(const struct pirq *pirq)
{
    return pirq->kind == PIRQ_GSI && gsis[pirq->gsi].level;
}

/* pirq_bound() and pirq_unbound() for who has the lock. */
long pirq_start(unsigned number);
void pirq_stop(unsigned number);

/* The kernel is done with a level interrupt: let the line raise it again. */
void pirq_end(struct pirq *pirq);

/*
 * A level interrupt has come; and, at the kernel's EOI: has it come so often
 * that it isn't to come for a while?  Then pirq_end() is called later.
 */
void pirq_storm_count(struct pirq *pirq);
bool pirq_storm_rest(struct pirq *pirq);

/* Give its vectors back. */
void pirq_free_vectors(struct pirq *pirq);

/* `count` vectors for the pirqs from `number` on; false: there are none. */
bool pirq_allocate_vectors(unsigned number, unsigned count);

/* Write the message, or the I/O APIC's entry; it stays masked. */
void pirq_program(const struct pirq *pirq);

#endif
