/* SPDX-License-Identifier: MIT */
#ifndef BENCH_NAMES_H
#define BENCH_NAMES_H

#include <string.h>

/* Whether a comma-separated list has a name. */
static inline int has_name(const char *list, const char *name)
{
    size_t length = strlen(name);

    for (const char *at = list; (at = strstr(at, name)); at += length) {
        if ((at == list || at[-1] == ',') &&
            (!at[length] || at[length] == ','))
            return 1;
    }
    return 0;
}

#endif
