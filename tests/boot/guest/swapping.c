/* SPDX-License-Identifier: MIT */
/*
 * swapping MIB: does memory come back from swap as it was?
 *
 * MIB of it, more than there is RAM for, is written by a process whose
 * child then reads it and writes to half of it while the parent does so to
 * the other half; each then finds its own. Once in large pages,
 * which have to be taken apart on their way out, once in small ones.
 *
 * Prints "swapped", or what was wrong with status 1.
 */
#define _GNU_SOURCE
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

enum { PAGE = 4096, HUGE = 2 << 20 };

static size_t pages;
static char *memory;

static void give_up(const char *what)
{
    perror(what);
    exit(2);
}

/* A page's word, each at another place in it. */
static uint64_t *word(size_t page)
{
    return (uint64_t *)(memory + page * PAGE + page % 512 * 8);
}

static void write_every(size_t first, size_t step, uint64_t what)
{
    for (size_t page = first; page < pages; page += step)
        *word(page) = what + page;
}

static void check_every(const char *who, size_t first, size_t step,
                        uint64_t what)
{
    for (size_t page = first; page < pages; page += step)
        if (*word(page) != what + page) {
            printf("%s: page %zu holds %#lx\n", who, page, *word(page));
            exit(1);
        }
}

static void map(int advice)
{
    char *place = mmap(NULL, pages * PAGE + HUGE, PROT_READ | PROT_WRITE,
                       MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

    if (place == MAP_FAILED)
        give_up("mmap");
    memory = (char *)(((uintptr_t)place + HUGE - 1)
                      & ~(uintptr_t)(HUGE - 1));
    if (madvise(memory, pages * PAGE, advice))
        give_up("madvise");
}

static void share(void)
{
    pid_t child = fork();
    int status;

    if (child < 0)
        give_up("fork");
    if (child == 0) {
        check_every("child, the parent's", 1, 2, 1000000000);
        write_every(0, 2, 2000000000);
        check_every("child, its own", 0, 2, 2000000000);
        check_every("child, still the parent's", 1, 2, 1000000000);
        exit(0);
    }
    write_every(1, 2, 3000000000);
    if (waitpid(child, &status, 0) != child || status)
        exit(1);
    check_every("parent, the child's", 0, 2, 1000000000);
    check_every("parent, its own", 1, 2, 3000000000);
}

int main(int argc, char **argv)
{
    static const int advice[] = { MADV_HUGEPAGE, MADV_NOHUGEPAGE };

    pages = argc > 1 ? (size_t)atoi(argv[1]) << 8 : 0;
    for (unsigned i = 0; i < sizeof advice / sizeof *advice; i++) {
        map(advice[i]);
        write_every(0, 1, 1000000000);
        check_every("written", 0, 1, 1000000000);
        share();
        munmap(memory, pages * PAGE);
    }
    printf("swapped\n");
    return 0;
}
