/* SPDX-License-Identifier: MIT */
#include <pvops/stubs.h>

#include <assert.h>

#include <lib/string.h>
#include <machine/paging.h>
#include <machine/x86.h>
#include <pvops/pvops.h>

/* Linux' __START_KERNEL_map; its image begins 16 MiB higher. */
#define STUBS_VIRTUAL 0xffffffff80000000

/* The kernel looks at the bytes before a function, too. */
#define PGD_ALLOC_OFFSET   64
#define LOAD_SP0_OFFSET    1024
#define LOAD_GDT_OFFSET    1088
#define SAFE_HALT_OFFSET   1152
#define READ_MSR_OFFSET    1280
#define WRITE_MSR_OFFSET   1408

static_assert(WRITE_MSR_OFFSET < READ_MSR_OFFSET + PVOPS_MSR_STUBS_SIZE,
              "it is not one of the MSRs' stubs");

#define INT3        0xcc
#define JUMP_LENGTH 5
#define ENTRIES     512

extern const uint8_t pvops_load_sp0[], pvops_load_sp0_end[];
extern const uint8_t pvops_load_gdt[], pvops_load_gdt_end[];
extern const uint8_t pvops_read_msr[], pvops_read_msr_end[];
extern const uint8_t pvops_write_msr[], pvops_write_msr_end[];
extern const uint8_t pvops_write_msr_halves[], pvops_write_msr_halves_end[];
extern const uint8_t pvops_safe_halt[], pvops_safe_halt_end[];
extern const uint8_t pvops_safe_halt_sti[];

uint64_t pvops_stub_pgd_alloc(void)
{
    return STUBS_VIRTUAL + PGD_ALLOC_OFFSET;
}

uint64_t pvops_stub_load_sp0(void)
{
    return STUBS_VIRTUAL + LOAD_SP0_OFFSET;
}

uint64_t pvops_stub_load_gdt(void)
{
    return STUBS_VIRTUAL + LOAD_GDT_OFFSET;
}

uint64_t pvops_stub_safe_halt(void)
{
    return STUBS_VIRTUAL + SAFE_HALT_OFFSET;
}

uint64_t pvops_stub_safe_halt_sti(void)
{
    return pvops_stub_safe_halt()
           + (uint64_t)(pvops_safe_halt_sti - pvops_safe_halt);
}

static uint8_t *emit(uint8_t *to, const char *opcode, unsigned length,
                     const void *operand, unsigned size)
{
    memcpy(to, opcode, length);
    memcpy(to + length, operand, size);
    return to + length + size;
}

/* JMP, by the distance from the next instruction. */
static void emit_jump(uint8_t *to, uint64_t place, uint64_t target)
{
    uint32_t distance = (uint32_t)(target - (place + JUMP_LENGTH));

    emit(to, "\xe9", 1, &distance, sizeof distance);
}

/* One of user_gs.S: the code, then a jump to each of the functions. */
static uint64_t put_msr_stub(unsigned offset, const uint8_t *code,
                             const uint8_t *end, uint64_t native,
                             uint64_t other)
{
    uint8_t *page = direct(pvops.stub_tables[1]);
    unsigned jumps = offset + (unsigned)(end - code) - 2 * JUMP_LENGTH;

    memcpy(page + offset, code, jumps - offset);
    emit_jump(page + jumps, STUBS_VIRTUAL + jumps, native);
    jumps += JUMP_LENGTH;
    emit_jump(page + jumps, STUBS_VIRTUAL + jumps, other);
    return STUBS_VIRTUAL + offset;
}

uint64_t pvops_msr_stubs(void)
{
    return STUBS_VIRTUAL + READ_MSR_OFFSET;
}

uint64_t pvops_stub_read_msr(uint64_t native, uint64_t other)
{
    return put_msr_stub(READ_MSR_OFFSET, pvops_read_msr, pvops_read_msr_end,
                        native, other);
}

uint64_t pvops_stub_write_msr(uint64_t native, uint64_t other,
                              unsigned parameters)
{
    if (parameters == 2)
        return put_msr_stub(WRITE_MSR_OFFSET, pvops_write_msr,
                            pvops_write_msr_end, native, other);
    if (parameters == 3)
        return put_msr_stub(WRITE_MSR_OFFSET, pvops_write_msr_halves,
                            pvops_write_msr_halves_end, native, other);
    return 0;
}

/* The L2 entry that is to point to our table; NULL: no table for it. */
static uint64_t *l2_entry(void)
{
    uint64_t *table = direct(read_cr3() & PTE_FRAME);

    for (unsigned shift = 39; shift > 21; shift -= 9) {
        uint64_t entry = table[STUBS_VIRTUAL >> shift & (ENTRIES - 1)];

        if (!(entry & PTE_P) || (shift < 39 && (entry & PTE_PS)))
            return NULL;
        table = direct(entry & PTE_FRAME);
    }
    return &table[STUBS_VIRTUAL >> 21 & (ENTRIES - 1)];
}

bool pvops_stubs_fit(void)
{
    const uint64_t *entry = l2_entry();

    return entry != NULL && *entry == 0;
}

/*
 * int pgd_alloc(struct mm_struct *mm): the L4 is there, and its kernel half
 * is copied later, but only from where the kernel's direct map begins.
 */
static void emit_pgd_alloc(uint8_t *to)
{
    const uint64_t *ours = direct(paging_l4());

    /* mov mm_pgd(%rdi), %rax */
    to = emit(to, "\x48\x8b\x87", 3, &pvops.mm_pgd, 4);
    for (unsigned slot = OUR_FIRST_SLOT;
         slot < OUR_FIRST_SLOT + OUR_SLOTS; slot++) {
        uint32_t offset = slot * sizeof *ours;

        if (!ours[slot])
            continue;
        /* movabs $ours[slot], %rcx; mov %rcx, offset(%rax) */
        to = emit(to, "\x48\xb9", 2, &ours[slot], 8);
        to = emit(to, "\x48\x89\x88", 3, &offset, 4);
    }
    emit(to, "\x31\xc0\xc3", 3, "", 0); /* xor %eax, %eax; ret */
}

void pvops_stubs_map(void)
{
    uint64_t *table = direct(pvops.stub_tables[0]);
    uint8_t *page = direct(pvops.stub_tables[1]);

    memset(page, INT3, PAGE_SIZE);
    emit_pgd_alloc(page + PGD_ALLOC_OFFSET);
    memcpy(page + LOAD_SP0_OFFSET, pvops_load_sp0,
           (size_t)(pvops_load_sp0_end - pvops_load_sp0));
    memcpy(page + LOAD_GDT_OFFSET, pvops_load_gdt,
           (size_t)(pvops_load_gdt_end - pvops_load_gdt));
    memcpy(page + SAFE_HALT_OFFSET, pvops_safe_halt,
           (size_t)(pvops_safe_halt_end - pvops_safe_halt));
    memset(table, 0, PAGE_SIZE);
    table[0] = pvops.stub_tables[1] | PTE_P | PTE_A;
    *l2_entry() = pvops.stub_tables[0] | PTE_P | PTE_RW | PTE_A | PTE_D;
}
