/* SPDX-License-Identifier: MIT */
/*
 * BTF, the kernel's description of its own types (Linux,
 * Documentation/bpf/btf.rst), as far as structures' members go, and the
 * functions that they point to.
 */
#ifndef GUEST_BTF_H
#define GUEST_BTF_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Every so many types it is noted where one lies. */
#define BTF_INDEX_STEP 128
#define BTF_INDEX_MAX  4096

struct btf {
    const uint8_t *types;
    uint32_t types_size;
    const char *strings;        /* the last one ends with a 0 */
    uint32_t strings_size;
    uint32_t nr_types;          /* they count from 1 */
    uint32_t index[BTF_INDEX_MAX];
};

struct btf_member {
    const char *name;           /* "" if it has none */
    uint32_t type;
    uint32_t offset;            /* bytes; bit fields': rounded down */
};

/* False if the data is no BTF, or damaged. */
bool btf_open(struct btf *btf, const void *data, size_t size);

/* The number of the structure of this name, 0: there is none. */
uint32_t btf_find_struct(const struct btf *btf, const char *name);

/* How many members a type has, 0: it is no structure. */
uint32_t btf_nr_members(const struct btf *btf, uint32_t type);

/* Member `index`; false if there is none. */
bool btf_member(const struct btf *btf, uint32_t type, uint32_t index,
                struct btf_member *member);

/*
 * The member of this name, also in unnamed structures within; its offset
 * counts from `type`.
 */
bool btf_find_member(const struct btf *btf, uint32_t type, const char *name,
                     struct btf_member *member);

/*
 * How many parameters the function has that a type points to; 0: none, or
 * it is no pointer to a function.
 */
uint32_t btf_nr_parameters(const struct btf *btf, uint32_t type);

#endif
