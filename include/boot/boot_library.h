/* SPDX-License-Identifier: MIT */
#ifndef BOOT_BOOT_LIBRARY_H
#define BOOT_BOOT_LIBRARY_H

/*
 * A compression library called a function of the C library that the image
 * does not have: it has a bug, or its working conditions are missing.
 * Ends the boot; `what` is the function's name.
 */
void __attribute__((noreturn)) boot_library_failed(const char *what);

#endif
