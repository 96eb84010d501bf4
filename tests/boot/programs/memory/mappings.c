/* SPDX-License-Identifier: MIT */
/* mmap, munmap, mprotect, mremap, madvise, mincore. */
#define _GNU_SOURCE
#include "common/check.h"
#include "memory.h"

#include <errno.h>
#include <setjmp.h>
#include <sys/mman.h>

enum { COUNT = 300 };

static sigjmp_buf escape;

static void escape_fault(int signal_number)
{
    siglongjmp(escape, signal_number);
}

/* 'r' readable, 'w' writable as well, '-' neither. */
static char probe(volatile char *address)
{
    struct sigaction action = { .sa_handler = escape_fault };
    sigaction(SIGSEGV, &action, NULL);
    if (sigsetjmp(escape, 1))
        return '-';
    char value = *address;
    if (sigsetjmp(escape, 1))
        return 'r';
    *address = value;
    return 'w';
}

static void probe_pages(char *pages, size_t count, char *text)
{
    for (size_t i = 0; i < count; i++)
        text[i] = probe(pages + i * PAGE);
    text[count] = '\0';
}

static void protections(void)
{
    static const int rights[] = {
        PROT_NONE, PROT_READ, PROT_READ | PROT_WRITE, PROT_READ | PROT_EXEC,
        PROT_WRITE, PROT_EXEC,
    };
    char *pages = map_pages(6), text[8];
    fill_pages(pages, 6, 9);
    for (int round = 0; round < 3; round++) {
        for (int i = 0; i < 6; i++)
            mprotect(pages + i * PAGE, PAGE, rights[(i + round) % 6]);
        probe_pages(pages, 6, text);
        observe_here("%s", text);
    }
    mprotect(pages, 6 * PAGE, PROT_READ | PROT_WRITE);
    observe_here("wrong %zu", wrong_pages(pages, 6, 9));
}

static void holes(void)
{
    char *pages = map_pages(8), text[10];
    fill_pages(pages, 8, 1);
    munmap(pages + PAGE, PAGE);
    munmap(pages + 4 * PAGE, 2 * PAGE);
    probe_pages(pages, 8, text);
    observe_here("%s", text);
    mmap(pages + PAGE, PAGE, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS |
         MAP_FIXED, -1, 0);
    probe_pages(pages, 8, text);
    observe_here("%s", text);
}

static void moves(void)
{
    char *pages = map_pages(COUNT);
    fill_pages(pages, COUNT, 4);
    char *moved = mremap(pages, COUNT * PAGE, 2 * COUNT * PAGE,
                         MREMAP_MAYMOVE);
    if (moved == MAP_FAILED)
        give_up("grow a mapping");
    size_t wrong = wrong_pages(moved, COUNT, 4);
    char *target = map_pages(COUNT);
    char *placed = mremap(moved, COUNT * PAGE, COUNT * PAGE,
                          MREMAP_MAYMOVE | MREMAP_FIXED, target);
    observe_here("grown wrong %zu, placed %s wrong %zu, old %c", wrong,
                 placed == target ? "there" : "elsewhere",
                 wrong_pages(placed, COUNT, 4), probe(moved));
    char *shrunk = mremap(placed, COUNT * PAGE, 10 * PAGE, 0);
    observe_here("shrunk wrong %zu, beyond %c",
                 wrong_pages(shrunk, 10, 4), probe(shrunk + 10 * PAGE));
}

static void discarded(void)
{
    char *pages = map_pages(COUNT);
    fill_pages(pages, COUNT, 4);
    int result = madvise(pages + 10 * PAGE, 20 * PAGE, MADV_DONTNEED);
    size_t zero = 0;
    for (int i = 10; i < 30; i++)
        zero += *(uint64_t *)(pages + i * PAGE) == 0;
    observe_here("%d zero %zu wrong %zu", result, zero,
                 wrong_pages(pages, COUNT, 4));
}

static void resident(void)
{
    unsigned char map[8];
    char *pages = map_pages(8), text[9] = "";
    pages[0] = pages[3 * PAGE] = pages[7 * PAGE] = 1;
    int result = mincore(pages, 8 * PAGE, map);
    for (int i = 0; i < 8; i++)
        text[i] = '0' + (map[i] & 1);
    observe_here("%d %s", result, text);
}

static void locked(void)
{
    char *pages = map_pages(16);
    unsigned char map[16];
    int result = mlock(pages, 16 * PAGE), count = 0;
    mincore(pages, 16 * PAGE, map);
    for (int i = 0; i < 16; i++)
        count += map[i] & 1;
    observe_here("%d resident %d", result, count);
}

/* Far apart: many upper-level tables come and go. */
static void sparse(void)
{
    enum { PLACES = 60 };
    size_t wrong = 0;
    for (int round = 0; round < 3; round++) {
        char *at[PLACES];
        for (uint64_t i = 0; i < PLACES; i++) {
            at[i] = mmap((void *)((i + 1) * 0x2040201000), PAGE,
                         PROT_READ | PROT_WRITE,
                         MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED_NOREPLACE,
                         -1, 0);
            if (at[i] == MAP_FAILED)
                give_up("map a far page");
            fill_pages(at[i], 1, i + round);
        }
        for (int i = 0; i < PLACES; i++) {
            wrong += wrong_pages(at[i], 1, i + round);
            munmap(at[i], PAGE);
        }
    }
    observe_here("wrong %zu", wrong);
}

/* Code that is written, then made executable, then changed. */
static void generated_code(void)
{
    uint8_t *page = map_pages(1);
    int results[3];
    for (int i = 0; i < 3; i++) {
        const uint8_t code[] = { 0xb8, 10 + i, 0, 0, 0, 0xc3 };
        mprotect(page, PAGE, PROT_READ | PROT_WRITE);
        memcpy(page, code, sizeof(code));
        mprotect(page, PAGE, PROT_READ | PROT_EXEC);
        results[i] = ((int (*)(void))page)();
    }
    observe_here("%d %d %d", results[0], results[1], results[2]);
}

static void bad_arguments(void)
{
    char *pages = map_pages(1);
    observe_here("%d %d %d %d",
                 munmap(pages + 1, PAGE) ? errno : 0,
                 mprotect((void *)0x10000, PAGE, PROT_READ) ? errno : 0,
                 mmap((void *)0xffff800000000000, PAGE, PROT_READ,
                      MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0) ==
                 MAP_FAILED ? errno : 0,
                 mmap(NULL, PAGE, PROT_READ, MAP_PRIVATE, 99, 0) ==
                 MAP_FAILED ? errno : 0);
}

static void huge_pages(void)
{
    enum { HUGE = 2 << 20 };
    char *area = mmap(NULL, 4 * HUGE, PROT_READ | PROT_WRITE,
                      MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    char *aligned = (char *)(((uintptr_t)area + HUGE - 1) &
                             ~(uintptr_t)(HUGE - 1));
    int advised = madvise(aligned, HUGE, MADV_HUGEPAGE) ? errno : 0;
    fill_pages(aligned, 512, 3);
    mprotect(aligned + 100 * PAGE, PAGE, PROT_READ);
    observe_here("advice %s, wrong %zu, %c%c", advised ? strerror(advised) :
                 "taken", wrong_pages(aligned, 512, 3),
                 probe(aligned + 99 * PAGE), probe(aligned + 100 * PAGE));
}

void check_mappings(void)
{
    check("protections", protections);
    check("holes", holes);
    check("moves", moves);
    check("discarded", discarded);
    check("mincore", resident);
    check("mlock", locked);
    check("sparse", sparse);
    check("generated-code", generated_code);
    check("bad-arguments", bad_arguments);
    check("huge-pages", huge_pages);
}
