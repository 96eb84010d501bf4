/* SPDX-License-Identifier: MIT */
#include "errors.h"

#define OP(command, ...)                                                   \
    ({                                                                     \
        struct mmuext_op op_ = { .cmd = command, __VA_ARGS__ };            \
                                                                           \
        report(CALL(mmuext_op, &op_, 1, 0, DOMID_SELF), "%s",              \
               "mmuext_op(" #command ", " #__VA_ARGS__ ")");               \
    })

static const char *const names[] = {
    "PIN_L1_TABLE", "PIN_L2_TABLE", "PIN_L3_TABLE", "PIN_L4_TABLE",
    "UNPIN_TABLE", "NEW_BASEPTR", "TLB_FLUSH_LOCAL", "INVLPG_LOCAL",
    "TLB_FLUSH_MULTI", "INVLPG_MULTI", "TLB_FLUSH_ALL", "INVLPG_ALL",
    "FLUSH_CACHE", "SET_LDT", "14", "NEW_USER_BASEPTR", "CLEAR_PAGE",
    "COPY_PAGE", "FLUSH_CACHE_GLOBAL", "MARK_SUPER", "UNMARK_SUPER", "21",
};

/* Every command with one value for all that it may look at. */
static void try_with(const char *kind, uint64_t first, uint64_t second)
{
    for (unsigned command = 0; command < sizeof names / sizeof *names;
         command++) {
        struct mmuext_op op = { .cmd = command };

        op.arg1.linear_addr = first;
        memcpy(&op.arg2, &second, sizeof second);
        report(CALL(mmuext_op, &op, 1, 0, DOMID_SELF),
               "mmuext_op(%s, %s)", names[command], kind);
    }
}

static void try_pointers(void)
{
    struct mmuext_op flush = { .cmd = MMUEXT_TLB_FLUSH_LOCAL };

    for (struct bad_pointer *bad = bad_pointers; bad->kind; bad++)
        report(CALL(mmuext_op, bad->address, 1, 0, DOMID_SELF),
               "mmuext_op(%s, 1)", bad->kind);
    for (struct bad_pointer *bad = bad_pointers; bad->kind; bad++)
        report(CALL(mmuext_op, &flush, 1, bad->address, DOMID_SELF),
               "mmuext_op(one, done %s)", bad->kind);
    TRY(mmuext_op, &flush, 1, read_only_page, DOMID_SELF);
    TRY(mmuext_op, UNMAPPED_VIRTUAL, 0, 0, DOMID_SELF);
    TRY(mmuext_op, UNMAPPED_VIRTUAL, 0x7fffffff, 0, DOMID_SELF);
    TRY(mmuext_op, UNMAPPED_VIRTUAL, 0x80000000, 0, DOMID_SELF);
    TRY(mmuext_op, UNMAPPED_VIRTUAL, 0xffffffff, 0, DOMID_SELF);
    TRY(mmuext_op, &flush, 1, 0, 0);
    TRY(mmuext_op, &flush, 1, 0, 7);
    TRY(mmuext_op, &flush, 1, 0, DOMID_IO);
    TRY(mmuext_op, &flush, 1, 0, DOMID_INVALID);
    OP(99, .arg1.mfn = 0);
    OP(0xffffffff, .arg1.mfn = 0);
}

/*
 * Nothing here takes a table from under the kernel's feet: Xen refuses that
 * by its count of types, and microxen has none.
 */
static void try_pages(void)
{
    char *page = page_new();
    uint64_t frame = mfn_of(page);
    uint64_t l4 = mfn_of((void *)start_info->pt_base);

    OP(MMUEXT_UNPIN_TABLE, .arg1.mfn = frame);
    OP(MMUEXT_PIN_L1_TABLE, .arg1.mfn = frame);         /* it is writable */
    OP(MMUEXT_PIN_L4_TABLE, .arg1.mfn = frame);
    OP(MMUEXT_CLEAR_PAGE, .arg1.mfn = frame);
    OP(MMUEXT_COPY_PAGE, .arg1.mfn = frame, .arg2.src_mfn = frame);
    OP(MMUEXT_COPY_PAGE, .arg1.mfn = frame, .arg2.src_mfn = NO_MFN);
    OP(MMUEXT_PIN_L1_TABLE, .arg1.mfn = l4);
    OP(MMUEXT_PIN_L4_TABLE, .arg1.mfn = l4);            /* it is pinned */
    OP(MMUEXT_NEW_BASEPTR, .arg1.mfn = l4);
    CALL(update_va_mapping, page, frame << PAGE_SHIFT | PTE_P | PTE_A,
         UVMF_INVLPG);
    OP(MMUEXT_PIN_L1_TABLE, .arg1.mfn = frame);     /* read-only now */
    OP(MMUEXT_PIN_L1_TABLE, .arg1.mfn = frame); /* again */
    OP(MMUEXT_PIN_L2_TABLE, .arg1.mfn = frame);
    OP(MMUEXT_CLEAR_PAGE, .arg1.mfn = frame);
    OP(MMUEXT_UNPIN_TABLE, .arg1.mfn = frame);
    OP(MMUEXT_UNPIN_TABLE, .arg1.mfn = frame);
}

static void try_ldt(void)
{
    uint64_t page = (uint64_t)page_new();

    OP(MMUEXT_SET_LDT, .arg1.linear_addr = page, .arg2.nr_ents = 8193);
    OP(MMUEXT_SET_LDT, .arg1.linear_addr = page + 8, .arg2.nr_ents = 1);
    OP(MMUEXT_SET_LDT, .arg1.linear_addr = XENS, .arg2.nr_ents = 1);
    OP(MMUEXT_SET_LDT, .arg1.linear_addr = NONCANONICAL, .arg2.nr_ents = 1);
    OP(MMUEXT_SET_LDT, .arg1.linear_addr = -4096ul, .arg2.nr_ents = 8192);
    OP(MMUEXT_SET_LDT, .arg1.linear_addr = page, .arg2.nr_ents = 0);
}

/* How many were done is told even if one fails. */
static void try_counts(void)
{
    struct mmuext_op ops[3] = { { .cmd = MMUEXT_TLB_FLUSH_LOCAL },
                                { .cmd = MMUEXT_TLB_FLUSH_LOCAL },
                                { .cmd = 99 } };
    unsigned done = 99;

    report(CALL(mmuext_op, ops, 3, &done, DOMID_SELF),
           "mmuext_op(2 good, 1 bad)");
    report(done, "mmuext_op(2 good, 1 bad), done");
    report(CALL(mmuext_op, ops, 2, &done, DOMID_SELF), "mmuext_op(2 good)");
    report(done, "mmuext_op(2 good), done");
    report(CALL(mmuext_op, ops, 0, &done, DOMID_SELF), "mmuext_op(none)");
    report(done, "mmuext_op(none), done");
}

void try_mmuext_op(void)
{
    try_pointers();
    try_with("no frame", NO_MFN, UNMAPPED_VIRTUAL);
    try_with("~0", ~0ul, ~0ul);
    try_with("non-canonical", NONCANONICAL, NONCANONICAL);
    try_pages();
    try_ldt();
    try_counts();
}
