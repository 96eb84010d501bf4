/* SPDX-License-Identifier: MIT */
#include "errors.h"

void try_console_io(void)
{
    static const unsigned counts[] = { 0, 1, 0x7fffffff, 0x80000000,
                                       0xffffffff };
    static const char *const names[] = { "write", "read" };

    for (unsigned command = 0; command < 2; command++)
        for (unsigned i = 0; i < sizeof counts / sizeof *counts; i++)
            for (struct bad_pointer *bad = bad_pointers; bad->kind; bad++)
                report(CALL(console_io, command, counts[i], bad->address),
                       "console_io(%s, %x, %s)", names[command], counts[i],
                       bad->kind);
    TRY(console_io, 2, 0, 0);
    TRY(console_io, 99, 1, edge_page);
    TRY(console_io, 0xffffffff, 1, edge_page);
    TRY(console_io, 0x100000000, 0, 0);
    TRY(console_io, CONSOLEIO_read, 1, read_only_page);
    TRY(console_io, CONSOLEIO_read, 1, edge_page);
    TRY(console_io, CONSOLEIO_write, 0x100000000, 0);
}
