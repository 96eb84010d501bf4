/* SPDX-License-Identifier: MIT */
/* What a debugger does: ptrace and the debug registers. */
#ifndef DEBUG_H
#define DEBUG_H

#include "common/check.h"

#include <sys/types.h>
#include <sys/user.h>

/* A tracee: a child that stops itself with SIGSTOP before `body`. */
struct tracee {
    pid_t pid;
    int status;                 /* of the last wait */
};

struct tracee start_tracee(void (*body)(void));

/* ptrace() with errno: 0 or an errno value, for requests without a result. */
int trace(int request, const struct tracee *tracee, uintptr_t address,
          uintptr_t data);

/* Resumes by `request` delivering `signal_number`, waits for the next stop. */
void resume(struct tracee *tracee, int request, int signal_number);

/* True while it has stopped rather than ended. */
bool is_stopped(const struct tracee *tracee);

void get_registers(const struct tracee *tracee,
                   struct user_regs_struct *registers);
int set_registers(const struct tracee *tracee,
                  const struct user_regs_struct *registers);

/* PEEKUSER and POKEUSER, the latter with its errno value. */
uint64_t peek_user(const struct tracee *tracee, size_t offset);
int poke_user(const struct tracee *tracee, size_t offset, uint64_t value);

/* Offsets for them. */
#define DEBUG_REGISTER(n) (offsetof(struct user, u_debugreg) + (n) * 8)
#define REGISTER(name) offsetof(struct user_regs_struct, name)

/* siginfo of the current stop, as describe_signal() has it. */
void describe_stop(const struct tracee *tracee, char *text, size_t size);

/* Kills and reaps it. */
void end_tracee(struct tracee *tracee);

void check_stepping(void);
void check_breakpoints(void);
void check_registers(void);
void check_system_call_stops(void);

#endif
