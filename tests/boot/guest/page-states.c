/* SPDX-License-Identifier: MIT */
/*
 * page-states: does what the kernel keeps in entries of page tables beside
 * the frame, and does to them behind a program's back, come out right?
 *
 * Faults on missing and on protected pages that the program itself serves;
 * soft-dirty bits; merging of pages; a debugger's writes to pages that are
 * shared; huge pages of hugetlbfs. Prints one line for each, or what was
 * wrong with status 1.
 */
#define _GNU_SOURCE
#include "thread.h"

#include <fcntl.h>
#include <linux/userfaultfd.h>
#include <poll.h>
#include <signal.h>
#include <stdint.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

enum { PAGE = 4096, PAGES = 1024, HUGE = 2 << 20 };

#define WORD(memory, page) \
    (*(volatile uint64_t *)((memory) + (size_t)(page) * PAGE))

static void expect(const char *what, int page, uint64_t value, uint64_t right)
{
    if (value == right)
        return;
    printf("%s: page %d has %#lx, not %#lx\n", what, page, value, right);
    exit(1);
}

static char *map(int flags)
{
    char *place = mmap(NULL, PAGES * PAGE, PROT_READ | PROT_WRITE,
                       MAP_ANONYMOUS | flags, -1, 0);

    if (place == MAP_FAILED)
        give_up("mmap");
    return place;
}

static void fill(char *memory, uint64_t what)
{
    for (int page = 0; page < PAGES; page++)
        WORD(memory, page) = what + page;
}

static void check(const char *when, char *memory, uint64_t what)
{
    for (int page = 0; page < PAGES; page++)
        expect(when, page, WORD(memory, page), what + page);
}

static void set(const char *path, const char *value)
{
    int file = open(path, O_WRONLY);

    if (file >= 0 && write(file, value, strlen(value)) < 0
        && errno != EOPNOTSUPP)         /* no huge pages: 5.10 and 6.1 */
        give_up(path);
    if (file >= 0)
        close(file);
}

/* A number in a file; -1: there is no such file. */
static long get(const char *path)
{
    FILE *file = fopen(path, "r");
    long value = -1;

    if (!file)
        return -1;
    if (fscanf(file, "%ld", &value) != 1)
        give_up(path);
    fclose(file);
    return value;
}

static int faults;
static volatile int nr_missing, nr_protected;   /* another thread counts */

/* A page that is missing gets 7000 + its number; protection is taken off. */
static void serve_one(const struct uffd_msg *message, char *memory)
{
    static uint64_t page[PAGE / 8] __attribute__((aligned(PAGE)));
    uint64_t at = message->arg.pagefault.address & ~(uint64_t)(PAGE - 1);

    if (message->arg.pagefault.flags & UFFD_PAGEFAULT_FLAG_WP) {
        struct uffdio_writeprotect writable = { .range = { at, PAGE } };

        nr_protected++;
        if (ioctl(faults, UFFDIO_WRITEPROTECT, &writable))
            give_up("UFFDIO_WRITEPROTECT");
        return;
    }
    struct uffdio_copy copy = { .dst = at, .src = (uintptr_t)page,
                                .len = PAGE };

    nr_missing++;
    page[0] = 7000 + (at - (uintptr_t)memory) / PAGE;
    if (ioctl(faults, UFFDIO_COPY, &copy))
        give_up("UFFDIO_COPY");
}

static void *serve(void *memory)
{
    struct uffd_msg message;

    while (read(faults, &message, sizeof message) > 0)
        serve_one(&message, memory);
    return NULL;
}

static void own_faults(void)
{
    struct uffdio_api api = { .api = UFFD_API,
                              .features = UFFD_FEATURE_PAGEFAULT_FLAG_WP };
    char *memory = map(MAP_PRIVATE);
    struct uffdio_register area = {
        .range = { (uintptr_t)memory, PAGES * PAGE },
        .mode = UFFDIO_REGISTER_MODE_MISSING | UFFDIO_REGISTER_MODE_WP,
    };
    struct uffdio_writeprotect protect = {
        .range = area.range, .mode = UFFDIO_WRITEPROTECT_MODE_WP,
    };

    faults = (int)syscall(SYS_userfaultfd, O_CLOEXEC);
    if (faults < 0 || ioctl(faults, UFFDIO_API, &api)
        || ioctl(faults, UFFDIO_REGISTER, &area))
        give_up("userfaultfd");
    start_thread(serve, memory);
    check("served", memory, 7000);
    fill(memory, 8000);
    expect("missing", -1, (uint64_t)nr_missing, PAGES);
    expect("not protected", -1, (uint64_t)nr_protected, 0);
    if (ioctl(faults, UFFDIO_WRITEPROTECT, &protect))
        give_up("UFFDIO_WRITEPROTECT");
    check("protected", memory, 8000);
    fill(memory, 9000);
    check("written", memory, 9000);
    expect("protected", -1, (uint64_t)nr_protected, PAGES);
    printf("own faults: %d missing, %d protected\n", nr_missing,
           nr_protected);
}

static int is_soft_dirty(int pagemap, const char *memory, int page)
{
    uint64_t entry;

    if (pread(pagemap, &entry, sizeof entry,
              ((uintptr_t)memory / PAGE + page) * 8) != sizeof entry)
        give_up("pagemap");
    return entry >> 55 & 1;
}

static void soft_dirty(void)
{
    char *memory = map(MAP_PRIVATE);
    int pagemap = open("/proc/self/pagemap", O_RDONLY);

    madvise(memory, PAGES * PAGE, MADV_NOHUGEPAGE);
    fill(memory, 100);
    if (!is_soft_dirty(pagemap, memory, 0)) {
        printf("soft-dirty: this kernel can't\n");
        return;
    }
    for (int turn = 0; turn < 3; turn++) {
        set("/proc/self/clear_refs", "4");
        for (int page = turn; page < PAGES; page += 3)
            WORD(memory, page) = 100 + page;
        for (int page = 0; page < PAGES; page++)
            expect("soft-dirty", page, is_soft_dirty(pagemap, memory, page),
                   page % 3 == turn);
    }
    check("soft-dirty", memory, 100);
    printf("soft-dirty: right\n");
}

#define KSM "/sys/kernel/mm/ksm/"

/* Until a file's number is `least`, or for a minute. */
static long wait_for(const char *path, long least)
{
    long value;

    for (int i = 0; i < 600 && (value = get(path)) < least; i++)
        usleep(100000);
    return value;
}

static void merged(void)
{
    char *memory = map(MAP_PRIVATE);

    if (get(KSM "run") < 0) {
        printf("merged: this kernel can't\n");
        return;
    }
    set(KSM "pages_to_scan", "10000");
    set(KSM "sleep_millisecs", "10");
    set(KSM "run", "1");
    memset(memory, 0x5a, PAGES * PAGE);
    if (madvise(memory, PAGES * PAGE, MADV_MERGEABLE))
        give_up("MADV_MERGEABLE");
    if (wait_for(KSM "pages_sharing", PAGES / 2) < PAGES / 2) {
        printf("merged: not more than %ld\n", get(KSM "pages_sharing"));
        exit(1);
    }
    for (int page = 0; page < PAGES; page++)
        expect("merged", page, WORD(memory, page), 0x5a5a5a5a5a5a5a5a);
    fill(memory, 500);
    check("written after merging", memory, 500);
    memset(memory, 0xa5, PAGES * PAGE);
    wait_for(KSM "pages_sharing", PAGES / 2);
    set(KSM "run", "2");                /* takes all apart */
    for (int page = 0; page < PAGES; page++)
        expect("unmerged", page, WORD(memory, page), 0xa5a5a5a5a5a5a5a5);
    printf("merged: and taken apart\n");
}

/* The child's pages are the parent's until the debugger writes to them. */
static void poked(void)
{
    char *memory = map(MAP_PRIVATE);
    int status;
    pid_t child;

    fill(memory, 10000);
    if (mprotect(memory, PAGES * PAGE, PROT_READ))
        give_up("mprotect");
    child = fork();
    if (child == 0) {
        ptrace(PTRACE_TRACEME, 0, 0, 0);
        raise(SIGSTOP);
        for (int page = 0; page < PAGES; page++)
            if (WORD(memory, page) != (page % 2 ? 10000ul : 20000ul) + page)
                _exit(1);
        _exit(0);
    }
    if (waitpid(child, &status, 0) != child || !WIFSTOPPED(status))
        give_up("PTRACE_TRACEME");
    for (int page = 0; page < PAGES; page += 2)
        if (ptrace(PTRACE_POKEDATA, child, memory + (size_t)page * PAGE,
                   20000l + page))
            give_up("PTRACE_POKEDATA");
    for (int page = 0; page < PAGES; page++)
        expect("peeked", page,
               (uint64_t)ptrace(PTRACE_PEEKDATA, child,
                                memory + (size_t)page * PAGE, 0),
               (page % 2 ? 10000 : 20000) + page);
    check("poked, the parent's", memory, 10000);
    ptrace(PTRACE_CONT, child, 0, 0);
    waitpid(child, &status, 0);
    expect("poked, the child", -1, (uint64_t)status, 0);
    printf("poked: right\n");
}

static void hugetlb(void)
{
    char *memory;
    int status;
    pid_t child;

    set("/proc/sys/vm/nr_hugepages", "8");
    memory = mmap(NULL, PAGES * PAGE, PROT_READ | PROT_WRITE,
                  MAP_PRIVATE | MAP_ANONYMOUS | MAP_HUGETLB, -1, 0);
    if (memory == MAP_FAILED) {
        printf("hugetlb: there are none\n");
        return;
    }
    fill(memory, 30000);
    child = fork();
    if (child == 0) {
        check("hugetlb, the child", memory, 30000);
        fill(memory, 40000);
        check("hugetlb, the child's own", memory, 40000);
        exit(0);
    }
    waitpid(child, &status, 0);
    expect("hugetlb, the child", -1, (uint64_t)status, 0);
    check("hugetlb, the parent", memory, 30000);
    printf("hugetlb: right\n");
}

int main(void)
{
    setvbuf(stdout, NULL, _IOLBF, 0);
    own_faults();
    soft_dirty();
    merged();
    poked();
    hugetlb();
    return 0;
}
