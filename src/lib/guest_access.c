/* SPDX-License-Identifier: MIT */
#include <lib/guest_access.h>

#include <machine/features.h>
#include <machine/layout.h>
#include <machine/x86.h>

/* An instruction that may fault, and where to go on: from this field. */
struct fixup {
    int32_t instruction;
    int32_t target;
};

extern const struct fixup fault_fixups_start[], fault_fixups_end[];

#define FIXUP(from, to)                         \
    ".pushsection .fault_fixups, \"a\"\n\t"     \
    ".long " #from " - .\n\t"                   \
    ".long " #to " - .\n\t"                     \
    ".popsection\n\t"

uint64_t fault_fixup(uint64_t rip)
{
    for (const struct fixup *f = fault_fixups_start;
         f < fault_fixups_end; f++)
        if ((uint64_t)&f->instruction + (uint64_t)(int64_t)f->instruction
            == rip)
            return (uint64_t)&f->target + (uint64_t)(int64_t)f->target;
    return 0;
}

/*
 * The kernel may pass a user program's buffer (privcmd), and did its own
 * STAC before; SYSCALL has cleared AC since.
 */
static void allow_user_access(void)
{
    if (read_cr4() & CR4_SMAP)
        __asm__ volatile ("stac" : : : "memory");
}

static void forbid_user_access(void)
{
    if (read_cr4() & CR4_SMAP)
        __asm__ volatile ("clac" : : : "memory");
}

/* Returns the bytes that were not copied. */
static size_t copy_checked(void *to, const void *from, size_t size)
{
    allow_user_access();
    __asm__ volatile ("1: rep movsb\n\t"
                      "2:\n\t"
                      FIXUP(1b, 2b)
                      : "+D" (to), "+S" (from), "+c" (size) : : "memory");
    forbid_user_access();
    return size;
}

static bool is_guests(uint64_t address, size_t size)
{
    return address + size >= address
           && (address + size <= OUR_VIRT_START || address >= OUR_VIRT_END);
}

bool copy_from_guest(void *to, uint64_t from, size_t size)
{
    return is_guests(from, size)
           && copy_checked(to, (const void *)from, size) == 0;
}

bool copy_to_guest(uint64_t to, const void *from, size_t size)
{
    return is_guests(to, size) && copy_checked((void *)to, from, size) == 0;
}

bool read_checked(const uint64_t *from, uint64_t *value)
{
    bool done = false;

    __asm__ volatile ("1: mov %2, %0\n\t"
                      "movb $1, %1\n\t"
                      "2:\n\t"
                      FIXUP(1b, 2b)
                      : "=&r" (*value), "+r" (done) : "m" (*from));
    return done;
}

bool write_checked(uint64_t *to, uint64_t value)
{
    bool done = false;

    __asm__ volatile ("1: mov %2, %0\n\t"
                      "movb $1, %1\n\t"
                      "2:\n\t"
                      FIXUP(1b, 2b)
                      : "=m" (*to), "+r" (done) : "r" (value) : "memory");
    return done;
}

bool compare_exchange_checked(uint64_t *to, uint64_t *expected,
                              uint64_t value)
{
    bool done = false;

    __asm__ volatile ("1: lock cmpxchg %3, %0\n\t"
                      "sete %1\n\t"
                      "2:\n\t"
                      FIXUP(1b, 2b)
                      : "+m" (*to), "+r" (done), "+a" (*expected)
                      : "r" (value) : "memory", "cc");
    return done;
}
