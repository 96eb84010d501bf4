/* SPDX-License-Identifier: MIT */
/*
 * What the 32-bit checks have in place of a C library: Debian has no 32-bit
 * one without multiarch, and the checks want the bare system calls anyway.
 */
#ifndef RUNTIME_H
#define RUNTIME_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <asm/unistd_32.h>

enum { EINTR_32 = 4 };          /* errno.h needs a C library */

/*
 * A way into the kernel, to be called with registers as for INT 0x80. See
 * entries.S.
 */
typedef void kernel_entry(void);
kernel_entry enter_by_int80, enter_by_vdso, enter_by_sysenter,
    enter_by_syscall;

/* Makes a system call that way. The result is the kernel's: -errno if bad. */
long call_through(kernel_entry *entry, long number, long a, long b, long c,
                  long d, long e, long f);

/* The same by INT 0x80, for all that isn't to be checked itself. */
#define CALL6(number, a, b, c, d, e, f) \
    call_through(enter_by_int80, (number), (long)(a), (long)(b), (long)(c), \
                 (long)(d), (long)(e), (long)(f))
#define CALL3(number, a, b, c) CALL6(number, a, b, c, 0, 0, 0)
#define CALL2(number, a, b) CALL3(number, a, b, 0)
#define CALL1(number, a) CALL2(number, a, 0)
#define CALL0(number) CALL1(number, 0)

/* Registers as a program has them, in the order that entries.S knows. */
struct registers {
    uint32_t eax, ebx, ecx, edx, esi, edi, ebp, flags;
    uint32_t stack_moved;       /* output only: by how much ESP is off */
    uint32_t cs, ss, ds, es, fs, gs;        /* output only */
};

/* Loads `before`, calls the entry, stores to `after`. */
void registers_over(kernel_entry *entry, const struct registers *before,
                    struct registers *after);

/* AT_SYSINFO: the vdso's __kernel_vsyscall, 0 if there is none. */
extern uint32_t vdso_entry;

/* Observations: formats know %s, %d, %x. See common/check.h. */
void observe(const char *name, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
void observe_here(const char *format, ...)
    __attribute__((format(printf, 1, 2)));
void check(const char *name, void (*body)(void));
void exit_now(int status) __attribute__((noreturn));
void give_up(const char *what) __attribute__((noreturn));

/* Writes to `text` (`size` bytes) what the format says; ends with 0. */
void format_text(char *text, size_t size, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

void *map_memory(uintptr_t address, size_t size, int protection);

void *memset(void *to, int byte, size_t size);
void *memcpy(void *to, const void *from, size_t size);

/* Each file's checks. */
void check_entries(void);
void check_faults(void);
void check_signals(void);
void check_thread_areas(void);
void check_local_descriptors(void);
void check_mixed_mode(void);

#endif
