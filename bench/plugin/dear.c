/* SPDX-License-Identifier: MIT */
/* Opcodes: SDM volume 2, appendix A, "Opcode Map". */
#include <stdbool.h>

#include "dear.h"

enum { TWO_BYTES = 0x0f, REX_FIRST = 0x40, REX_LAST = 0x4f };

const char *const dear_names[DEARS] = {
#define X(name) #name,
    DEAR_INSTRUCTIONS(X)
#undef X
};

static bool is_prefix(uint8_t byte)
{
    switch (byte) {
    case 0x26: case 0x2e: case 0x36: case 0x3e: case 0x64: case 0x65:
    case 0x66: case 0x67: case 0xf0: case 0xf2: case 0xf3:
        return true;
    default:
        return byte >= REX_FIRST && byte <= REX_LAST;
    }
}

static enum dear one_byte(uint8_t opcode)
{
    switch (opcode) {
    case 0xcf:
        return DEAR_iret;
    case 0xf4:
        return DEAR_hlt;
    /* INS, OUTS; IN and OUT with a constant port, and with DX. */
    case 0x6c ... 0x6f: case 0xe4 ... 0xe7: case 0xec ... 0xef:
        return DEAR_port;
    default:
        return DEARS;
    }
}

/* MOV to a control register, whose number is in ModRM.reg. */
static enum dear control_register(uint8_t modrm)
{
    switch (modrm >> 3 & 7) {
    case 3:
        return DEAR_cr3;
    case 4:
        return DEAR_cr4;
    default:
        return DEARS;
    }
}

/* 0F 01 is a group by ModRM: /7 with memory, and some with registers. */
static enum dear group_7(uint8_t modrm)
{
    switch (modrm) {
    case 0xf8:
        return DEAR_swapgs;
    case 0xc2: case 0xc3: case 0xd8:    /* VMLAUNCH, VMRESUME, VMRUN */
        return DEAR_vmentry;
    default:
        return modrm >> 6 != 3 && (modrm >> 3 & 7) == 7 ? DEAR_invlpg : DEARS;
    }
}

static enum dear two_bytes(uint8_t opcode, uint8_t modrm)
{
    switch (opcode) {
    case 0x01:
        return group_7(modrm);
    case 0x05:
        return DEAR_syscall;
    case 0x07:
        return DEAR_sysret;
    case 0x22:
        return control_register(modrm);
    case 0x30:
        return DEAR_wrmsr;
    case 0x32:
        return DEAR_rdmsr;
    case 0xa2:
        return DEAR_cpuid;
    default:
        return DEARS;
    }
}

enum dear dear_of(const uint8_t *instruction, size_t size)
{
    const uint8_t *end = instruction + size;

    while (instruction < end && is_prefix(*instruction))
        instruction++;
    if (instruction == end)
        return DEARS;
    if (*instruction != TWO_BYTES)
        return one_byte(*instruction);
    if (end - instruction < 2)
        return DEARS;
    return two_bytes(instruction[1], end - instruction > 2 ?
                                     instruction[2] : 0);
}
