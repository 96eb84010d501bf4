/* SPDX-License-Identifier: MIT */
#include <machine/cpu.h>

#include <entry/entry.h>
#include <lib/string.h>
#include <machine/descriptor.h>
#include <machine/features.h>
#include <machine/paging.h>
#include <machine/x86.h>

/*
 * The native Linux layout: WB, WC, UC-, UC, WB, WP, UC-, WT.  The guest
 * reads it and adapts; with this one its entries look as they do natively.
 */
#define PAT_LAYOUT 0x0407050600070106

#define FMASK (RFLAGS_TF | RFLAGS_IF | RFLAGS_DF | RFLAGS_IOPL | RFLAGS_NT \
               | RFLAGS_RF | RFLAGS_AC)

/* The frame that all unused pages of all GDTs show. */
static uint64_t zero_frame;

static void map_pool(uint64_t virtual, uint64_t size, uint64_t flags)
{
    for (uint64_t done = 0; done < size; done += PAGE_SIZE)
        paging_map(virtual + done, pool_frame(), PAGE_SIZE, flags);
}

static void fill_reserved_gdt_page(struct cpu *cpu, uint64_t *page)
{
    static const struct {
        unsigned selector;
        uint64_t descriptor;
    } flat[] = {
        { RING0_CS, DESCRIPTOR_CODE64(0ull) },
        { RING0_SS, DESCRIPTOR_DATA(0ull) },
        { FLAT_CS32, DESCRIPTOR_CODE32(3ull) },
        { FLAT_DS, DESCRIPTOR_DATA(3ull) },
        { FLAT_CS64, DESCRIPTOR_CODE64(3ull) },
    };

    for (unsigned i = 0; i < sizeof flat / sizeof *flat; i++)
        page[(flat[i].selector >> 3) & 511] = flat[i].descriptor;

    make_system_descriptor(&page[(TSS_SELECTOR >> 3) & 511],
                           cpu_area(cpu) + CPU_TSS,
                           sizeof(struct tss) + IO_BITMAP_BYTES, 9);
    page[(AREA_SELECTOR >> 3) & 511] = DESCRIPTOR_LIMIT(cpu_area(cpu));
}

static void fill_tss(struct cpu *cpu)
{
    struct tss *tss = cpu_tss(cpu);
    uint64_t area = cpu_area(cpu);

    tss->rsp[0] = area + CPU_STACK + CPU_STACK_SIZE;
    tss->ist[0] = area + CPU_NMI_STACK + CPU_IST_SIZE;
    tss->ist[1] = area + CPU_MC_STACK + CPU_IST_SIZE;
    tss->ist[2] = area + CPU_DB_STACK + CPU_IST_SIZE;
    tss->ist[3] = area + CPU_DF_STACK + CPU_IST_SIZE;
    memset(tss + 1, 0xff, IO_BITMAP_BYTES + 1);
    cpu_enable_io_bitmap(cpu, false);
}

struct cpu *cpu_create(unsigned id)
{
    struct cpu *cpu = cpu_of(id);
    uint64_t area = cpu_area(cpu);
    uint64_t code[CPU_CODE_SIZE / PAGE_SIZE];

    for (unsigned i = 0; i < CPU_CODE_SIZE / PAGE_SIZE; i++) {
        code[i] = pool_frame();
        paging_map(area + CPU_CODE + i * PAGE_SIZE, code[i], PAGE_SIZE,
                   MAP_TEXT);
        uint64_t offset = (uint64_t)i * PAGE_SIZE;
        uint64_t length = (uint64_t)(entry_template_end - entry_template);

        if (length > offset)
            memcpy(direct(code[i]), entry_template + offset,
                   length - offset < PAGE_SIZE ? length - offset : PAGE_SIZE);
    }
    map_pool(area + CPU_DATA, CPU_DATA_SIZE, MAP_DATA);
    map_pool(area + CPU_TSS, CPU_TSS_SIZE, MAP_DATA);
    map_pool(area + CPU_STACK, CPU_STACK_SIZE, MAP_DATA);
    map_pool(area + CPU_NMI_STACK, CPU_IST_SIZE, MAP_DATA);
    map_pool(area + CPU_MC_STACK, CPU_IST_SIZE, MAP_DATA);
    map_pool(area + CPU_DB_STACK, CPU_IST_SIZE, MAP_DATA);
    map_pool(area + CPU_DF_STACK, CPU_IST_SIZE, MAP_DATA);
    map_pool(area + CPU_IDT, PAGE_SIZE, MAP_DATA);

    if (!zero_frame)
        zero_frame = pool_frame();
    uint64_t reserved = pool_frame();

    paging_map(area + CPU_GDT + GDT_GUEST_PAGES * PAGE_SIZE, reserved,
               PAGE_SIZE, MAP_DATA);
    fill_reserved_gdt_page(cpu, direct(reserved));
    cpu_set_gdt(cpu, NULL, 0, 0);

    cpu->id = id;
    fill_tss(cpu);
    entry_init(cpu);
    return cpu;
}

void cpu_load_idt(struct cpu *cpu)
{
    struct table_pointer idt = { 256 * sizeof(struct gate) - 1,
                                 (uint64_t)cpu_idt(cpu) };

    __asm__ volatile ("lidt %0" : : "m" (idt));
}

void cpu_load(struct cpu *cpu)
{
    uint64_t area = cpu_area(cpu);
    struct table_pointer gdt = { GDT_LIMIT, area + CPU_GDT };

    __asm__ volatile ("lgdt %0" : : "m" (gdt));
    cpu_load_idt(cpu);
    __asm__ volatile ("push %0; lea 1f(%%rip), %%rax; push %%rax; lretq; 1:"
                      : : "r" ((uint64_t)RING0_CS) : "rax", "memory");
    __asm__ volatile ("mov %0, %%ss" : : "r" (RING0_SS));
    __asm__ volatile ("mov %0, %%ds; mov %0, %%es; mov %0, %%fs; mov %0, %%gs"
                      : : "r" (0));
    __asm__ volatile ("ltr %w0; lldt %w1" : : "r" (TSS_SELECTOR), "r" (0));

    wrmsr(MSR_PAT, PAT_LAYOUT);
    wrmsr(MSR_STAR, (uint64_t)SYSRET_BASE << 48 | (uint64_t)RING0_CS << 32);
    wrmsr(MSR_LSTAR, entry_address(cpu, entry_syscall));
    wrmsr(MSR_CSTAR, entry_address(cpu, entry_syscall32));
    wrmsr(MSR_FMASK, FMASK);
    if (features.sysenter) {
        wrmsr(MSR_SYSENTER_CS, 0);      /* #GP, until cpu_allow_sysenter() */
        wrmsr(MSR_SYSENTER_ESP, area + CPU_STACK + CPU_STACK_SIZE);
        wrmsr(MSR_SYSENTER_EIP, entry_address(cpu, entry_sysenter));
    }
    wrmsr(MSR_EFER, rdmsr(MSR_EFER) | EFER_SCE | EFER_NXE);
    write_cr0((read_cr0() | CR0_WP | CR0_NE | CR0_AM | CR0_MP) & ~CR0_TS);
    write_cr4(CR4_PAE | CR4_OSFXSR | CR4_OSXMMEXCPT | CR4_MCE | CR4_DE
              | (features.xsave ? CR4_OSXSAVE : 0));
}

void cpu_allow_sysenter(void)
{
    if (features.sysenter)
        wrmsr(MSR_SYSENTER_CS, RING0_CS);
}

void cpu_set_gdt(struct cpu *cpu, const mfn_t *frames, unsigned nr,
                 unsigned entries)
{
    uint64_t gdt = cpu_area(cpu) + CPU_GDT;

    for (unsigned i = 0; i < GDT_GUEST_PAGES; i++) {
        mfn_t frame = i < nr ? frames[i] : address_mfn(zero_frame);

        paging_map(gdt + i * PAGE_SIZE, mfn_address(frame), PAGE_SIZE,
                   i < nr ? MAP_DATA : MAP_RODATA);
        invlpg(gdt + i * PAGE_SIZE);
        cpu->gdt_frames[i] = i < nr ? frame : MFN(0);
    }
    cpu->gdt_entries = entries;
}

void cpu_set_ldt(struct cpu *cpu, uint64_t base, unsigned entries)
{
    uint64_t *descriptor = &cpu_gdt(cpu)[LDT_SELECTOR >> 3];
    uint16_t selector = entries ? LDT_SELECTOR : 0;

    make_system_descriptor(descriptor, base, entries * 8 - 1, 2);
    cpu->ldt_base = base;
    cpu->ldt_entries = entries;
    __asm__ volatile ("lldt %0" : : "r" (selector) : "memory");
}

uint8_t *cpu_io_bitmap(struct cpu *cpu)
{
    return (uint8_t *)(cpu_tss(cpu) + 1);
}

void cpu_enable_io_bitmap(struct cpu *cpu, bool on)
{
    cpu_tss(cpu)->io_bitmap =
        on ? sizeof(struct tss) : sizeof(struct tss) + IO_BITMAP_BYTES + 1;
}
