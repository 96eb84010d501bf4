/* SPDX-License-Identifier: MIT */
/* What the first vCPU is struck in by NMIs. */
#include "run/snippet.h"

    SNIPPETS_BEGIN
SNIPPET spin                            /* it says so at RAX */
    movb    $1, (%rax)
    pause
    cmpb    $0, 1(%rax)                 /* and ends when it is told to */
    je      snippet_spin
    ud2
    SNIPPETS_END

    .section .note.GNU-stack, "", @progbits
