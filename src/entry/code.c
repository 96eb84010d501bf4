/* SPDX-License-Identifier: MIT */
/* What is changed in a CPU's copy of the entry stubs. */
#include <entry/entry.h>

#include <xen/xen.h>

#include <entry/code.h>
#include <lib/panic.h>
#include <lib/string.h>
#include <machine/cpu_area.h>
#include <machine/paging.h>
#include <machine/x86.h>

/* Immediates of instructions, for which each copy has its own value. */
extern const uint8_t hot_flush_operand[], multicall_flush_operand[];

/* An instruction that names a field of struct vcpu_info, template.h. */
struct vcpu_info_use {
    int32_t displacement;       /* its address, relative to this field */
    uint32_t behind;            /* bytes of the instruction */
};

extern const struct vcpu_info_use vcpu_info_uses_start[],
    vcpu_info_uses_end[];

/* The copy is mapped read-only; the direct map has it, too. */
void code_write(const struct cpu *cpu, const void *label, const void *bytes,
                size_t size)
{
    uint64_t address = entry_address(cpu, label);

    for (size_t i = 0; i < size; i++)
        *(uint8_t *)direct(paging_machine_address(address + i)) =
            ((const uint8_t *)bytes)[i];
}

static void point_at(const struct cpu *cpu, const struct vcpu_info_use *use,
                     uint64_t offset)
{
    const char *label = (const char *)&use->displacement + use->displacement;
    const char *target = entry_template + CPU_VCPU_INFO;
    int32_t displacement;

    memcpy(&displacement, label, sizeof displacement);
    target = label + sizeof displacement + use->behind + displacement
             - (uint64_t)target;
    if ((uint64_t)target >= sizeof(struct vcpu_info))
        panic("an entry stub's use of vcpu_info is none");
    displacement += (int32_t)offset;
    code_write(cpu, label, &displacement, sizeof displacement);
}

void entry_use_vcpu_info(struct cpu *cpu, struct vcpu_info *info)
{
    uint64_t machine = paging_machine_address((uint64_t)info);
    uint64_t offset = machine & (PAGE_SIZE - 1);
    uint64_t page = cpu_area(cpu) + CPU_VCPU_INFO;

    cpu->vcpu_info = info;
    paging_map(page, machine - offset, PAGE_SIZE, MAP_DATA);
    for (const struct vcpu_info_use *use = vcpu_info_uses_start;
         use < vcpu_info_uses_end; use++)
        point_at(cpu, use, offset);
    invlpg(page);                       /* serializes, too */
}

void entry_flush_in_c(struct cpu *cpu)
{
    static const uint8_t no_command = 0xff;

    code_write(cpu, hot_flush_operand, &no_command, sizeof no_command);
    code_write(cpu, multicall_flush_operand, &no_command, sizeof no_command);
    invlpg(cpu_area(cpu) + CPU_CODE);   /* serializes */
}

/* template.h, MAY_CHANGE: the place, what it is to become. */
struct code_change {
    int32_t place, jump;        /* relative to themselves; 0: no jump */
    uint8_t size, bytes[3];
};

extern const struct code_change real_flag_changes_start[],
    real_flag_changes_end[], verw_changes_start[], verw_changes_end[];

bool entry_flag_is_real;

static void change(const struct cpu *cpu, const struct code_change *to)
{
    const char *place = code_pointed_at(&to->place);
    uint8_t jump[5] = { 0xe9 };
    int32_t distance;

    if (!to->jump) {
        code_write(cpu, place, to->bytes, to->size);
        return;
    }
    distance = (int32_t)(code_pointed_at(&to->jump) - place)
               - (int32_t)sizeof jump;
    memcpy(jump + 1, &distance, sizeof distance);
    code_write(cpu, place, jump, sizeof jump);
}

static void change_all(const struct cpu *cpu, const struct code_change *to,
                       const struct code_change *end)
{
    for (; to < end; to++)
        change(cpu, to);
}

void entry_use_verw(const struct cpu *cpu)
{
    change_all(cpu, verw_changes_start, verw_changes_end);
}

void entry_real_flag(struct cpu *cpu)
{
    change_all(cpu, real_flag_changes_start, real_flag_changes_end);
    entry_flag_is_real = true;
    entry_callbacks_mask_nothing(cpu);
}
