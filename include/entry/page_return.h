/* SPDX-License-Identifier: MIT */
/*
 * hypercall_return.h for hypercalls that came by the transfer page: the
 * kernel's return address is on its stack, and RCX and R11 are its own.
 */
#if defined(__ASSEMBLER__) && !defined(ENTRY_HYPERCALL_RETURN_H)
#define ENTRY_HYPERCALL_RETURN_H

#include <entry/template.h>

.macro HYPERCALL_RETURN
    USING_VCPU_INFO 1, cmpw $1, VCPU_INFO(pending)
    je      page_event
    sti
    ret
.endm

#endif
