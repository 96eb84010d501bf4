/* SPDX-License-Identifier: MIT */
#include "second.h"

#include <xen/sched.h>

#define STACK_SIZE (4 * PAGE_SIZE)
#define FS_WORD 0x1111222233334444
#define GS_WORD 0x5555666677778888
#define RFLAGS_FIXED 2

extern const char second_entry[];
extern const uint64_t second_registers[];
void second_main(void);

static char stack[STACK_SIZE] __attribute__((aligned(16)));
static uint64_t fs_word = FS_WORD, gs_word = GS_WORD;
static void (*volatile job)(void);

_Noreturn void gave_up(const char *name)
{
    print("GAVE UP waiting: %s", name);
    shut_down(SHUTDOWN_reboot);
}

static void set_registers(struct cpu_user_regs *regs)
{
    *regs = (struct cpu_user_regs){
        .rax = 0xa0, .rcx = 0xa1, .rdx = 0xa2, .rbx = 0xa3, .rbp = 0xa5,
        .rsi = 0xa6, .rdi = 0xa7, .r8 = 0xa8, .r9 = 0xa9, .r10 = 0xaa,
        .r11 = 0xab, .r12 = 0xac, .r13 = 0xad, .r14 = 0xae, .r15 = 0xaf,
        .rip = (uint64_t)second_entry,
        .rsp = (uint64_t)stack + STACK_SIZE,
        .cs = FLAT_KERNEL_CS, .ss = FLAT_KERNEL_SS,
        .rflags = RFLAGS_FIXED,
    };
}

struct vcpu_guest_context *second_context(void)
{
    static struct vcpu_guest_context context;
    uint64_t l4 = mfn_of((const void *)start_info->pt_base);

    memset(&context, 0, sizeof context);
    set_registers(&context.user_regs);
    context.flags = VGCF_in_kernel;
    context.ctrlreg[3] = l4 << PAGE_SHIFT;
    context.kernel_ss = FLAT_KERNEL_SS;
    context.kernel_sp = (uint64_t)stack + STACK_SIZE / 2;
    context.fs_base = (uint64_t)&fs_word;
    context.gs_base_kernel = (uint64_t)&gs_word;
    context.event_callback_eip = trap_stub(ON_EVENT);
    context.failsafe_callback_eip = trap_stub(ON_OTHER);
    context.syscall_callback_eip = trap_stub(ON_OTHER);
    for (unsigned i = 0; i < 32; i++)
        context.trap_ctxt[i] = (struct trap_info){
            .vector = (uint8_t)i, .cs = FLAT_KERNEL_CS,
            .address = trap_stub(i),
        };
    return &context;
}

void second_print_start(void)
{
    static const char *const names[] = {
        "rax", "rcx", "rdx", "rbx", "rbp", "rsi", "rdi", "rsp", "r8", "r9",
        "r10", "r11", "r12", "r13", "r14", "r15", "fs:0", "gs:0",
    };

    for (unsigned i = 0; i < sizeof names / sizeof *names; i++)
        if (!strcmp(names[i], "rsp"))
            print("started, rsp: %s", second_registers[i]
                  == (uint64_t)stack + STACK_SIZE ? "as asked" : "another");
        else
            print("started, %s: %lx", names[i], second_registers[i]);
}

/* Its own loop: it never prints, so that the order is always the same. */
void second_main(void)
{
    for (;;) {
        void (*what)(void) = job;

        if (what) {
            what();
            job = NULL;
        }
        __asm__ volatile ("pause" : : : "memory");
    }
}

void second_begin(void (*what)(void))
{
    job = what;
}

void second_finish(const char *name)
{
    WAIT_UNTIL(name, !job);
}

void second_run(const char *name, void (*what)(void))
{
    second_begin(what);
    second_finish(name);
}

bool on_second_stack(const void *place)
{
    return (const char *)place >= stack
           && (const char *)place < stack + STACK_SIZE;
}
