/* SPDX-License-Identifier: MIT */
/* Returning from signals with frames that a handler has changed. */
#ifndef SIGRETURN_H
#define SIGRETURN_H

#include <stdbool.h>
#include <stdint.h>

/* Where a changed frame may continue. */
enum destination {
    HERE,                       /* behind the instruction that trapped */
    CODE_32,                    /* code that fits either mode, below 4 GiB */
    NULL_POINTER,
    LAST_USER_PAGE,
    ABOVE_USER,
    NON_CANONICAL,
    KERNEL,
    HYPERVISOR,
    VSYSCALL,
    DESTINATIONS,
};

struct change {
    const char *name;
    uint16_t cs, ss;            /* 0xffff: as it is */
    uint64_t flags;             /* 0: as they are */
    enum destination destination;
    uint64_t stack;             /* 0: as it is */
    bool without_ss;            /* clear UC_SIGCONTEXT_SS */
    bool relaxed_ss;            /* clear UC_STRICT_RESTORE_SS */
};

/* Takes a signal, returns with the change, and observes what follows. */
void return_with(const struct change *change);

void check_changed_frames(void);
void check_floating_point_frames(void);
void check_random_frames(void);

#endif
