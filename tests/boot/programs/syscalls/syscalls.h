/* SPDX-License-Identifier: MIT */
/* The ways into the kernel and back: one group of checks per file. */
#ifndef SYSCALLS_H
#define SYSCALLS_H

void check_syscall_flags(void);
void check_syscall_registers(void);
void check_syscall_borders(void);
void check_syscall_restart(void);
void check_interrupted_registers(void);

#endif
