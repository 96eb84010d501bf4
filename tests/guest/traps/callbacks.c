/* SPDX-License-Identifier: MIT */
/* System calls: SYSCALL, SYSENTER, INT 0x80, from 64- and 32-bit code. */
#include "traps.h"

#include <xen/callback.h>

#define X(name) extern const char snippet_##name[]
X(syscall); X(sysenter); X(syscall_32); X(int80_32); X(ud_32); X(flags);

extern const char callback_of_linux[], callback_negative[],
    callback_other_order[], callback_pops_alone[], callback_other_registers[];

static void register_address(uint16_t type, uint64_t address, uint16_t flags)
{
    struct callback_register reg = {
        .type = type, .flags = flags, .address = address,
    };

    if (CALL(callback_op, CALLBACKOP_register, &reg))
        print("callback_op, type %u: failed", type);
}

static void register_callback(uint16_t type, unsigned vector, uint16_t flags)
{
    register_address(type, trap_stub(vector), flags);
}

static void try(const char *name, const char *snippet, bool is_32bit,
                bool masked)
{
    struct run_context context = user_context(snippet);

    if (is_32bit)
        context.cs = USER_CS32;
    if (masked)
        context.rflags &= ~RFLAGS_IF;
    run_in_user(context);
    print_seen(name, context.rip, context.rsp);
    print("%s, rcx: %s", name, seen[0].frame.rcx == seen[0].frame.rip
                               ? "the RIP" : "not the RIP");
    print("%s, r11: %s", name,
          (seen[0].frame.r11 | RFLAGS_IF) ==
          (seen[0].frame.rflags | RFLAGS_IF) ? "the RFLAGS"
                                             : "not the RFLAGS");
}

static void try_flags(void)
{
    struct run_context context = user_context(snippet_flags);

    context.rax = RFLAGS_DF | RFLAGS_NT | RFLAGS_AC | RFLAGS_IF;
    run_in_user(context);
    print_seen("syscall with flags", context.rip, context.rsp);
}

/* What a callback does first may be done for it: prologues.S. */
static void try_prologues(void)
{
    static const struct {
        const char *name, *callback;
    } prologues[] = {
        { "syscall, Linux's prologue", callback_of_linux },
        { "syscall, negative selectors", callback_negative },
        { "syscall, selectors in the other order", callback_other_order },
        { "syscall, RCX and R11 only", callback_pops_alone },
        { "syscall, other registers", callback_other_registers },
    };

    for (unsigned i = 0; i < sizeof prologues / sizeof prologues[0]; i++) {
        register_address(CALLBACKTYPE_syscall,
                         (uint64_t)prologues[i].callback, 0);
        try(prologues[i].name, snippet_syscall, false, false);
    }
}

void test_callbacks(void)
{
    traps_install(3);
    try("syscall, no callback", snippet_syscall, false, false);
    try("sysenter, no callback", snippet_sysenter, false, false);
    try("32-bit syscall, no callback", snippet_syscall_32, true, false);
    try("32-bit int 128", snippet_int80_32, true, false);
    try("32-bit ud2", snippet_ud_32, true, false);

    register_callback(CALLBACKTYPE_syscall, ON_SYSCALL, 0);
    register_callback(CALLBACKTYPE_syscall32, ON_SYSCALL32, 0);
    register_callback(CALLBACKTYPE_sysenter, ON_SYSENTER, 0);
    try("syscall", snippet_syscall, false, false);
    try("syscall, masked", snippet_syscall, false, true);
    try("sysenter", snippet_sysenter, false, false);
    try("32-bit syscall", snippet_syscall_32, true, false);
    try_flags();
    try_prologues();

    register_callback(CALLBACKTYPE_syscall, ON_SYSCALL,
                      CALLBACKF_mask_events);
    register_callback(CALLBACKTYPE_syscall32, ON_SYSCALL32,
                      CALLBACKF_mask_events);
    try("syscall, masking", snippet_syscall, false, false);
    try("32-bit syscall, masking", snippet_syscall_32, true, false);
}
