/* SPDX-License-Identifier: MIT */
/* The bases of FS and GS, however they are set. */
#ifndef BASES_H
#define BASES_H

#include <stdbool.h>
#include <stdint.h>

enum {
    SET_GS = 0x1001, SET_FS = 0x1002, GET_FS = 0x1003, GET_GS = 0x1004,
};

/* arch_prctl: 0 or -1 with errno. */
long set_base(int which, uint64_t base);
uint64_t get_base(int which);

/* AT_HWCAP2 allows RDFSBASE and its like. */
bool has_base_instructions(void);

static inline uint64_t read_gs_base(void)
{
    uint64_t base;
    asm volatile("rdgsbase %0" : "=r"(base));
    return base;
}

static inline void write_gs_base(uint64_t base)
{
    asm volatile("wrgsbase %0" : : "r"(base) : "memory");
}

static inline uint64_t read_fs_base(void)
{
    uint64_t base;
    asm volatile("rdfsbase %0" : "=r"(base));
    return base;
}

static inline uint64_t read_by_gs(uint64_t offset)
{
    uint64_t value;
    asm volatile("mov %%gs:(%1), %0" : "=r"(value) : "r"(offset));
    return value;
}

static inline void load_gs(uint16_t selector)
{
    asm volatile("mov %0, %%gs" : : "r"(selector) : "memory");
}

static inline uint16_t store_gs(void)
{
    uint16_t selector;
    asm volatile("mov %%gs, %0" : "=r"(selector));
    return selector;
}

void check_bases(void);
void check_base_switches(void);
void check_base_segments(void);

#endif
