/* SPDX-License-Identifier: MIT */
#include <entry/prologue.h>

#include <lib/string.h>

struct code {
    const uint8_t *bytes, *end;
};

/* True, and behind it, if these bytes are next. */
static bool next_is(struct code *code, const char *bytes, size_t size)
{
    if ((size_t)(code->end - code->bytes) < size
        || memcmp(code->bytes, bytes, size))
        return false;
    code->bytes += size;
    return true;
}

#define NEXT_IS(code, bytes) next_is((code), (bytes), sizeof(bytes) - 1)

/* An instruction with a signed immediate of 32 bits at its end. */
static bool next_has_immediate(struct code *code, const char *bytes,
                               size_t size, int32_t *immediate)
{
    struct code behind = *code;

    if (!next_is(&behind, bytes, size)
        || (size_t)(behind.end - behind.bytes) < sizeof *immediate)
        return false;
    memcpy(immediate, behind.bytes, sizeof *immediate);
    code->bytes = behind.bytes + sizeof *immediate;
    return true;
}

#define NEXT_HAS_IMMEDIATE(code, bytes, immediate) \
    next_has_immediate((code), (bytes), sizeof(bytes) - 1, (immediate))

/* ENDBR64; or NOP with a displacement, which kernels make of it. */
static void skip_branch_target(struct code *code)
{
    if (!NEXT_IS(code, "\xf3\x0f\x1e\xfa")
        && NEXT_IS(code, "\x0f\x1f\x40") && code->bytes < code->end)
        code->bytes++;
}

bool prologue_read(const uint8_t *bytes, size_t size, uint64_t address,
                   struct prologue *prologue)
{
    struct code code = { bytes, bytes + size };
    int32_t distance = 0;

    skip_branch_target(&code);
    if (!NEXT_IS(&code, "\x59\x41\x5b"))        /* POP RCX, POP R11 */
        return false;
    /* MOVQ $imm, 4*8(%rsp) and 1*8(%rsp). */
    NEXT_HAS_IMMEDIATE(&code, "\x48\xc7\x44\x24\x20", &prologue->ss);
    NEXT_HAS_IMMEDIATE(&code, "\x48\xc7\x44\x24\x08", &prologue->cs);
    NEXT_HAS_IMMEDIATE(&code, "\xe9", &distance);       /* JMP */
    prologue->end = address + (uint64_t)(code.bytes - bytes)
                    + (uint64_t)(int64_t)distance;
    return true;
}
