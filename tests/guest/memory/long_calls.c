/* SPDX-License-Identifier: MIT */
/* So many requests that Xen stops in between, and failures among them. */
#include "memory.h"

#include <xen/version.h>

#define MANY 5000
#define BAD_AT 3210
#define NO_FRAME 0x000ffffffffff000ul

static mmu_update_t updates[MANY];
static struct mmuext_op ops[MANY];
static struct multicall_entry calls[MANY];

/* The same entry again and again, of two pages in turn. */
static void fill_updates(void)
{
    uint64_t entry = machine_address(page_entry(SCRATCH_VIRTUAL, 1));
    uint64_t flags = PTE_P | PTE_RW | PTE_US | PTE_A | PTE_D;
    uint64_t a = mfn_of(page_new()), b = mfn_of(page_new());

    for (unsigned i = 0; i < MANY; i++)
        updates[i] = (mmu_update_t){
            .ptr = entry | MMU_NORMAL_PT_UPDATE,
            .val = (i % 2 ? b : a) << PAGE_SHIFT | flags,
        };
}

static bool is_there(unsigned i)
{
    return !((*page_entry(SCRATCH_VIRTUAL, 1) ^ updates[i].val) & PTE_FRAME);
}

static void test_mmu_update(void)
{
    unsigned done = 77;

    look_at(mfn_of(page_new()));
    fill_updates();
    report(CALL(mmu_update, updates, MANY, &done, DOMID_SELF),
           "mmu_update, many");
    print("mmu_update, done: %u", done);
    print("mmu_update, the last one is there: %s", yes(is_there(MANY - 1)));
    updates[BAD_AT].ptr = NO_FRAME;
    report(CALL(mmu_update, updates, MANY, &done, DOMID_SELF),
           "mmu_update, one wrong");
    print("mmu_update, done before it: %u", done);
    print("mmu_update, the one before it is there: %s",
          yes(is_there(BAD_AT - 1)));
}

static void test_mmuext_op(void)
{
    unsigned done = 77;

    for (unsigned i = 0; i < MANY; i++)
        ops[i] = (struct mmuext_op){ .cmd = MMUEXT_INVLPG_LOCAL,
                                     .arg1.linear_addr = SCRATCH_VIRTUAL };
    report(CALL(mmuext_op, ops, MANY, &done, DOMID_SELF), "mmuext_op, many");
    print("mmuext_op, done: %u", done);
    ops[BAD_AT].cmd = 999;
    report(CALL(mmuext_op, ops, MANY, &done, DOMID_SELF),
           "mmuext_op, one wrong");
    print("mmuext_op, done before it: %u", done);
}

static unsigned count_results(unsigned long result)
{
    unsigned nr = 0;

    for (unsigned i = 0; i < MANY; i++)
        nr += calls[i].result == result;
    return nr;
}

static void test_multicall(void)
{
    unsigned long version = (unsigned long)CALL(xen_version, XENVER_version,
                                                0);

    for (unsigned i = 0; i < MANY; i++)
        calls[i] = (struct multicall_entry){ .op = __HYPERVISOR_xen_version };
    report(CALL(multicall, calls, MANY), "multicall, many");
    print("multicall, versions: %u", count_results(version));
    calls[BAD_AT].op = 999;
    calls[BAD_AT + 1].args[0] = 999;
    calls[BAD_AT + 2] = (struct multicall_entry){
        .op = __HYPERVISOR_multicall, .args = { (unsigned long)calls, 1 },
    };
    report(CALL(multicall, calls, MANY), "multicall, three wrong");
    print("multicall, versions with them: %u", count_results(version));
    for (unsigned i = BAD_AT; i < BAD_AT + 3; i++)
        report((long)calls[i].result, "multicall, number %u", i);
}

/* A batch in a batch, which both are long. */
static void test_batch_in_multicall(void)
{
    static unsigned done = 77;

    updates[BAD_AT] = updates[BAD_AT - 2];
    for (unsigned i = 0; i < 2; i++)
        calls[i] = (struct multicall_entry){
            .op = __HYPERVISOR_mmu_update,
            .args = { (unsigned long)updates, MANY, (unsigned long)&done,
                      DOMID_SELF },
        };
    report(CALL(multicall, calls, 2), "long batches in a multicall");
    report((long)calls[0].result, "the first of them");
    report((long)calls[1].result, "the second of them");
    print("the second's requests done: %u", done);
}

void test_long_calls(void)
{
    test_mmu_update();
    test_mmuext_op();
    test_multicall();
    test_batch_in_multicall();
}
