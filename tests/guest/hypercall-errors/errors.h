/* SPDX-License-Identifier: MIT */
#ifndef ERRORS_H
#define ERRORS_H

#include "guest.h"

/* An address that no hypercall may take for an argument, and its kind. */
struct bad_pointer {
    const char *kind;
    uint64_t address;
};

/* The last has no kind. */
extern struct bad_pointer bad_pointers[];

/* A page, readable and writable, and behind it nothing. */
extern char *edge_page;
/* A page that is mapped without write permission. */
extern char *read_only_page;

/* A frame that no machine has, and one that the domain doesn't. */
#define NO_MFN    0x000fffffffffful
#define WILD      (UNMAPPED_VIRTUAL + 0x12345678)
#define XENS      0xffff830000001000ul
#define NONCANONICAL 0x0000800000000000ul

/* name(words of the call): result */
#define TRY(call, ...) \
    report(CALL(call, __VA_ARGS__), "%s", #call "(" #__VA_ARGS__ ")")
#define TRY_SIGN(call, ...) \
    report_sign(CALL(call, __VA_ARGS__), "%s", #call "(" #__VA_ARGS__ ")")

/* The same with an argument structure, of which fields are given. */
#define TRY_OP(call, command, type, ...)                                   \
    TRY_NAMED(#call "(" #command ", " #__VA_ARGS__ ")", call, command,     \
              type, __VA_ARGS__)
#define TRY_NAMED(name, call, command, type, ...)                          \
    ({                                                                     \
        static type op_;                                                   \
                                                                           \
        op_ = (type){ __VA_ARGS__ };                                       \
        report_sign(CALL(call, command, &op_), "%s", name);                \
        op_;                                                               \
    })

/* A hypercall's commands, named by their numbers; NULL: there is none. */
struct commands {
    const char *call;
    unsigned long number;
    unsigned pointer;           /* which argument it is, from 1 */
    unsigned nr;
    const char *const *names;
};

/* Every command with every bad pointer; a command unknown, and huge. */
void try_commands(const struct commands *commands);

#define TRY_COMMANDS(call_, pointer_, ...)                                 \
    ({                                                                     \
        static const char *const names_[] = { __VA_ARGS__ };               \
                                                                           \
        try_commands(&(struct commands){                                   \
            #call_, __HYPERVISOR_##call_, pointer_,                        \
            sizeof names_ / sizeof *names_, names_ });                     \
    })

void try_callbacks(void);
void try_compat(void);
void try_console_io(void);
void try_cpu_state(void);
void try_event_channels(void);
void try_every_operation(void);
void try_memory_op(void);
void try_misdirected(void);
void try_mmu_update(void);
void try_mmuext_op(void);
void try_multicall(void);
void try_numbers(void);
void try_other_domains(void);
void try_own_grants(void);
void try_physdev_op(void);
void try_platform_op(void);
void try_sched_op(void);
void try_va_mapping(void);
void try_vcpu_op(void);
void try_xen_version(void);

#endif
