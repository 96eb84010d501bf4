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
 * STAC before; SYSCALL has cleared AC since.  AC means nothing in ring 0
 * where CR4 hasn't SMAP: there is no need to look.
 */
static void allow_user_access(void)
{
    if (features.smap)
        __asm__ volatile ("stac" : : : "memory");
}

static void forbid_user_access(void)
{
    if (features.smap)
        __asm__ volatile ("clac" : : : "memory");
}

/* Returns the bytes that were not copied. */
static size_t copy_checked(void *to, const void *from, size_t size)
{
    allow_user_access();
    __asm__ volatile ("1: rep movsb\n\t"
                      "2:\n\t"
                      FAULT_FIXUP(1b, 2b)
                      : "+D" (to), "+S" (from), "+c" (size) : : "memory");
    forbid_user_access();
    return size;
}

static bool is_guests(uint64_t address, size_t size)
{
    return address + size >= address
           && (address + size <= OUR_VIRT_START || address >= OUR_VIRT_END);
}

bool copy_any_from_guest(void *to, uint64_t from, size_t size)
{
    return is_guests(from, size)
           && copy_checked(to, (const void *)from, size) == 0;
}

bool copy_any_to_guest(uint64_t to, const void *from, size_t size)
{
    return is_guests(to, size) && copy_checked((void *)to, from, size) == 0;
}
