/* SPDX-License-Identifier: MIT */
/*
 * How many instructions are executed on the way from one place to another,
 * each time that it is gone.
 */
#ifndef BENCH_PATH_H
#define BENCH_PATH_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "api.h"

/*
 * Adds a path, "NAME:FIRST:LAST:HANDLER", addresses in hexadecimal. It
 * begins whenever an instruction from FIRST on and before LAST is executed,
 * but for one that directly follows another of those, and ends before the
 * one at HANDLER. A beginning replaces one without an end. False if it isn't
 * that form, or there are too many.
 */
bool path_add(const char *description);

/* Watches an instruction that is being translated, if a path needs it. */
void path_watch(struct qemu_plugin_insn *insn, uint64_t address);

/* Records from now on, and nothing of what was before. */
void path_start(void);

/*
 * Records no more, and prints a line "path NAME guest=NUMBER
 * hypervisor=NUMBER" for each time, but for those above some hundreds.
 */
void path_end(FILE *file);

#endif
