/* SPDX-License-Identifier: MIT */
#include <lib/panic.h>

#include <stdarg.h>
#include <stddef.h>

#include <xen/xen.h>

#include <entry/entry.h>
#include <guest/domain.h>
#include <lib/console.h>
#include <lib/guest_access.h>
#include <lib/symbols.h>
#include <machine/cpu_area.h>
#include <machine/power.h>
#include <machine/smp.h>
#include <machine/time.h>
#include <machine/x86.h>

#define REBOOT_SECONDS 5
#define BACKTRACE_MAX  24

bool option_noreboot;
static bool panicking;

_Noreturn void end_machine(void)
{
    if (option_noreboot) {
        printk("Halted, as `noreboot' asks. Reset the machine by hand.\n");
        power_halt();
    }
    if (power_crash())
        power_halt();
    printk("Reboot in %d seconds...\n", REBOOT_SECONDS);
    time_delay(REBOOT_SECONDS * 1000000000ull);
    power_reset();
}

/* NULL on the boot stack, when there is no CPU area yet. */
static const struct cpu *running_cpu(void)
{
    uint64_t rsp = (uint64_t)__builtin_frame_address(0);

    return rsp >= CPU_AREA_BASE && rsp < DEVICE_BASE ? this_cpu() : NULL;
}

/* A panic inside a panic: nothing more can be said. */
static void begin_panic(void)
{
    __asm__ volatile ("cli");
    if (panicking)
        power_halt();
    if (running_cpu())
        smp_stop_others();
    panicking = true;
    console_panic();
}

_Noreturn void panic(const char *format, ...)
{
    va_list arguments;

    begin_panic();
    printk("Panic: ");
    va_start(arguments, format);
    vprintk(format, arguments);
    va_end(arguments);
    printk("\n");
    end_machine();
}

static void print_address(uint64_t address)
{
    uint64_t offset;
    const char *name = symbol_find(entry_in_template(address), &offset);

    if (name)
        printk("  [%p] %s+%#lx\n", (void *)address, name, offset);
    else
        printk("  [%p]\n", (void *)address);
}

static void print_registers(const struct frame *f)
{
    printk("RIP: %04lx:%p  RFLAGS: %08lx  error: %04lx  vector: %u\n",
           f->cs & 0xffff, (void *)f->rip, f->rflags, f->error,
           (unsigned)(f->vector & 0xff));
    printk("RAX: %p  RBX: %p  RCX: %p\n", (void *)f->rax, (void *)f->rbx,
           (void *)f->rcx);
    printk("RDX: %p  RSI: %p  RDI: %p\n", (void *)f->rdx, (void *)f->rsi,
           (void *)f->rdi);
    printk("RBP: %p  RSP: %p  R8:  %p\n", (void *)f->rbp, (void *)f->rsp,
           (void *)f->r8);
    printk("R9:  %p  R10: %p  R11: %p\n", (void *)f->r9, (void *)f->r10,
           (void *)f->r11);
    printk("R12: %p  R13: %p  R14: %p\n", (void *)f->r12, (void *)f->r13,
           (void *)f->r14);
    printk("R15: %p  CR0: %p  CR2: %p\n", (void *)f->r15,
           (void *)read_cr0(), (void *)read_cr2());
    printk("CR3: %p  CR4: %p  SS:  %04lx\n", (void *)read_cr3(),
           (void *)read_cr4(), f->ss & 0xffff);
}

/* Frame pointers, as far as they can be read and go upwards. */
static void print_backtrace(const struct frame *f)
{
    uint64_t rbp = f->rbp, caller;

    printk("Backtrace:\n");
    print_address(f->rip);
    /* After a call to nowhere only the stack's top says from where. */
    if (!symbol_find(entry_in_template(f->rip), &(uint64_t){ 0 })
        && read_checked((const uint64_t *)f->rsp, &caller))
        print_address(caller);
    for (unsigned i = 0; i < BACKTRACE_MAX; i++) {
        uint64_t next, address;

        if (!read_checked((const uint64_t *)rbp, &next)
            || !read_checked((const uint64_t *)rbp + 1, &address))
            break;
        if (!symbol_find(entry_in_template(address), &(uint64_t){ 0 }))
            break;
        print_address(address);
        if (next <= rbp)
            break;
        rbp = next;
    }
}

static void print_guest(void)
{
    const struct cpu *cpu = running_cpu();

    if (!cpu || !cpu->vcpu_info) {
        printk("The guest hasn't started.\n");
        return;
    }
    printk("Guest: kernel stack %p, in a hypercall RSP %p\n",
           (void *)cpu_tss(cpu)->rsp[0], (void *)cpu->guest_rsp);
    printk("Guest: events pending %u, masked %u, callback %p\n",
           cpu->vcpu_info->evtchn_upcall_pending,
           cpu->vcpu_info->evtchn_upcall_mask, (void *)cpu->event_callback);
}

_Noreturn void panic_frame(const struct frame *frame, const char *why)
{
    begin_panic();
    printk("Panic: %s\n", why);
    print_registers(frame);
    print_backtrace(frame);
    print_guest();
    end_machine();
}
