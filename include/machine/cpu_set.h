/* SPDX-License-Identifier: MIT */
/* Sets of CPUs.  Those that several CPUs change are changed atomically. */
#ifndef MACHINE_CPU_SET_H
#define MACHINE_CPU_SET_H

#include <stdbool.h>
#include <stdint.h>

#define NR_CPUS_MAX   512
#define CPU_SET_BITS  64
#define CPU_SET_WORDS (NR_CPUS_MAX / CPU_SET_BITS)

struct cpu_set {
    uint64_t words[CPU_SET_WORDS];
};

static inline bool cpu_set_has(const struct cpu_set *set, unsigned cpu)
{
    return __atomic_load_n(&set->words[cpu / CPU_SET_BITS], __ATOMIC_RELAXED)
           >> cpu % CPU_SET_BITS & 1;
}

static inline void cpu_set_add(struct cpu_set *set, unsigned cpu)
{
    __atomic_fetch_or(&set->words[cpu / CPU_SET_BITS],
                      1ull << cpu % CPU_SET_BITS, __ATOMIC_SEQ_CST);
}

static inline void cpu_set_remove(struct cpu_set *set, unsigned cpu)
{
    __atomic_fetch_and(&set->words[cpu / CPU_SET_BITS],
                       ~(1ull << cpu % CPU_SET_BITS), __ATOMIC_SEQ_CST);
}

static inline bool cpu_set_is_empty(const struct cpu_set *set)
{
    for (unsigned i = 0; i < CPU_SET_WORDS; i++)
        if (__atomic_load_n(&set->words[i], __ATOMIC_RELAXED))
            return false;
    return true;
}

/* The first member that is not below `cpu`, or NR_CPUS_MAX. */
static inline unsigned cpu_set_next(const struct cpu_set *set, unsigned cpu)
{
    while (cpu < NR_CPUS_MAX) {
        uint64_t word = set->words[cpu / CPU_SET_BITS]
                        >> cpu % CPU_SET_BITS;

        if (word)
            return cpu + (unsigned)__builtin_ctzll(word);
        cpu = (cpu / CPU_SET_BITS + 1) * CPU_SET_BITS;
    }
    return NR_CPUS_MAX;
}

#define for_each_cpu_in(set, cpu)                                       \
    for (unsigned cpu = cpu_set_next(set, 0); cpu < NR_CPUS_MAX;        \
         cpu = cpu_set_next(set, cpu + 1))

#endif
