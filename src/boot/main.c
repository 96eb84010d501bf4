/* SPDX-License-Identifier: MIT */
/*
 * The boot, in order.  First half: on the loader's memory, with the first
 * 4 GiB mapped.  Second half: in our own address space, on the CPU's own
 * stack, with all of RAM mapped.
 */
#include <xen/xen.h>
#include <xen/arch-x86/cpuid.h>
#include <xen/arch-x86/hvm/start_info.h>

#include <boot/bios.h>
#include <boot/boot_info.h>
#include <boot/boot_library.h>
#include <boot/early_exception.h>
#include <boot/efi_exit.h>
#include <boot/options.h>
#include <boot/placement.h>
#include <boot/spec_ctrl.h>
#include <boot/start_cpus.h>
#include <boot/video.h>
#include <entry/entry.h>
#include <guest/build.h>
#include <guest/domain.h>
#include <guest/load.h>
#include <guest/start.h>
#include <hypercall/outside.h>
#include <hypercall/vcpu.h>
#include <hypercall/vcpu_time.h>
#include <hypercall/xenpmu.h>
#include <lib/console.h>
#include <lib/panic.h>
#include <lib/round.h>
#include <machine/acpi.h>
#include <machine/apic.h>
#include <machine/cpu.h>
#include <machine/efi.h>
#include <machine/features.h>
#include <machine/idle.h>
#include <machine/paging.h>
#include <machine/pci.h>
#include <machine/power.h>
#include <machine/screen.h>
#include <machine/smp.h>
#include <machine/time.h>
#include <machine/topology.h>
#include <machine/verw.h>
#include <partition/outer.h>
#include <version.h>

#define MULTIBOOT1_BOOTLOADER 0x2badb002
#define MULTIBOOT2_BOOTLOADER 0x36d76289

#define BOOT_MEMORY_SIZE (1ull << 32)

_Noreturn void boot_main(uint32_t magic, uint32_t address, uint64_t image);

/* start.S: move the resident image, then change address space and stack. */
_Noreturn void boot_move(const void *from, void *to, uint64_t size,
                         uint64_t l4, uint64_t rsp, void (*next)(void));
_Noreturn void boot_change_stack(uint64_t rsp, void (*next)(void));

extern const char resident_start[], resident_end[], boot_stack_top[];

static struct boot_info info;
static struct acpi_tables acpi;
static uint64_t started;        /* the TSC then */

static enum boot_error read_boot_info(uint32_t magic, uint32_t address,
                                      const struct physical_window *memory,
                                      uint64_t image)
{
    enum boot_error error;

    switch (magic) {
    case MULTIBOOT1_BOOTLOADER:
        return multiboot1_parse(memory, address, &info);
    case XEN_HVM_START_MAGIC_VALUE:
        return pvh_parse(memory, address, &info);
    case MULTIBOOT2_BOOTLOADER:
        error = multiboot2_parse(memory, address, &info);
        return error ? error : efi_exit_report(memory, image, &info);
    default:
        return BOOT_NO_INFO;
    }
}

/* Only a Xen that started us by our note is one to be a domain of. */
static void log_surroundings(void)
{
    struct cpuid_leaf r = cpuid(XEN_CPUID_FIRST_LEAF, 0);
    uint32_t name[] = { r.ebx, r.ecx, r.edx };

    if (cpuid(1, 0).ecx >> 31)
        printk("Hypervisor: \"%.12s\"; we run as %s\n", (char *)name,
               outside->name);
}

static void log_memory(const struct memory_map *map, unsigned faults)
{
    static const char *const types[] = {
        "", "usable", "reserved", "ACPI data", "ACPI NVS", "unusable",
    };

    if (info.efi.broken_map)
        printk("EFI's memory map contradicts itself: not used\n");
    if (faults & MEMORY_MAP_WRAPS)
        printk("The memory map has an entry that wraps: cut\n");
    if (faults & MEMORY_MAP_OVERLAPS)
        printk("The memory map has overlaps: not taken for RAM\n");
    if (faults & MEMORY_MAP_FULL)
        printk("The memory map has too many entries: some are not used\n");
    printk("Memory map:\n");
    for (unsigned i = 0; i < map->nr; i++) {
        uint32_t type = map->ranges[i].type;

        printk(" %016lx - %016lx (%s)\n", map->ranges[i].start,
               map->ranges[i].end,
               type < sizeof types / sizeof *types ? types[type]
                                                   : "reserved");
    }
}

/* Its place has to be no RAM and nothing else's, too (as Xen has it). */
static void add_ecams(void)
{
    for (unsigned i = 0; i < acpi.nr_ecams; i++) {
        const struct acpi_ecam *ecam = &acpi.ecams[i];
        uint64_t start = ecam->address + ecam->first_bus * PCI_ECAM_BUS;
        uint64_t end = ecam->address + (ecam->last_bus + 1) * PCI_ECAM_BUS;

        pci_add_ecam(ecam->address, ecam->segment, ecam->first_bus,
                     ecam->last_bus,
                     memory_map_is(&info.memory, start, end,
                                   MEMORY_RESERVED));
    }
}

/* To look whether one is there, it is written to: not to RAM. */
static void drop_ioapics_in_ram(void)
{
    unsigned kept = 0;

    for (unsigned i = 0; i < acpi.nr_io_apics; i++) {
        uint64_t page = round_down(acpi.io_apics[i].address, PAGE_SIZE);

        if (memory_map_is(&info.memory, page, page + PAGE_SIZE, MEMORY_RAM))
            printk("IO-APIC at %#lx is RAM: left out\n",
                   acpi.io_apics[i].address);
        else
            acpi.io_apics[kept++] = acpi.io_apics[i];
    }
    acpi.nr_io_apics = kept;
}

/* ACPI's tables lie in memory that only this half has mapped. */
static void read_acpi(const struct physical_window *memory)
{
    uint64_t rsdp = info.rsdp ? info.rsdp : acpi_find_rsdp(memory);

    if (!rsdp || !acpi_read_tables(memory, rsdp, &acpi))
        printk("ACPI: none on this machine\n");
    else if (acpi.nr_bad_tables)
        printk("ACPI: %u bad tables left out, the first is \"%s\"\n",
               acpi.nr_bad_tables, acpi.first_bad);
    drop_ioapics_in_ram();
    add_ecams();
    power_init(&acpi);
}

static void set_library_tls(bool on)
{
    /* The libraries' code looks for its stack guard at FS:0x28. */
    static uint64_t guard[8];

    wrmsr(MSR_FS_BASE, on ? (uint64_t)guard : 0);
}

/* The libraries choose variants of their code by the CPU's features. */
static void run_library_constructors(void)
{
    extern void (*const boot_constructors_start[])(void);
    extern void (*const boot_constructors_end[])(void);

    for (void (*const *f)(void) = boot_constructors_start;
         f < boot_constructors_end; f++)
        (*f)();
}

static void start_efi(void)
{
    if (info.efi.system_table && placement.efi_room)
        efi_init(info.efi.system_table, &placement.efi_map,
                 direct(placement.efi_room),
                 strcmp(options.efi, "no-rs") != 0);
}

/* Decompression is most of it; what grows with RAM has to stay small. */
static void log_duration(void)
{
    uint64_t ms = (rdtsc() - started) / time_tsc_khz();

    printk("The kernel starts, %lu ms after microxen did\n", ms);
}

/* It may read an MSR that isn't there: not before CPU 0 has its IDT. */
static void choose_verw(const struct cpu *first)
{
    verw_init(spec_ctrl_verw(options.spec_ctrl));
    if (verw_is_used)
        entry_use_verw(first);          /* the others have it from the start */
}

static void prepare_guest(void)
{
    struct cpu *cpu = cpu_of(0);
    static struct guest_start start;

    set_library_tls(true);
    run_library_constructors();
    outside->start_clock(&acpi);
    apic_init();
    choose_verw(cpu);
    outside->start_interrupts(&acpi);
    outside->start_timer();
    vcpu_timers_init();
    idle_init(options.mwait_idle);
    if (options.vpmu)
        xenpmu_start();
    start_cpus(vcpu_wait_for_start);
    start_efi();

    guest_load(&info, &options);
    guest_build(cpu, &info, &start);
    outside->start_input(&acpi);
    features_log();
    outside_log();
    log_duration();

    set_library_tls(false);
    __asm__ volatile ("fninit");
    screen_hand_over(video_is_kept(options.vga));
    guest_start(&start);
}

static void second_half(void)
{
    struct cpu *cpu = cpu_create(0);

    cpu_load(cpu);
    boot_change_stack(cpu_area(cpu) + CPU_STACK + CPU_STACK_SIZE,
                      prepare_guest);
}

_Noreturn void boot_main(uint32_t magic, uint32_t address, uint64_t image)
{
    const struct physical_window memory = { direct(0), 0, BOOT_MEMORY_SIZE };
    enum boot_error error;

    started = rdtsc();
    early_exceptions_init();
    error = read_boot_info(magic, address, &memory, image);
    if (magic == XEN_HVM_START_MAGIC_VALUE && outer_find())
        outside = &outside_xen;
    options_init(info.command_line);
    video_init(&info, image, options.vga);
    options_start_consoles();
    printk("microxen %s\n", MICROXEN_VERSION);
    if (error)
        panic("%s", boot_error_text(error));
    printk("Loaded by %s, %s%s\n", *info.loader ? info.loader
           : "a loader without a name", info.protocol,
           info.efi.boot_services ? ", EFI's boot services on"
           : info.efi.system_table ? ", EFI's boot services ended" : "");
    log_surroundings();
    printk("Command line: %s\n", info.command_line);
    log_memory(&info.memory, info.memory_faults);

    snprintf(domain.command_line, sizeof domain.command_line, "%s",
             info.command_line);
    bios_ask(&info);
    features_init();
    read_acpi(&memory);
    smp_choose(&acpi, options_max_cpus(outside->max_cpus));
    topology_init();
    placement_init(&info, image);
    placement_map(&info);
    outside->map(&info.memory);
    video_map(&info.video);
    boot_move(resident_start, direct(placement.resident),
              (uint64_t)(resident_end - resident_start), paging_l4(),
              (uint64_t)boot_stack_top, second_half);
}

_Noreturn void boot_library_failed(const char *what)
{
    panic("Decompression called %s, which there is none of here", what);
}
