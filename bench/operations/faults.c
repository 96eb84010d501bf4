/* SPDX-License-Identifier: MIT */
/* Page faults, each of a page of its own. */
#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include "operation.h"

enum { PAGE = 4096, HUGE = 2 << 20 };

static volatile char *region;
static unsigned long region_size;
static int child;

static void map(unsigned long size, int flags, int file)
{
    region_size = size;
    region = mmap(NULL, size, PROT_READ | PROT_WRITE, flags, file, 0);
    check(region != MAP_FAILED, "mmap");
}

static void unmap(void)
{
    munmap((void *)region, region_size);
}

static void write_pages(unsigned long count)
{
    for (unsigned long page = 0; page < count; page++)
        region[page * PAGE] = 1;
}

static void read_pages(unsigned long count)
{
    for (unsigned long page = 0; page < count; page++)
        (void)region[page * PAGE];
}

static void map_anonymous(unsigned long count)
{
    map(count * PAGE, MAP_PRIVATE | MAP_ANONYMOUS, -1);
    madvise((void *)region, region_size, MADV_NOHUGEPAGE);
}

static void map_touched(unsigned long count)
{
    map_anonymous(count);
    write_pages(count);
}

static void wait_forever(void)
{
    for (;;)
        pause();
}

static void share_touched(unsigned long count)
{
    map_touched(count);
    child = start_child(wait_forever);
}

static void unshare(void)
{
    end_child(child);
    unmap();
}

/*
 * Of few enough that all stay on the CPU's own list of free pages: without
 * huge pages to keep memory for it is a tenth as long (some 1,160 of 1 GiB),
 * and a page that leaves it takes another 300 instructions.
 */
static void unmap_pages(unsigned long count)
{
    munmap((void *)region, count * PAGE);
}

static void map_file(unsigned long count)
{
    int file = open("/tmp/file", O_RDWR | O_CREAT, 0600);

    check(file >= 0 && !ftruncate(file, count * PAGE), "/tmp/file");
    for (unsigned long page = 0; page < count; page++)
        check(pwrite(file, "", 1, page * PAGE) == 1, "/tmp/file");
    map(count * PAGE, MAP_SHARED, file);
    close(file);
}

static void unmap_file(void)
{
    unmap();
    unlink("/tmp/file");
}

static void map_huge(unsigned long count)
{
    map((count + 1) * HUGE, MAP_PRIVATE | MAP_ANONYMOUS, -1);
    madvise((void *)region, region_size, MADV_HUGEPAGE);
}

/* All of each, so that as much is done where the kernel has no huge ones. */
static void write_huge(unsigned long count)
{
    unsigned long first = ((unsigned long)region + HUGE - 1) & -HUGE;

    for (unsigned long offset = 0; offset < count * HUGE; offset += PAGE)
        *(volatile char *)(first + offset) = 1;
}

const struct operation faults[] = {
    { "anon_write_fault_4k", 2048, write_pages, map_anonymous, unmap },
    { "anon_read_fault_4k", 2048, read_pages, map_anonymous, unmap },
    { "cow_fault_4k", 2048, write_pages, share_touched, unshare },
    { "munmap_per_page", 512, unmap_pages, map_touched, 0 },
    { "file_write_fault_4k", 2048, write_pages, map_file, unmap_file },
    { "thp_fault_2M", 4, write_huge, map_huge, unmap },
    { 0 },
};
