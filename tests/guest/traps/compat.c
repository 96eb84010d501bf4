/* SPDX-License-Identifier: MIT */
/* Exceptions of 32-bit programs, those above all that others can't raise. */
#include "traps.h"

#define X(name) extern const char snippet_##name##_32[]
X(bound); X(into); X(bp); X(aam); X(de); X(ds); X(les); X(lss); X(lret); X(ac);
X(mf); X(read); X(cli); X(to_64);

/* exceptions.c has set this GDT. */
#define NO_SUCH_SELECTOR 0x1233
#define ABSENT_SELECTOR  0x000b

static const struct {
    const char *name, *snippet;
    uint64_t rax;
} cases[] = {
    { "bound", snippet_bound_32, 0 },
    { "into", snippet_into_32, 0 },
    { "int3", snippet_bp_32, 0 },
    { "aam of 0", snippet_aam_32, 0 },
    { "divide by 0", snippet_de_32, 0 },
    { "no such selector", snippet_ds_32, NO_SUCH_SELECTOR },
    { "absent segment", snippet_ds_32, ABSENT_SELECTOR },
    { "les of an absent segment", snippet_les_32, ABSENT_SELECTOR },
    { "lss of an absent segment", snippet_lss_32, ABSENT_SELECTOR },
    { "lss of NUL", snippet_lss_32, 3 },
    { "lret to no such selector", snippet_lret_32, NO_SUCH_SELECTOR },
    { "lret to a stack segment", snippet_lret_32, USER_SS },
    { "lret to the kernel's selector", snippet_lret_32, KERNEL_CS },
    { "alignment", snippet_ac_32, 0 },
    { "x87", snippet_mf_32, 0 },
    { "read of nothing", snippet_read_32, USER_UNMAPPED },
    { "read at the top", snippet_read_32, 0xfffffffe },
    { "cli", snippet_cli_32, 0 },
    /* The last one: its RBX is looked at. */
    { "lret to 64 bits", snippet_to_64_32, USER_CS },
};

static const char *name_of(const char *name)
{
    static char text[64] = "32-bit ";

    memcpy(text + 7, name, strlen(name) + 1);
    return text;
}

void test_compat(void)
{
    traps_install(0);
    for (unsigned i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct run_context context = user_context(cases[i].snippet);

        context.cs = USER_CS32;
        context.rax = cases[i].rax;
        run_in_user(context);
        print_seen(name_of(cases[i].name), context.rip, context.rsp);
    }
    print("32-bit lret to 64 bits, RBX: %lx", seen[0].frame.rbx);
}
