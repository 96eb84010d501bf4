/* SPDX-License-Identifier: MIT */
/* The iret hypercall, to everywhere. */
#include "traps.h"

#define X(name) extern const char snippet_##name[]
X(ud); X(ud_32); X(nop);

#define NONCANONICAL 0x0000800000000000ul
#define XENS         0xffff830000000000ul
#define GUEST_CS     0x33
#define GUEST_SS     0x2b
#define GUEST_CS32   0x23
#define RFLAGS_VM    0x00020000ul
#define RFLAGS_VIF   0x00080000ul
#define RFLAGS_VIP   0x00100000ul

static void try(const char *name, struct run_context context, uint64_t code)
{
    run_in_user(context);
    print_seen(name, code, context.rsp);
}

#define TO_USER(name, ...)                                                 \
    ({                                                                     \
        struct run_context context = user_context(snippet_ud);             \
                                                                           \
        __VA_ARGS__;                                                       \
        try("iret to user, " name, context, USER_ADDRESS(snippet_ud));     \
    })

static void to_user(void)
{
    TO_USER("plain");
    TO_USER("in_syscall", context.flags = VGCF_in_syscall);
    TO_USER("as SYSRET", context.cs = GUEST_CS, context.ss = GUEST_SS,
            context.rcx = context.rip, context.r11 = context.rflags);
    TO_USER("own selectors", context.cs = GUEST_CS, context.ss = GUEST_SS);
    TO_USER("as SYSRET but RCX", context.cs = GUEST_CS,
            context.ss = GUEST_SS, context.r11 = context.rflags);
    TO_USER("as SYSRET but R11", context.cs = GUEST_CS,
            context.ss = GUEST_SS, context.rcx = context.rip);
    TO_USER("as SYSRET but masked", context.cs = GUEST_CS,
            context.ss = GUEST_SS, context.rcx = context.rip,
            context.rflags = context.r11 = RFLAGS_ONE);
    TO_USER("32-bit", context.cs = USER_CS32,
            context.rip = USER_ADDRESS(snippet_ud_32));
    TO_USER("own 32-bit selector", context.cs = GUEST_CS32,
            context.ss = GUEST_SS,
            context.rip = USER_ADDRESS(snippet_ud_32));
    TO_USER("NULL stack segment", context.ss = 0);
    TO_USER("NULL stack segment with RPL", context.ss = 3);
    TO_USER("upper halves of selectors", context.cs |= 0x123400000000,
            context.ss |= 0x123400000000);
}

static void with_flags(void)
{
    TO_USER("flags 0", context.rflags = 0);
    TO_USER("TF", context.rflags |= RFLAGS_TF,
            context.rip = USER_ADDRESS(snippet_nop));
    TO_USER("as SYSRET with TF", context.cs = GUEST_CS,
            context.ss = GUEST_SS, context.rflags |= RFLAGS_TF,
            context.rip = USER_ADDRESS(snippet_nop),
            context.rcx = context.rip, context.r11 = context.rflags);
    TO_USER("RF", context.rflags |= RFLAGS_RF);
    TO_USER("NT", context.rflags |= RFLAGS_NT);
    TO_USER("DF", context.rflags |= RFLAGS_DF);
    TO_USER("AC", context.rflags |= RFLAGS_AC);
    TO_USER("IOPL", context.rflags |= RFLAGS_IOPL);
    TO_USER("as SYSRET with IOPL", context.cs = GUEST_CS,
            context.ss = GUEST_SS, context.rflags |= RFLAGS_IOPL,
            context.rcx = context.rip, context.r11 = context.rflags);
    TO_USER("VM", context.rflags |= RFLAGS_VM);
    TO_USER("VIF and VIP", context.rflags |= RFLAGS_VIF | RFLAGS_VIP);
    TO_USER("reserved flags", context.rflags |= 0xffffffff00000000);
}

static void to_nowhere(void)
{
    TO_USER("no such code segment", context.cs = 0x1233);
    TO_USER("NULL code segment", context.cs = 3);
    TO_USER("data as code segment", context.cs = USER_SS);
    TO_USER("absent code segment", context.cs = 0xb);
    TO_USER("no such stack segment", context.ss = 0x1233);
    TO_USER("code as stack segment", context.ss = USER_CS);
    TO_USER("absent stack segment", context.ss = 0xb);
    TO_USER("non-canonical RIP", context.rip = NONCANONICAL);
    TO_USER("as SYSRET, non-canonical RIP", context.cs = GUEST_CS,
            context.ss = GUEST_SS,
            context.rip = context.rcx = NONCANONICAL,
            context.r11 = context.rflags);
    TO_USER("kernel's RIP", context.rip = VIRT_BASE + 0x1000000);
    TO_USER("Xen's RIP", context.rip = XENS);
    TO_USER("RIP of nothing", context.rip = USER_UNMAPPED);
    TO_USER("non-canonical RSP", context.rsp = NONCANONICAL);
}

#define TO_KERNEL(name, ...)                                               \
    ({                                                                     \
        struct run_context context = user_context(snippet_ud);             \
                                                                           \
        context.cs = KERNEL_CS;                                            \
        context.ss = KERNEL_SS;                                            \
        context.rip = (uint64_t)snippet_ud;                                \
        context.rsp = (uint64_t)kernel_stack_end() - 256;                  \
        __VA_ARGS__;                                                       \
        try("iret to kernel, " name, context, (uint64_t)snippet_ud);       \
    })

static void to_kernel(void)
{
    TO_KERNEL("plain");
    TO_KERNEL("masked", context.rflags &= ~RFLAGS_IF);
    TO_KERNEL("odd stack", context.rsp += 8);
    TO_KERNEL("odd stack by a byte", context.rsp += 1);
    TO_KERNEL("in_syscall", context.flags = VGCF_in_syscall);
    TO_KERNEL("TF", context.rflags |= RFLAGS_TF,
              context.rip = (uint64_t)snippet_nop);
    TO_KERNEL("NT", context.rflags |= RFLAGS_NT);
    TO_KERNEL("DF", context.rflags |= RFLAGS_DF);
    TO_KERNEL("AC", context.rflags |= RFLAGS_AC);
    TO_KERNEL("IOPL", context.rflags |= RFLAGS_IOPL);
    TO_KERNEL("saved mask in CS", context.cs |= 1ul << 32);
    TO_KERNEL("NULL stack segment", context.ss = 0);
    TO_KERNEL("unmapped RIP", context.rip = UNMAPPED_VIRTUAL);
    TO_KERNEL("non-canonical RIP", context.rip = NONCANONICAL);
}

void test_irets(void)
{
    traps_install(0);
    to_user();
    with_flags();
    to_nowhere();
    to_kernel();
}
