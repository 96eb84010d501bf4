/* SPDX-License-Identifier: MIT */
/*
 * For short stretches of C code that several CPUs may run.  Interrupts are
 * off in microxen, so a lock is the same everywhere; a CPU that waits for
 * one serves the others meanwhile, as in every wait.
 *
 * Turns are taken in order of arrival.
 */
#ifndef LIB_SPINLOCK_H
#define LIB_SPINLOCK_H

#include <stdbool.h>
#include <stdint.h>

struct spinlock {
    uint16_t next;              /* the ticket for who comes next */
    uint16_t serving;
};

/* machine/smp.c: once around a loop in which a CPU waits for another. */
void spin_wait(void);

static inline void spin_lock(struct spinlock *lock)
{
    uint16_t mine = __atomic_fetch_add(&lock->next, 1, __ATOMIC_RELAXED);

    while (__atomic_load_n(&lock->serving, __ATOMIC_ACQUIRE) != mine)
        spin_wait();
}

/* If it is free. */
static inline bool spin_try_lock(struct spinlock *lock)
{
    uint16_t mine = __atomic_load_n(&lock->serving, __ATOMIC_ACQUIRE);

    return __atomic_compare_exchange_n(&lock->next, &mine,
                                       (uint16_t)(mine + 1), false,
                                       __ATOMIC_ACQUIRE, __ATOMIC_RELAXED);
}

static inline void spin_unlock(struct spinlock *lock)
{
    __atomic_store_n(&lock->serving, (uint16_t)(lock->serving + 1),
                     __ATOMIC_RELEASE);
}

/* Whoever holds it won't come back: for a panic. */
static inline void spin_break(struct spinlock *lock)
{
    __atomic_store_n(&lock->serving, lock->next, __ATOMIC_RELEASE);
}

#endif
