/* SPDX-License-Identifier: MIT */
/*
 * A small PV kernel.  It is linked to the high half like Linux, makes its
 * hypercalls by SYSCALL, and prints by CONSOLEIO_write.  A behaviour is one
 * guest_main(); what it prints is the same on real Xen, but for what
 * docs/abi.md lists.
 */
#ifndef GUEST_H
#define GUEST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <xen/xen.h>
#include <xen/errno.h>

#define PAGE_SIZE  4096ul
#define PAGE_SHIFT 12

/* The test.  The machine restarts when it returns. */
void guest_main(void);

/* ---- What the kernel started with. */

struct start_registers {
    uint64_t rax, rcx, rdx, rbx, rbp, rsi, rdi, rsp;
    uint64_t r8, r9, r10, r11, r12, r13, r14, r15;
    uint64_t cs, ss, ds, es, fs, gs;
    uint64_t rflags;
};

extern const struct start_registers start_registers;
extern const struct start_info *start_info;
extern struct shared_info *shared_info;         /* mapped by the library */
extern char guest_end[];                        /* behind the kernel */

/* ---- Hypercalls.  Arguments may be integers or pointers. */

long hypercall(unsigned long number, unsigned long a1, unsigned long a2,
               unsigned long a3, unsigned long a4, unsigned long a5);
long hypercall_by_page(unsigned long number, unsigned long a1,
                       unsigned long a2, unsigned long a3, unsigned long a4,
                       unsigned long a5);

#define CALL(number, ...) CALL_PADDED(number, __VA_ARGS__, 0, 0, 0, 0, 0)
#define CALL_PADDED(number, a1, a2, a3, a4, a5, ...)                       \
    hypercall(__HYPERVISOR_##number, (unsigned long)(a1),                  \
              (unsigned long)(a2), (unsigned long)(a3),                    \
              (unsigned long)(a4), (unsigned long)(a5))

_Noreturn void shut_down(unsigned reason);

/* ---- Output, a line a call: the newline is added. */

__attribute__((format(printf, 1, 2)))
void print(const char *format, ...);            /* %s %c %d %u %x, l, %02x */

/* "name: result", the result by its errno's name. */
__attribute__((format(printf, 2, 3)))
void report(long result, const char *format, ...);

/* The same where a success has no value to compare: "> 0". */
__attribute__((format(printf, 2, 3)))
void report_sign(long result, const char *format, ...);

/* ---- Exceptions. */

struct trap_frame {
    uint64_t r15, r14, r13, r12, r11, r10, r9, r8;
    uint64_t rdi, rsi, rbp, rbx, rdx, rcx, rax;
    uint64_t vector, error;
    uint64_t rip, cs, rflags, rsp, ss;
};

/* The RFLAGS that the last handler was entered with. */
extern uint64_t trap_rflags;

/* Called for each; false: unexpected, the kernel says so and ends. */
typedef bool trap_handler(struct trap_frame *frame);
extern trap_handler *on_trap;

/*
 * The library's handler of a vector, 0 to 255.  It does for callbacks too:
 * their struct trap_frame then has that number as its vector.
 */
uint64_t trap_stub(unsigned vector);

/*
 * Give Xen handlers of all exceptions, and of INT 0x80; `flags` as in struct
 * trap_info.
 */
void traps_install(unsigned flags);


/* ---- Memory. */

#define PTE_P   0x001ul
#define PTE_RW  0x002ul
#define PTE_US  0x004ul
#define PTE_A   0x020ul
#define PTE_D   0x040ul
#define PTE_PS  0x080ul
#define PTE_NX  (1ul << 63)
#define PTE_FRAME 0x000ffffffffff000ul

/* A new page, zeroed, of which there are not many. */
void *page_new(void);

/* Of a page in the kernel's own mapping; and the reverse. */
uint64_t mfn_of(const void *page);
void *page_of_mfn(uint64_t mfn);

/* Let `virtual` have this entry, tables above it made on demand. */
void page_map(uint64_t virtual, uint64_t pte);

/* The entry of a level (1 to 4) that belongs to `virtual`, or NULL. */
uint64_t *page_entry(uint64_t virtual, unsigned level);
uint64_t machine_address(const void *place);

/* The first is mapped, the other never. */
#define SCRATCH_VIRTUAL  0xffffc90000000000ul
#define UNMAPPED_VIRTUAL 0xffffd00000000000ul

/* ---- Time. */

#define MS 1000000ul                    /* in ns */

/* System time, in ns, as shared_info has it for the first vCPU. */
uint64_t now(void);

/* ---- The usual. */

void *memset(void *to, int byte, size_t size);
void *memcpy(void *to, const void *from, size_t size);
int memcmp(const void *a, const void *b, size_t size);
int strcmp(const char *a, const char *b);
size_t strlen(const char *text);

#endif
