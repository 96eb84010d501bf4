/* SPDX-License-Identifier: MIT */
/*
 * The cases of a hypercall's switch over sub-operations: read the argument
 * structure at guest address `pointer`, call the function, and for those
 * that answer in it, write it back if all went well.
 */
#ifndef HYPERCALL_ARGUMENT_H
#define HYPERCALL_ARGUMENT_H

#include <xen/errno.h>
#include <lib/guest_access.h>

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
