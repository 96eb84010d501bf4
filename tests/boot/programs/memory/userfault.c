/* SPDX-License-Identifier: MIT */
/* Faults handled by the program itself. */
#define _GNU_SOURCE
#include "common/check.h"
#include "memory.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/userfaultfd.h>
#include <pthread.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/syscall.h>

enum { COUNT = 32 };

static int fault_descriptor;
static int served;

static void *serve(void *unused)
{
    static char page[PAGE] __attribute__((aligned(PAGE)));
    struct uffd_msg message;
    (void)unused;
    while (read(fault_descriptor, &message, sizeof(message)) > 0) {
        struct uffdio_copy copy = {
            .dst = message.arg.pagefault.address & ~(uint64_t)(PAGE - 1),
            .src = (uintptr_t)page, .len = PAGE,
        };
        page[0] = 'a' + served++ % 26;
        ioctl(fault_descriptor, UFFDIO_COPY, &copy);
    }
    return NULL;
}

static void user_fault(void)
{
    struct uffdio_api api = { .api = UFFD_API };
    char *pages = map_pages(COUNT), text[COUNT + 1] = "";
    pthread_t thread;
    fault_descriptor = syscall(SYS_userfaultfd, O_CLOEXEC);
    if (fault_descriptor < 0) {
        observe_here("%s", strerror(errno));
        return;
    }
    struct uffdio_register range = {
        .range = { (uintptr_t)pages, COUNT * PAGE },
        .mode = UFFDIO_REGISTER_MODE_MISSING,
    };
    if (ioctl(fault_descriptor, UFFDIO_API, &api) ||
        ioctl(fault_descriptor, UFFDIO_REGISTER, &range))
        give_up("register a range");
    pthread_create(&thread, NULL, serve, NULL);
    for (int i = 0; i < COUNT; i++)
        text[i] = pages[i * PAGE];
    observe_here("%s, served %d", text, served);
}

static int repaired;
static char *guarded;

static void unprotect(int signal_number, siginfo_t *information,
                      void *context)
{
    char *page = (char *)((uintptr_t)information->si_addr &
                          ~(uintptr_t)(PAGE - 1));
    (void)signal_number;
    (void)context;
    if (page < guarded || page >= guarded + 1000 * PAGE)
        _exit(9);
    repaired++;
    mprotect(page, PAGE, PROT_READ | PROT_WRITE);
}

/* A garbage collector's write barrier: a fault and an mprotect per page. */
static void write_barrier(void)
{
    guarded = map_pages(1000);
    fill_pages(guarded, 1000, 1);
    mprotect(guarded, 1000 * PAGE, PROT_READ);
    handle(SIGSEGV, unprotect);
    fill_pages(guarded, 1000, 2);
    observe_here("repaired %d, wrong %zu", repaired,
                 wrong_pages(guarded, 1000, 2));
}

void check_user_faults(void)
{
    check("userfaultfd", user_fault);
    check("write-barrier", write_barrier);
}
