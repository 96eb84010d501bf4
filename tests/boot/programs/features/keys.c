/* SPDX-License-Identifier: MIT */
/* Protection keys. */
#define _GNU_SOURCE
#include "common/fault.h"
#include "features.h"

#include <errno.h>
#include <sched.h>
#include <sys/mman.h>
#include <sys/wait.h>

static uint64_t *keyed_page(int *key, unsigned int rights)
{
    uint64_t *page = mmap(NULL, 4096, PROT_READ | PROT_WRITE,
                          MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    page[0] = 5;
    *key = pkey_alloc(0, rights);
    if (*key < 0) {
        observe_here("no keys: %s", strerror(errno));
        exit(0);
    }
    if (pkey_mprotect(page, 4096, PROT_READ | PROT_WRITE, *key))
        give_up("protect with a key");
    return page;
}

static void key_fault(int signal_number, siginfo_t *information, void *context)
{
    char text[250], name[40];
    (void)signal_number;
    describe_signal(name, sizeof(name), information);
    describe_fault(text, sizeof(text), information, context,
                   (uintptr_t)information->si_addr);
    observe_here("%s key %u %s", name, information->si_pkey, text);
    _exit(0);
}

static void access_denied(void)
{
    int key;
    volatile uint64_t *page = keyed_page(&key, PKEY_DISABLE_ACCESS);
    handle(SIGSEGV, key_fault);
    observe_here("read %llu", (unsigned long long)page[0]);
}

static void write_denied(void)
{
    int key;
    volatile uint64_t *page = keyed_page(&key, PKEY_DISABLE_WRITE);
    handle(SIGSEGV, key_fault);
    observe_here("read %llu", (unsigned long long)page[0]);
    page[0] = 6;
    observe_here("written");
}

/* The kernel honours the keys too when it copies for the program. */
static void kernel_access(void)
{
    int key, ends[2];
    uint64_t *page = keyed_page(&key, PKEY_DISABLE_ACCESS);
    if (pipe(ends))
        give_up("make a pipe");
    ssize_t result = write(ends[1], page, 8);
    observe_here("%zd %s", result, result < 0 ? strerror(errno) : "");
}

static void allowed_again(void)
{
    int key;
    volatile uint64_t *page = keyed_page(&key, PKEY_DISABLE_ACCESS);
    pkey_set(key, 0);
    page[0]++;
    observe_here("%llu, rights %d", (unsigned long long)page[0],
                 pkey_get(key));
}

/* PKRU is per thread and survives switches and signals. */
static void over_switches(void)
{
    int key, status, wrong = 0;
    keyed_page(&key, 0);
    run_on_first_cpu();
    for (int i = 0; i < 4; i++) {
        if (fork() != 0)
            continue;
        pkey_set(key, i);
        int bad = 0;
        for (int round = 0; round < 1000; round++) {
            sched_yield();
            bad |= pkey_get(key) != i;
        }
        _exit(bad);
    }
    while (wait(&status) > 0)
        wrong += status != 0;
    observe_here("wrong in %d", wrong);
}

static void execute_only(void)
{
    uint8_t *page = mmap(NULL, 4096, PROT_READ | PROT_WRITE,
                         MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    page[0] = 0xc3;
    mprotect(page, 4096, PROT_EXEC);
    ((void (*)(void))page)();
    handle(SIGSEGV, key_fault);
    observe_here("executed");
    observe_here("read %d", *(volatile uint8_t *)page);
}

void check_protection_keys(void)
{
    check("key-access", access_denied);
    check("key-write", write_denied);
    check("key-kernel-access", kernel_access);
    check("key-allowed", allowed_again);
    check("key-switches", over_switches);
    check("key-execute-only", execute_only);
}
