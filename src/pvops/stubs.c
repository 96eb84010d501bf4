/* SPDX-License-Identifier: MIT */
#include <pvops/stubs.h>

#include <lib/string.h>
#include <machine/paging.h>
#include <machine/x86.h>
#include <pvops/pvops.h>

/* Linux' __START_KERNEL_map; its image begins 16 MiB higher. */
#define STUBS_VIRTUAL 0xffffffff80000000

/* The kernel looks at the bytes before a function, too. */
#define PGD_ALLOC_OFFSET 64
#define LOAD_SP0_OFFSET  1024
#define LOAD_GDT_OFFSET  1088
#define READ_MSR_OFFSET  1152
#define WRITE_MSR_OFFSET 1216
#define SAFE_HALT_OFFSET 1280
#define SPIN_UNLOCK_OFFSET 1344

#define INT3 0xcc
#define ENTRIES 512

extern const uint8_t pvops_load_sp0[], pvops_load_sp0_end[];
extern const uint8_t pvops_load_gdt[], pvops_load_gdt_end[];
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

uint64_t pvops_stub_spin_unlock(void)
{
    return STUBS_VIRTUAL + SPIN_UNLOCK_OFFSET;
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

/* Behind `opcode` goes the distance from the next instruction. */
static uint8_t *emit_jump(uint8_t *to, const char *opcode, unsigned length,
                          uint64_t place, uint64_t target)
{
    uint32_t distance = (uint32_t)(target - (place + length + 4));

    return emit(to, opcode, length, &distance, 4);
}

static uint64_t emit_msr(unsigned offset, uint64_t native, uint64_t other)
{
    static const uint32_t bases[] = { MSR_KERNEL_GS, MSR_FS_BASE };
    uint64_t place = STUBS_VIRTUAL + offset;
    uint8_t *start = (uint8_t *)direct(pvops.stub_tables[1]) + offset;
    uint8_t *to = start;

    for (unsigned i = 0; i < sizeof bases / sizeof *bases; i++) {
        /* cmp $bases[i], %edi; je native */
        to = emit(to, "\x81\xff", 2, &bases[i], 4);
        to = emit_jump(to, "\x0f\x84", 2, place + (uint64_t)(to - start),
                       native);
    }
    emit_jump(to, "\xe9", 1, place + (uint64_t)(to - start), other);
    return place;
}

uint64_t pvops_stub_read_msr(uint64_t native, uint64_t other)
{
    return emit_msr(READ_MSR_OFFSET, native, other);
}

uint64_t pvops_stub_write_msr(uint64_t native, uint64_t other)
{
    return emit_msr(WRITE_MSR_OFFSET, native, other);
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
    /* movb $0, (%rdi); ret */
    emit(page + SPIN_UNLOCK_OFFSET, "\xc6\x07\x00\xc3", 4, "", 0);
    memset(table, 0, PAGE_SIZE);
    table[0] = pvops.stub_tables[1] | PTE_P | PTE_A;
    *l2_entry() = pvops.stub_tables[0] | PTE_P | PTE_RW | PTE_A | PTE_D;
}
