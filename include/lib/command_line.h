/* SPDX-License-Identifier: MIT */
/*
 * xen.gz's command line: words divided by blanks, quotes keep blanks
 * together, name or name=value, `no-name` and name=off turn a switch off,
 * and all behind a word `--` is for the kernel.
 */
#ifndef LIB_COMMAND_LINE_H
#define LIB_COMMAND_LINE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum option_type {
    OPTION_SWITCH,              /* bool */
    OPTION_NUMBER,              /* uint64_t; decimal, 0x, 0 octal */
    OPTION_SIZE,                /* uint64_t bytes; suffix B K M G T, none: K */
    OPTION_STRING,              /* char[room]; cut if longer */
    OPTION_IGNORED,             /* understood, without effect */
};

struct option {
    const char *name;
    enum option_type type;
    void *value;
    size_t room;                /* OPTION_STRING: bytes at value */
};

/* Called for every word that is no option, or has no valid value. */
typedef void option_complaint(const char *word, size_t length, bool known);

/*
 * Parse `line` up to ` -- `.  A later word overrides an earlier one.
 */
void command_line_parse(const char *line, const struct option *options,
                        unsigned nr_options, option_complaint *complain);

/* What follows the word `--` (blanks skipped), or "" if it isn't there. */
const char *command_line_guest(const char *line);

#endif
