/* SPDX-License-Identifier: MIT */
#include "errors.h"

#define ONE(call, ...)                                                     \
    ({                                                                     \
        multicall_entry_t one_ = { .op = call, .result = 12345,            \
                                   .args = { __VA_ARGS__ } };              \
                                                                           \
        report(CALL(multicall, &one_, 1), "%s",                            \
               "multicall(" #call ")");                                    \
        report((long)one_.result, "%s", "multicall(" #call "), result");   \
    })

static void try_pointers(void)
{
    for (struct bad_pointer *bad = bad_pointers; bad->kind; bad++)
        report(CALL(multicall, bad->address, 1), "multicall(%s, 1)",
               bad->kind);
    TRY(multicall, UNMAPPED_VIRTUAL, 0);
    TRY(multicall, NONCANONICAL, 0);
    TRY(multicall, XENS, 0);
    TRY(multicall, UNMAPPED_VIRTUAL, 0xffffffff);
    TRY(multicall, 0, 0x100000000);
}

void try_multicall(void)
{
    multicall_entry_t nested = { .op = __HYPERVISOR_multicall };
    multicall_entry_t two[2] = {
        { .op = 63 }, { .op = __HYPERVISOR_sched_op },
    };

    try_pointers();
    ONE(__HYPERVISOR_sched_op, 0);
    ONE(11);
    ONE(63);
    ONE(~0ul);
    ONE(0x100000000);
    ONE(__HYPERVISOR_set_timer_op, 0);

    /* One that calls itself. */
    nested.args[0] = (unsigned long)&nested;
    nested.args[1] = 1;
    report(CALL(multicall, &nested, 1), "multicall(itself)");
    report((long)nested.result, "multicall(itself), result");
    report(CALL(multicall, two, 2), "multicall(a bad one, a good one)");
    report((long)two[0].result, "multicall(a bad one, a good one), first");
    report((long)two[1].result, "multicall(a bad one, a good one), second");

    /* The last of a page, and one more than there is. */
    multicall_entry_t *last = (multicall_entry_t *)(edge_page + PAGE_SIZE)
                              - 1;

    *last = (multicall_entry_t){ .op = __HYPERVISOR_sched_op, .result = 9 };
    report(CALL(multicall, last, 2), "multicall(up to the edge, 2)");
    report((long)last->result, "multicall(up to the edge, 2), result");
    memset(edge_page, 0xff, PAGE_SIZE);
    memset(&nested, 0, sizeof nested);
    TRY(multicall, read_only_page, 1);
}
