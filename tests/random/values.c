/* SPDX-License-Identifier: MIT */
#include "random.h"

#include <xen/platform.h>

/*
 * The kernel writes to victims by its own mapping, hypercalls get these
 * aliases, which calls may take away: behind every fourth is nothing.
 */
#define ALIASES     (SCRATCH_VIRTUAL + 0x400000)
#define GROUP       4
#define KERNEL_ROOM (64ul << 20)        /* the kernel and what is behind it */
#define KERNEL_BASE (16ul << 20)
#define XENS        0xffff830000001000ul
#define NO_FRAME    0x000ffffffffffful
#define USABLE      (PTE_P | PTE_RW | PTE_US | PTE_A | PTE_D)

/* Kept from the start: calls change the table that a walk would need. */
static uint64_t entry_places[NR_VICTIMS];

static char victims[NR_VICTIMS][PAGE_SIZE] __attribute__((aligned(4096)));

static uint64_t alias(unsigned victim)
{
    return ALIASES + (victim + victim / (GROUP - 1)) * PAGE_SIZE;
}

static uint64_t victim_frame(unsigned victim)
{
    return mfn_of(victims[victim]);
}

void values_restore(void)
{
    for (unsigned i = 0; i < NR_VICTIMS; i++)
        CALL(update_va_mapping, alias(i),
             victim_frame(i) << PAGE_SHIFT | PTE_P | PTE_A | PTE_D
             | (i % 8 ? PTE_RW : 0), UVMF_INVLPG);
}

void values_init(void)
{
    for (unsigned i = 0; i < NR_VICTIMS; i++) {
        page_map(alias(i), victim_frame(i) << PAGE_SHIFT | PTE_P | PTE_RW
                           | PTE_A | PTE_D);
        entry_places[i] = machine_address(page_entry(alias(i), 1));
    }
    values_restore();
}

void *value_place(uint64_t address, size_t size)
{
    for (unsigned i = 0; i < NR_VICTIMS; i++)
        if (address - alias(i) < PAGE_SIZE
            && address - alias(i) + size <= PAGE_SIZE)
            return victims[i] + (address - alias(i));
    return NULL;
}

static bool in_kernel(uint64_t value, uint64_t base)
{
    return value - base - KERNEL_BASE < KERNEL_ROOM;
}

/* As an address, a machine address, or a frame: it is not to be hit. */
bool value_is_kernels(uint64_t value)
{
    return in_kernel(value, VIRT_BASE) || in_kernel(value, 0)
           || in_kernel(value << PAGE_SHIFT, 0);
}

static uint64_t victim_address(void)
{
    uint64_t offset = random_below(PAGE_SIZE);

    switch (random_below(4)) {
    case 0:
        offset = PAGE_SIZE - random_below(80);
        break;
    case 1:
        break;
    default:
        offset &= ~63ul;
    }
    return alias(random_below(NR_VICTIMS)) + offset;
}

static uint64_t constant(void)
{
    static const uint64_t values[] = {
        DOMID_SELF, DOMID_IO, DOMID_XEN, DOMID_INVALID, 7, 0xffff,
        XENPF_INTERFACE_VERSION, 0x01ecc003, 0x15, 0x14, 4095, 4096, 4097,
        131071, 131072, 0x80000000, 0xffffffff, 0x100000000, ~0ul, ~7ul,
        1ul << 63, 0x7fffffffffffffff, 0x8000000000000000 + 17, 0xfee00000,
        0xfec00000, 1000000000, 64, 128, 255, 256, 511, 512, 8192, 65536,
    };

    return values[random_below(sizeof values / sizeof *values)];
}

uint64_t value_pointer(void)
{
    switch (random_below(12)) {
    case 0:
        return 0;
    case 1:
        return UNMAPPED_VIRTUAL + random_below(1 << 20);
    case 2:
        return 0x0000800000000000 + random_below(1 << 20) - 256;
    case 3:
        return XENS + (random_bits() & 0x7ffffffffff);
    case 4:
        return MACH2PHYS_VIRT_START + random_below(1 << 21) - 64;
    case 5:
        return -1ul - random_below(256);
    default:
        return victim_address();
    }
}

uint64_t value_mfn(void)
{
    switch (random_below(4)) {
    case 0:
        return NO_FRAME >> random_below(52);
    case 1:
        return random_bits();
    default:
        return victim_frame(random_below(NR_VICTIMS));
    }
}

uint64_t value_any(void)
{
    uint64_t value;

    switch (random_below(8)) {
    case 0:
        return value_pointer();
    case 1:
        value = constant();
        break;
    case 2:
        value = random_bits() >> random_below(64);
        break;
    case 3:
        value = (1ul << random_below(64)) - random_below(3);
        break;
    case 4:
        return value_mfn() << (random_below(2) * PAGE_SHIFT);
    default:
        return random_below(40);
    }
    return value_is_kernels(value) ? victim_address() : value;
}

uint64_t value_pte(void)
{
    uint64_t flags = random_bits();

    if (random_below(3) == 0)
        return flags & ~PTE_P;
    return victim_frame(random_below(NR_VICTIMS)) << PAGE_SHIFT
           | (flags & (USABLE | PTE_NX));
}

uint64_t value_entry_place(void)
{
    switch (random_below(4)) {
    case 0:
        return entry_places[random_below(NR_VICTIMS)];
    case 1:
        return (NO_FRAME >> random_below(40)) << PAGE_SHIFT;
    default:
        return machine_address(victims[random_below(NR_VICTIMS)])
               + random_below(512) * 8;
    }
}
