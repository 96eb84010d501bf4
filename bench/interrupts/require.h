/* SPDX-License-Identifier: MIT */
#ifndef BENCH_REQUIRE_H
#define BENCH_REQUIRE_H

/* Tells "failed WHAT" and ends the machine, unless `good`. */
void require(int good, const char *what);

#endif
