/* SPDX-License-Identifier: MIT */
#ifndef PVOPS_CHECK_H
#define PVOPS_CHECK_H

/* NULL, or what in the running kernel is not as it must be. */
const char *pvops_check(void);

#endif
