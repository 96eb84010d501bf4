/* SPDX-License-Identifier: MIT */
/* INT n, of which a handler's DPL says who may use it. */
#include "traps.h"

extern const char snippet_ints[];

#define INT_SIZE    4                   /* and its UD2 */
#define NR_VECTORS  256
#define GENERAL_PROTECTION 13

/* Exceptions with an error code, which INT n has not: their stubs take it. */
#define WITH_ERROR  0x60227d00u

static void install(unsigned dpl)
{
    static trap_info_t table[NR_VECTORS + 1];

    for (unsigned i = 0; i < NR_VECTORS; i++)
        table[i] = (trap_info_t){
            .vector = (uint8_t)i, .flags = (uint8_t)dpl,
            .cs = FLAT_KERNEL_CS, .address = trap_stub(i),
        };
    /* The last entry, of zeros, ends the table. */
    CALL(set_trap_table, table);
}

static bool has_error(unsigned vector)
{
    return vector < 32 && WITH_ERROR >> vector & 1;
}

enum outcome { HANDLER, REFUSED, OTHER };

static enum outcome outcome_of(unsigned vector, uint64_t code)
{
    const struct trap_frame *frame = &seen[0].frame;

    if (nr_seen == 1 && frame->vector == vector && frame->error == 0
        && frame->rip == code + 2)
        return HANDLER;
    if (nr_seen == 1 && frame->vector == GENERAL_PROTECTION
        && frame->error == vector * 8 + 2 && frame->rip == code)
        return REFUSED;
    return OTHER;
}

static enum outcome try(unsigned vector, bool user)
{
    const char *snippet = snippet_ints + vector * INT_SIZE;

    if (user) {
        run_in_user(user_context(snippet));
        return outcome_of(vector, USER_ADDRESS(snippet));
    }
    run_in_kernel(snippet, 0, false);
    return outcome_of(vector, (uint64_t)snippet);
}

/* From which n on it is so. */
static void try_all(const char *name, unsigned first, unsigned dpl, bool user)
{
    static const char *const outcomes[] = { "its handler", "#GP",
                                            "something else" };
    enum outcome last = OTHER;

    install(dpl);
    for (unsigned vector = first; vector < NR_VECTORS; vector++) {
        enum outcome is;

        if (has_error(vector))
            continue;
        is = try(vector, user);
        if (vector == first || is != last)
            print("INT n, %s, DPL %u, from n = %u: %s", name, dpl, vector,
                  outcomes[is]);
        last = is;
    }
    traps_install(0);
}

void test_ints(void)
{
    try_all("user", 0, 0, true);
    try_all("user", 0, 3, true);
    /* In ring 0 those below are exceptions, whatever their DPL. */
    try_all("kernel", 32, 3, false);
}
