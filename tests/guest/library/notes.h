/* SPDX-License-Identifier: MIT */
/* Xen's notes (public/elfnote.h), for assembly: XEN_NOTE type, directive. */
#define __ASSEMBLY__                    /* as Xen's headers ask for */
#include <xen/elfnote.h>

.macro XEN_NOTE type, description:vararg
    .pushsection .note.Xen, "a", @note
    .balign 4
    .long   2f - 1f, 4f - 3f, \type
1:  .asciz  "Xen"
2:  .balign 4
3:  \description
4:  .balign 4
    .popsection
.endm
