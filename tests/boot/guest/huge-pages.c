/* SPDX-License-Identifier: MIT */
/*
 * huge-pages: does memory keep what was written to it when the kernel makes
 * pages of 2 MiB, takes them apart, shares and merges them?
 *
 * Each page holds its own number. What is done: fork and copy on write,
 * mprotect of parts, giving parts back, mremap, swapping out as far as there
 * is room, MADV_MERGEABLE, and, on kernels that have it, MADV_COLLAPSE.
 *
 * Prints "huge N KiB", or what was wrong with status 1.
 */
#define _GNU_SOURCE
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#ifndef MADV_COLLAPSE
#define MADV_COLLAPSE 25
#endif
#ifndef MADV_PAGEOUT
#define MADV_PAGEOUT 21
#endif

enum { PAGE = 4096, PAGES = 16384, HUGE = 2 << 20, STEP = 512 };

static char *memory;

static void give_up(const char *what)
{
    perror(what);
    exit(2);
}

static uint64_t *word(int page)
{
    return (uint64_t *)(memory + (size_t)page * PAGE + page % STEP * 8);
}

static void fill(uint64_t what)
{
    for (int page = 0; page < PAGES; page++)
        *word(page) = what + page;
}

/* Pages [first, end) hold their numbers, or 0 if `or_zero`. */
static void check(const char *when, uint64_t what, int first, int end,
                  int or_zero)
{
    for (int page = first; page < end; page++) {
        uint64_t value = *word(page);

        if (value == what + page || (or_zero && value == 0))
            continue;
        printf("%s: page %d holds %#lx\n", when, page, value);
        exit(1);
    }
}

/* The field of /proc/self/smaps for what is mapped, in KiB. */
static long huge_kib(void)
{
    FILE *smaps = fopen("/proc/self/smaps", "r");
    char line[256];
    long sum = 0, kib;

    if (!smaps)
        give_up("smaps");
    while (fgets(line, sizeof line, smaps))
        if (sscanf(line, "AnonHugePages: %ld", &kib) == 1)
            sum += kib;
    fclose(smaps);
    return sum;
}

static void map(void)
{
    char *place = mmap(NULL, (size_t)PAGES * PAGE + HUGE,
                       PROT_READ | PROT_WRITE,
                       MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

    if (place == MAP_FAILED)
        give_up("mmap");
    memory = (char *)(((uintptr_t)place + HUGE - 1)
                      & ~(uintptr_t)(HUGE - 1));
    if (madvise(memory, (size_t)PAGES * PAGE, MADV_HUGEPAGE))
        give_up("MADV_HUGEPAGE");
}

/* A child writes to every other page, its parent to the others. */
static void copy_on_write(void)
{
    pid_t child = fork();
    int status;

    if (child < 0)
        give_up("fork");
    for (int page = child == 0; page < PAGES; page += 2)
        *word(page) = (child ? 2000000 : 1000000) + page;
    for (int page = child == 0; page < PAGES; page++) {
        uint64_t own = page % 2 == (child == 0);
        uint64_t expected = own ? (child ? 2000000 : 1000000) : 3000000;

        if (*word(page) != expected + page) {
            printf("copy on write: page %d holds %#lx\n", page, *word(page));
            exit(1);
        }
    }
    if (child == 0)
        _exit(0);
    if (waitpid(child, &status, 0) != child || status)
        exit(1);
}

static void take_apart(void)
{
    for (int page = 3; page < PAGES; page += STEP) {
        char *at = memory + (size_t)page * PAGE;

        if (mprotect(at, PAGE, PROT_READ) || mprotect(at, PAGE, PROT_READ
                                                      | PROT_WRITE))
            give_up("mprotect");
        if (madvise(at + 5 * PAGE, 7 * PAGE, MADV_DONTNEED))
            give_up("MADV_DONTNEED");
    }
}

/* The upper half goes elsewhere and comes back. */
static void move(void)
{
    size_t half = (size_t)PAGES * PAGE / 2;
    char *place = mmap(NULL, half, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS,
                       -1, 0);

    if (place == MAP_FAILED
        || mremap(memory + half, half, half, MREMAP_MAYMOVE | MREMAP_FIXED,
                  place) == MAP_FAILED
        || mremap(place, half, half, MREMAP_MAYMOVE | MREMAP_FIXED,
                  memory + half) == MAP_FAILED)
        give_up("mremap");
}

int main(void)
{
    size_t size = (size_t)PAGES * PAGE;
    long huge;

    map();
    fill(3000000);
    huge = huge_kib();
    copy_on_write();
    fill(4000000);
    take_apart();
    check("taken apart", 4000000, 0, PAGES, 1);
    fill(5000000);
    move();
    check("moved", 5000000, 0, PAGES, 0);
    madvise(memory, size, MADV_PAGEOUT);
    check("paged out", 5000000, 0, PAGES, 0);
    madvise(memory, size, MADV_COLLAPSE);
    check("collapsed", 5000000, 0, PAGES, 0);
    madvise(memory, size, MADV_MERGEABLE);
    memset(memory, 7, size);
    sleep(2);
    for (size_t i = 0; i < size; i += 8)
        if (*(uint64_t *)(memory + i) != 0x0707070707070707) {
            printf("merged: byte %#zx is wrong\n", i);
            return 1;
        }
    fill(6000000);
    check("merged", 6000000, 0, PAGES, 0);
    printf("huge %ld KiB\n", huge);
    return 0;
}
