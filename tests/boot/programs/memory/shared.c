/* SPDX-License-Identifier: MIT */
/* Shared mappings: anonymous, of files, of other processes. */
#define _GNU_SOURCE
#include "common/check.h"
#include "memory.h"

#include <errno.h>
#include <sys/ipc.h>
#include <sys/mman.h>
#include <sys/shm.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/wait.h>

enum { COUNT = 64 };

static void *map_shared(int file)
{
    void *pages = mmap(NULL, COUNT * PAGE, PROT_READ | PROT_WRITE,
                       MAP_SHARED | (file < 0 ? MAP_ANONYMOUS : 0), file, 0);
    if (pages == MAP_FAILED)
        give_up("map shared memory");
    return pages;
}

static void anonymous(void)
{
    void *pages = map_shared(-1);
    if (fork() == 0) {
        fill_pages(pages, COUNT, 8);
        _exit(0);
    }
    wait(NULL);
    observe_here("wrong %zu", wrong_pages(pages, COUNT, 8));
}

/* One file through two mappings, a private one, and read(). */
static void of_file(void)
{
    int file = memfd_create("check", 0);
    uint64_t *buffer = map_pages(COUNT);
    if (file < 0 || ftruncate(file, COUNT * PAGE))
        give_up("make a file");
    void *one = map_shared(file), *two = map_shared(file);
    void *private = mmap(NULL, COUNT * PAGE, PROT_READ | PROT_WRITE,
                         MAP_PRIVATE, file, 0);
    fill_pages(one, COUNT, 7);
    size_t wrong = wrong_pages(two, COUNT, 7) + wrong_pages(private, COUNT, 7);
    fill_pages(private, COUNT, 6);
    ssize_t length = pread(file, buffer, COUNT * PAGE, 0);
    observe_here("wrong %zu, read %zd wrong %zu, private wrong %zu", wrong,
                 length, wrong_pages(buffer, COUNT, 7),
                 wrong_pages(private, COUNT, 6));
}

static void system_v(void)
{
    int id = shmget(IPC_PRIVATE, COUNT * PAGE, IPC_CREAT | 0600);
    if (id < 0) {
        observe_here("%s", strerror(errno));
        return;
    }
    void *one = shmat(id, NULL, 0), *two = shmat(id, NULL, 0);
    shmctl(id, IPC_RMID, NULL);
    fill_pages(one, COUNT, 2);
    observe_here("wrong %zu", wrong_pages(two, COUNT, 2));
}

/* The kernel reads and writes another process's pages. */
static void other_process(void)
{
    void *pages = map_pages(COUNT), *copy = map_pages(COUNT);
    int ends[2];
    char byte;
    fill_pages(pages, COUNT, 1);
    if (pipe(ends))
        give_up("make a pipe");
    pid_t child = fork();
    if (child == 0) {
        fill_pages(pages, COUNT, 2);
        if (write(ends[1], "x", 1) != 1)
            _exit(1);
        for (;;)
            pause();
    }
    if (read(ends[0], &byte, 1) != 1)
        give_up("read");
    struct iovec local = { copy, COUNT * PAGE };
    struct iovec remote = { pages, COUNT * PAGE };
    ssize_t length = process_vm_readv(child, &local, 1, &remote, 1, 0);
    observe_here("%zd wrong %zu, own wrong %zu", length,
                 wrong_pages(copy, COUNT, 2), wrong_pages(pages, COUNT, 1));
    kill(child, SIGKILL);
}

void check_shared_memory(void)
{
    check("shared-anonymous", anonymous);
    check("shared-file", of_file);
    check("shared-system-v", system_v);
    check("other-process", other_process);
}
