/* SPDX-License-Identifier: MIT */
/* How hypercalls that are answered in assembly end; RAX is the result. */
#ifdef __ASSEMBLER__

#include <entry/template.h>

.macro HYPERCALL_RETURN
    USING_VCPU_INFO 1, cmpw $1, VCPU_INFO(pending) /* and not masked */
    je      hypercall_event
    sti
    jmp     *%rcx
.endm

#endif
