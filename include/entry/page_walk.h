/* SPDX-License-Identifier: MIT */
/*
 * Page tables in assembly, by the direct map.  Needs template.h; the constants
 * are in hot_va_mapping.S.
 */
#ifdef __ASSEMBLER__

/* The L4 that is loaded. */
.macro LOADED_TABLE register
    mov     %cr3, \register
    and     frame_mask(%rip), \register
    add     direct_map(%rip), \register
.endm

/*
 * From an entry to the table that it points to; `other`: to none.  Without P
 * the sum borrows, and sets it.
 */
.macro NEXT_TABLE register, other
    and     frame_p_and_ps(%rip), \register
    add     direct_map_less_p(%rip), \register
    test    $(PTE_P | PTE_PS), \register
    jnz     \other
.endm

#endif
