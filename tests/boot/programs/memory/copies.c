/* SPDX-License-Identifier: MIT */
/* Copy on write over fork, in both directions, and trees of forks. */
#define _GNU_SOURCE
#include "common/check.h"
#include "memory.h"

#include <sys/mman.h>
#include <sys/wait.h>

enum { COUNT = 512 };

static void child_writes(void)
{
    void *pages = map_pages(COUNT);
    int status;
    fill_pages(pages, COUNT, 1);
    if (fork() == 0) {
        int bad = wrong_pages(pages, COUNT, 1) != 0;
        fill_pages(pages, COUNT, 2);
        bad |= wrong_pages(pages, COUNT, 2) != 0;
        _exit(bad);
    }
    wait(&status);
    observe_here("child bad %d, parent wrong %zu", WEXITSTATUS(status),
                 wrong_pages(pages, COUNT, 1));
}

static void parent_writes(void)
{
    void *pages = map_pages(COUNT);
    int ends[2], status;
    fill_pages(pages, COUNT, 1);
    if (pipe(ends))
        give_up("make a pipe");
    if (fork() == 0) {
        char byte;
        if (read(ends[0], &byte, 1) != 1)
            _exit(2);
        _exit(wrong_pages(pages, COUNT, 1) != 0);
    }
    fill_pages(pages, COUNT, 3);
    if (write(ends[1], "x", 1) != 1)
        give_up("write");
    wait(&status);
    observe_here("child bad %d, parent wrong %zu", WEXITSTATUS(status),
                 wrong_pages(pages, COUNT, 3));
}

/* Each level forks, writes, checks; depth and width are small but multiply. */
static int tree(void *pages, int depth)
{
    enum { WIDTH = 3 };
    int bad = 0, status;
    fill_pages(pages, 32, depth);
    if (depth == 0)
        return wrong_pages(pages, 32, 0) != 0;
    for (int i = 0; i < WIDTH; i++)
        if (fork() == 0)
            _exit(tree(pages, depth - 1));
    while (wait(&status) > 0)
        bad |= status != 0;
    return bad | (wrong_pages(pages, 32, depth) != 0);
}

static void fork_tree(void)
{
    observe_here("bad %d", tree(map_pages(32), 4));
}

/* A read fault maps the zero page; a write must then replace it. */
static void zero_page(void)
{
    volatile uint64_t *page = map_pages(64);
    uint64_t sum = 0;
    for (int i = 0; i < 64; i++)
        sum += page[i * PAGE / 8];
    for (int i = 0; i < 64; i++)
        page[i * PAGE / 8] = i;
    volatile uint64_t *other = map_pages(64);
    for (int i = 0; i < 64; i++)
        sum += other[i * PAGE / 8];
    observe_here("%llu", (unsigned long long)sum);
}

/* Kernel writes to pages shared with a child must copy as well. */
static void kernel_writes(void)
{
    char *page = map_pages(1);
    int ends[2], status;
    strcpy(page, "before");
    if (pipe(ends) || write(ends[1], "after!", 7) != 7)
        give_up("prepare a pipe");
    if (fork() == 0)
        _exit(read(ends[0], page, 7) != 7 || strcmp(page, "after!"));
    wait(&status);
    observe_here("child bad %d, parent has %s", WEXITSTATUS(status), page);
}

static void written_then_protected(void)
{
    void *pages = map_pages(COUNT);
    int status;
    fill_pages(pages, COUNT, 5);
    mprotect(pages, COUNT * PAGE, PROT_READ);
    if (fork() == 0) {
        mprotect(pages, COUNT * PAGE, PROT_READ | PROT_WRITE);
        fill_pages(pages, COUNT, 6);
        _exit(wrong_pages(pages, COUNT, 6) != 0);
    }
    wait(&status);
    observe_here("child bad %d, parent wrong %zu", WEXITSTATUS(status),
                 wrong_pages(pages, COUNT, 5));
}

void check_copy_on_write(void)
{
    check("child-writes", child_writes);
    check("parent-writes", parent_writes);
    check("fork-tree", fork_tree);
    check("zero-page", zero_page);
    check("kernel-writes", kernel_writes);
    check("written-then-protected", written_then_protected);
}
