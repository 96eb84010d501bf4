/* SPDX-License-Identifier: MIT */
/* What hypercalls do with their arguments before anything else. */
#ifndef HYPERCALL_ARGUMENT_H
#define HYPERCALL_ARGUMENT_H

#include <xen/errno.h>
#include <lib/guest_access.h>
#include <machine/layout.h>

static inline bool is_canonical(uint64_t address)
{
    return (uint64_t)((int64_t)(address << 16) >> 16) == address;
}

static inline bool is_ours(uint64_t address)
{
    return address >= OUR_VIRT_START && address < OUR_VIRT_END;
}

/* Where a guest may have something; Xen's test of handles to arrays. */
static inline bool is_guest_address(uint64_t address)
{
    return is_canonical(address) && !is_ours(address);
}

/*
 * The cases of a switch over sub-operations: read the argument structure at
 * guest address `pointer`, call the function, and for those that answer in
 * it, write it back if all went well.
 */
#define CASE_IN(command, type, function, pointer)                       \
    case command: {                                                     \
        type op;                                                        \
                                                                        \
        if (!GUEST_READ(&op, pointer))                                  \
            return -XEN_EFAULT;                                         \
        return function(&op);                                           \
    }

#define CASE_IN_OUT(command, type, function, pointer)                   \
    case command: {                                                     \
        type op;                                                        \
        long result;                                                    \
                                                                        \
        if (!GUEST_READ(&op, pointer))                                  \
            return -XEN_EFAULT;                                         \
        result = function(&op);                                         \
        if (result >= 0 && !GUEST_WRITE(pointer, &op))                  \
            return -XEN_EFAULT;                                         \
        return result;                                                  \
    }

#endif
