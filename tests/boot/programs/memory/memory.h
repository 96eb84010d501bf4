/* SPDX-License-Identifier: MIT */
/* Page tables at work: whatever is mapped must show what was written. */
#ifndef MEMORY_H
#define MEMORY_H

#include <stddef.h>
#include <stdint.h>

enum { PAGE = 4096 };

/* Anonymous private pages, or the check is given up. */
void *map_pages(size_t pages);

/* Writes a value that depends on the page and on `salt` to each page. */
void fill_pages(void *pages, size_t count, uint64_t salt);

/* How many pages don't hold that value. */
size_t wrong_pages(const void *pages, size_t count, uint64_t salt);

void check_copy_on_write(void);
void check_mappings(void);
void check_shared_memory(void);
void check_user_faults(void);
void check_stress(void);

#endif
