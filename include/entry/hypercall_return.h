/* SPDX-License-Identifier: MIT */
/*
 * How hypercalls that are answered in assembly end; RAX is the result.  By
 * the transfer page they end otherwise (page_return.h).
 */
#if defined(__ASSEMBLER__) && !defined(ENTRY_HYPERCALL_RETURN_H)
#define ENTRY_HYPERCALL_RETURN_H

#include <entry/template.h>

.macro HYPERCALL_RETURN
    USING_VCPU_INFO 1, cmpw $1, VCPU_INFO(pending) /* and not masked */
    je      hypercall_event
    WITH_REAL_FLAG 0, jump=return_with_flag
    sti
    jmp     *%rcx
    int3                                /* room for that jump */
    int3
.endm

#endif
