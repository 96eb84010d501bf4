/* SPDX-License-Identifier: MIT */
/* Where the entry stubs of SYSCALL and SYSENTER go, and with what frame. */
#include <entry/entry.h>

#include <entry/code.h>
#include <entry/prologue.h>
#include <guest/domain.h>
#include <hypercall/argument.h>
#include <machine/cpu_area.h>
#include <machine/descriptor.h>
#include <machine/x86.h>

/* Immediates of instructions, for which each copy has its own value. */
extern const uint8_t syscall_mask_operand[], syscall32_mask_operand[],
    sysenter_mask_operand[];

/* Where the stubs of SYSCALL make their frame, system_call.S. */
struct syscall_frame {
    int32_t ss, cs;             /* immediates; relative to themselves */
    int32_t rest;               /* PUSH R11, PUSH RCX; the same */
};

extern const struct syscall_frame syscall_frames_start[],
    syscall_frames_end[];

/*
 * PUSH R11, PUSH RCX; or nothing: prefixes that the next instruction, an
 * STI, an SHR or a JMP, ignores.
 */
static const uint8_t saves[] = { 0x41, 0x53, 0x51 };
static const uint8_t saves_nothing[sizeof saves] = { 0x3e, 0x3e, 0x3e };

static void set_frame(const struct cpu *cpu, const struct prologue *prologue,
                      bool has_prologue)
{
    for (const struct syscall_frame *frame = syscall_frames_start;
         frame < syscall_frames_end; frame++) {
        code_write(cpu, code_pointed_at(&frame->ss), &prologue->ss,
                   sizeof prologue->ss);
        code_write(cpu, code_pointed_at(&frame->cs), &prologue->cs,
                   sizeof prologue->cs);
        code_write(cpu, code_pointed_at(&frame->rest),
                   has_prologue ? saves_nothing : saves, sizeof saves);
    }
}

static const char *syscall_stub(const struct cpu *cpu)
{
    if (domain.low_half)
        return entry_syscall_low;
    if (entry_flag_is_real)
        return entry_syscall_with_flag;
    return cpu->syscall_is_linux ? entry_syscall : entry_syscall_any_mask;
}

void entry_choose_syscall(const struct cpu *cpu)
{
    wrmsr(MSR_LSTAR, entry_address(cpu, syscall_stub(cpu)));
}

/* A jump to what is no address must fault in the callback, not in the stub. */
static bool find_prologue(uint64_t address, struct prologue *prologue)
{
    uint8_t code[PROLOGUE_MAX];

    return GUEST_READ(&code, address)
           && prologue_read(code, sizeof code, address, prologue)
           && is_guest_address(prologue->end);
}

static void set_syscall(struct cpu *cpu, uint64_t address, bool masks_events)
{
    static const struct prologue none = { .ss = FLAT_DS, .cs = FLAT_CS64 };
    struct prologue prologue = none;
    bool found = find_prologue(address, &prologue);

    set_frame(cpu, found ? &prologue : &none, found);
    cpu->syscall_target = found ? prologue.end : address;
    cpu->syscall_is_linux = found && masks_events;
    if (cpu == this_cpu())
        entry_choose_syscall(cpu);
}

static void set_mask(const struct cpu *cpu, enum entry_callback callback,
                     bool masks_events)
{
    static const uint8_t *const operands[] = {
        [ENTRY_SYSCALL] = syscall_mask_operand,
        [ENTRY_SYSCALL32] = syscall32_mask_operand,
        [ENTRY_SYSENTER] = sysenter_mask_operand,
    };
    uint8_t mask = masks_events && !entry_flag_is_real;

    code_write(cpu, operands[callback], &mask, sizeof mask);
    invlpg(cpu_area(cpu) + CPU_CODE);   /* serializes */
}

void entry_set_callback(struct cpu *cpu, enum entry_callback callback,
                        uint64_t address, bool masks_events)
{
    switch (callback) {
    case ENTRY_SYSCALL:
        set_syscall(cpu, address, masks_events);
        break;
    case ENTRY_SYSCALL32:
        cpu->syscall32_callback = address;
        break;
    case ENTRY_SYSENTER:
        cpu->sysenter_callback = address;
        break;
    }
    set_mask(cpu, callback, masks_events);
}

void entry_callbacks_mask_nothing(const struct cpu *cpu)
{
    set_mask(cpu, ENTRY_SYSCALL, false);
    set_mask(cpu, ENTRY_SYSCALL32, false);
    set_mask(cpu, ENTRY_SYSENTER, false);
}
