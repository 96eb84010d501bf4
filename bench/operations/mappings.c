/* SPDX-License-Identifier: MIT */
/* Changes of mappings that hold pages. */
#include <string.h>
#include <sys/mman.h>

#include "operation.h"

enum { PAGE = 4096, SHORT = 16 * PAGE, LONG = 256 * PAGE };

static char *region;

static char *map(unsigned long size)
{
    char *mapped = mmap(NULL, size, PROT_READ | PROT_WRITE,
                        MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

    check(mapped != MAP_FAILED, "mmap");
    return mapped;
}

static void run_map_touch_unmap(unsigned long count)
{
    while (count--) {
        char *mapped = map(SHORT);

        for (int offset = 0; offset < SHORT; offset += PAGE)
            mapped[offset] = 1;
        munmap(mapped, SHORT);
    }
}

static void map_touched(unsigned long size)
{
    region = map(size);
    memset(region, 1, size);
}

static void map_1(unsigned long count)
{
    (void)count;
    map_touched(PAGE);
}

static void map_256(unsigned long count)
{
    (void)count;
    map_touched(LONG);
}

static void unmap_1(void)
{
    munmap(region, PAGE);
}

static void unmap_256(void)
{
    munmap(region, LONG);
}

/* To read only and back, by turns. */
static void protect(unsigned long count, unsigned long size)
{
    while (count--)
        mprotect(region, size,
                 count & 1 ? PROT_READ : PROT_READ | PROT_WRITE);
}

static void run_protect_1(unsigned long count)
{
    protect(count, PAGE);
}

static void run_protect_256(unsigned long count)
{
    protect(count, LONG);
}

const struct operation mappings[] = {
    { "mmap_touch16_munmap", 200, run_map_touch_unmap, 0, 0 },
    { "mprotect_1page", 1000, run_protect_1, map_1, unmap_1 },
    { "mprotect_256page", 100, run_protect_256, map_256, unmap_256 },
    { 0 },
};
