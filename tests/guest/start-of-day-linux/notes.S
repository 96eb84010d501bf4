/* SPDX-License-Identifier: MIT */
#include "notes.h"

    XEN_NOTE XEN_ELFNOTE_INIT_P2M, .quad 0x8000000000
    XEN_NOTE XEN_ELFNOTE_MOD_START_PFN, .quad 1
    XEN_NOTE XEN_ELFNOTE_HV_START_LOW, .quad 0xffff800000000000
    XEN_NOTE XEN_ELFNOTE_SUSPEND_CANCEL, .long 1

    .section .note.GNU-stack, "", @progbits
