/* SPDX-License-Identifier: MIT */
/* What assists allow or not.  RAX is what C passes. */
#include "run/snippet.h"

    SNIPPETS_BEGIN
SNIPPET ud
    ud2
SNIPPET read
    mov     (%rax), %rbx
    ud2
SNIPPET write                           /* eight bytes, as they are */
    mov     (%rax), %rbx
    mov     %rbx, (%rax)
    ud2
SNIPPET exchange
    mov     (%rax), %rbx
    xchg    %rbx, (%rax)
    ud2
SNIPPET in
    in      $0x80, %al
    ud2
SNIPPET flags                           /* as a program sees them */
    pushf
    pop     %rbx
    ud2
    SNIPPETS_END

    .section .note.GNU-stack, "", @progbits
