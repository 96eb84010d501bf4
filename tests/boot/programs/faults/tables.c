/* SPDX-License-Identifier: MIT */
#include "tables.h"

void run_instructions(const char *group, const struct instruction *table,
                      size_t count)
{
    char name[80];

    for (size_t i = 0; i < count; i++) {
        snprintf(name, sizeof(name), "%s-%s", group, table[i].name);
        check(name, table[i].body);
    }
}
