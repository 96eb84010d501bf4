/* SPDX-License-Identifier: MIT */
#include <stdio.h>

#include "../operations/marks.h"
#include "../operations/names.h"
#include "require.h"
#include "symbols.h"

/* As long as a line can be: a name has at most 511 bytes. */
enum { LINE_SIZE = 1024, NAME_SIZE = 512 };

void tell_symbols(const char *names)
{
    FILE *file = fopen("/proc/kallsyms", "r");
    char line[LINE_SIZE], name[NAME_SIZE];
    unsigned long address;

    require(file != NULL, "/proc/kallsyms");
    while (fgets(line, sizeof(line), file)) {
        if (sscanf(line, "%lx %*c %511s", &address, name) == 2 &&
            has_name(names, name))
            say("symbol %s %lx", name, address);
    }
    fclose(file);
}
