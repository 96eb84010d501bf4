/* SPDX-License-Identifier: MIT */
#define _GNU_SOURCE
#include "common/check.h"
#include "memory.h"

#include <sys/mman.h>

void *map_pages(size_t pages)
{
    void *result = mmap(NULL, pages * PAGE, PROT_READ | PROT_WRITE,
                        MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (result == MAP_FAILED)
        give_up("map memory");
    return result;
}

static uint64_t value_of(size_t page, uint64_t salt)
{
    return (page + 1) * 0x9e3779b97f4a7c15 ^ salt;
}

void fill_pages(void *pages, size_t count, uint64_t salt)
{
    for (size_t i = 0; i < count; i++) {
        uint64_t *page = (uint64_t *)((char *)pages + i * PAGE);
        page[0] = value_of(i, salt);
        page[PAGE / 8 - 1] = ~value_of(i, salt);
    }
}

size_t wrong_pages(const void *pages, size_t count, uint64_t salt)
{
    size_t wrong = 0;
    for (size_t i = 0; i < count; i++) {
        const uint64_t *page = (const void *)((const char *)pages + i * PAGE);
        wrong += page[0] != value_of(i, salt) ||
                 page[PAGE / 8 - 1] != ~value_of(i, salt);
    }
    return wrong;
}

int main(int argc, char **argv)
{
    check_begin(argc, argv, "memory");
    check_copy_on_write();
    check_mappings();
    check_shared_memory();
    check_user_faults();
    check_stress();
    return check_end();
}
