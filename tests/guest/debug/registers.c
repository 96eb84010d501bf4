/* SPDX-License-Identifier: MIT */
/* The registers: what is read of what was written, by either way. */
#include "debug.h"

#define X(name) extern const char snippet_##name[]
X(to_dr0); X(to_dr6); X(to_dr7); X(from_dr0); X(from_dr6); X(from_dr7);

static void test_hypercalls(void)
{
    static const unsigned long values[] = {
        0, 0x400, 0x155, 0xaa, 0x300, 0xffff0ff0, 0xf000f, 0xd0000,
    };

    for (unsigned reg = 0; reg < 8; reg++) {
        CALL(set_debugreg, reg, 0);
        print("DR%u: %lx", reg, CALL(get_debugreg, reg));
    }
    for (unsigned i = 0; i < sizeof values / sizeof *values; i++) {
        CALL(set_debugreg, 0, values[i]);
        CALL(set_debugreg, 6, values[i]);
        report(CALL(set_debugreg, 7, values[i]), "DR7 of %lx", values[i]);
        print("DR0, 6, 7 of %lx: %lx %lx %lx", values[i],
              CALL(get_debugreg, 0), CALL(get_debugreg, 6),
              CALL(get_debugreg, 7));
        CALL(set_debugreg, 7, 0);
    }
    CALL(set_debugreg, 0, 0);
}

static void write(const char *name, const char *snippet, uint64_t value)
{
    run_in_kernel(snippet, value, false);
    print("%s, kernel: vector %lu", name, seen[0].frame.vector);
    run_in_user(user_context(snippet));
    print("%s, user: vector %lu error %lx", name, seen[0].frame.vector,
          seen[0].frame.error);
}

static void read(const char *name, const char *snippet)
{
    run_in_kernel(snippet, 0, false);
    print("%s, kernel: vector %lu, %lx", name, seen[0].frame.vector,
          seen[0].frame.rbx);
    run_in_user(user_context(snippet));
    print("%s, user: vector %lu error %lx", name, seen[0].frame.vector,
          seen[0].frame.error);
}

/* Bits of a type, of a breakpoint that is off. */
static void test_moves(void)
{
    write("MOV to DR0", snippet_to_dr0, 0x1234);
    write("MOV to DR6", snippet_to_dr6, DR6_NONE | 1);
    write("MOV to DR7", snippet_to_dr7, DR7_NONE | 0xd0000);
    print("DR0, 6, 7 of MOV: %lx %lx %lx", CALL(get_debugreg, 0),
          CALL(get_debugreg, 6), CALL(get_debugreg, 7));
    read("MOV from DR0", snippet_from_dr0);
    read("MOV from DR6", snippet_from_dr6);
    read("MOV from DR7", snippet_from_dr7);
}

void test_registers(void)
{
    test_hypercalls();
    test_moves();
}
