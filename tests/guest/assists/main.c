/* SPDX-License-Identifier: MIT */
/*
 * assists - what vm_assist changes
 *
 * Each assist that a 64-bit kernel can have, off, on and off again: stores to
 * page tables, a program's I/O privilege level, its view of the M2P, the
 * runstate area.  Each run ends at its exception: vector 6 is the snippet's
 * own end.
 */
#include "run/run.h"

#include <xen/physdev.h>
#include <xen/vcpu.h>

#define X(name) extern const char snippet_##name[]
X(ud); X(read); X(write); X(exchange); X(in); X(flags);

static void print_end(const char *name, const char *how)
{
    print("%s, %s: vector %lu error %lx", name, how, seen[0].frame.vector,
          seen[0].frame.error);
}

/* Off, on, and off again. */
static void try(const char *name, unsigned assist,
                void (*what)(const char *how))
{
    what("at first");
    report(CALL(vm_assist, VMASST_CMD_enable, assist), "enable %s", name);
    what("on");
    report(CALL(vm_assist, VMASST_CMD_enable, assist), "enable %s again",
           name);
    report(CALL(vm_assist, VMASST_CMD_disable, assist), "disable %s", name);
    what("off");
    report(CALL(vm_assist, VMASST_CMD_disable, assist), "disable %s again",
           name);
}

#define TRY(name, what) try(#name, VMASST_TYPE_##name, what)

/* The L1 table of the user's code is mapped read-only in the kernel. */
static void store_to_tables(const char *how)
{
    uint64_t place = (uint64_t)page_entry(USER_READ_ONLY, 1);

    run_in_kernel(snippet_write, place, false);
    print_end("store to a table", how);
    run_in_kernel(snippet_exchange, place, false);
    print_end("exchange in a table", how);
}

/* An IOPL of 3 in what iret returns to. */
static void use_ports(const char *how)
{
    struct run_context context = user_context(snippet_in);

    context.rflags |= RFLAGS_IOPL;
    run_in_user(context);
    print_end("IOPL, port", how);
    print("IOPL, %s, frame's: %lu", how,
          (seen[0].frame.rflags & RFLAGS_IOPL) >> 12);
    context.rip = USER_ADDRESS(snippet_flags);
    run_in_user(context);
    print("IOPL, %s, a program sees: %lu", how,
          (seen[0].frame.rbx & RFLAGS_IOPL) >> 12);
    run_in_kernel(snippet_ud, 0, false);
    print("IOPL, %s, kernel's frame: %lu", how,
          (seen[0].frame.rflags & RFLAGS_IOPL) >> 12);
}

static void read_m2p(const char *how)
{
    struct run_context context = user_context(snippet_read);

    context.rax = MACH2PHYS_VIRT_START;
    run_in_user(context);
    print_end("M2P, program", how);
    run_in_kernel(snippet_read, context.rax, false);
    print_end("M2P, kernel", how);
}

/* The flag is only seen while an update goes on. */
static void look_at_runstate(const char *how)
{
    static struct vcpu_runstate_info area;
    struct vcpu_register_runstate_memory_area place = { .addr.v = &area };

    report(CALL(vcpu_op, VCPUOP_register_runstate_memory_area, 0, &place),
           "runstate area, %s", how);
    print("runstate, %s: state %u, update %lu", how, area.state,
          area.state_entry_time >> 63);
}

static void nothing(const char *how)
{
    (void)how;
}

void guest_main(void)
{
    struct physdev_set_iopl iopl = { .iopl = 1 };

    run_init();
    CALL(physdev_op, PHYSDEVOP_set_iopl, &iopl);
    TRY(writable_pagetables, store_to_tables);
    TRY(architectural_iopl, use_ports);
    TRY(m2p_strict, read_m2p);
    TRY(runstate_update_flag, look_at_runstate);
    TRY(4gb_segments, nothing);
    TRY(4gb_segments_notify, nothing);
    TRY(pae_extended_cr3, nothing);
}
