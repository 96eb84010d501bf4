/* SPDX-License-Identifier: MIT */
/*
 * The upcall mask while a user program runs (template.h): shifted to the right
 * it is what the ABI says.
 */
#ifndef ENTRY_MASK_OF_USER_H
#define ENTRY_MASK_OF_USER_H

#define MASK_OF_USER        1
#define MASK_OF_USER_MASKED 3

#endif
