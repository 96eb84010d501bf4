/* SPDX-License-Identifier: MIT */
#include <stdio.h>
#include <string.h>

#include "../operations/marks.h"
#include "require.h"
#include "symbols.h"

/* As long as a line can be: a name has at most 511 bytes. */
enum { LINE_SIZE = 1024, NAME_SIZE = 512 };

static int has(const char *list, const char *name)
{
    size_t length = strlen(name);

    for (const char *at = list; (at = strstr(at, name)); at += length) {
        if ((at == list || at[-1] == ',') &&
            (!at[length] || at[length] == ','))
            return 1;
    }
    return 0;
}

void tell_symbols(const char *names)
{
    FILE *file = fopen("/proc/kallsyms", "r");
    char line[LINE_SIZE], name[NAME_SIZE];
    unsigned long address;

    require(file != NULL, "/proc/kallsyms");
    while (fgets(line, sizeof(line), file)) {
        if (sscanf(line, "%lx %*c %511s", &address, name) == 2 &&
            has(names, name))
            say("symbol %s %lx", name, address);
    }
    fclose(file);
}
