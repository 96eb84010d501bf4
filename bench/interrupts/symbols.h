/* SPDX-License-Identifier: MIT */
#ifndef BENCH_SYMBOLS_H
#define BENCH_SYMBOLS_H

/* Tells "symbol NAME ADDRESS", in hexadecimal, for each of the kernel's
 * symbols that a comma-separated list has. */
void tell_symbols(const char *names);

#endif
