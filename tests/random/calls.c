/* SPDX-License-Identifier: MIT */
/*
 * Calls whose arguments are random, but for what would end the kernel or
 * change its own memory: whatever it does to itself says nothing.
 */
#include "random.h"

#include <xen/memory.h>
#include <xen/platform.h>
#include <xen/sched.h>
#include <xen/vcpu.h>

#define NR_NUMBERS  64
#define WORDS       24                  /* of an argument structure */
#define CALLS_MAX   8                   /* of a multicall */
#define REQUESTS    8
#define WRITE_MAX   16                  /* characters to the console */
#define ORDER_MAX   3

/*
 * What is known of each call's form: how many operations it has, 0: its
 * first argument is a pointer.  Those that are not here may be anything.
 */
static const struct form {
    unsigned number, operations;
} forms[] = {
    { __HYPERVISOR_set_trap_table, 0 },
    { __HYPERVISOR_mmu_update, 0 },
    { __HYPERVISOR_mmuext_op, 0 },
    { __HYPERVISOR_update_va_mapping, 0 },
    { __HYPERVISOR_update_va_mapping_otherdomain, 0 },
    { __HYPERVISOR_update_descriptor, 0 },
    { __HYPERVISOR_set_gdt, 0 },
    { __HYPERVISOR_platform_op, 0 },
    { __HYPERVISOR_event_channel_op_compat, 0 },
    { __HYPERVISOR_physdev_op_compat, 0 },
    { __HYPERVISOR_sysctl, 0 },
    { __HYPERVISOR_domctl, 0 },
    { __HYPERVISOR_memory_op, 30 },
    { __HYPERVISOR_xen_version, 12 },
    { __HYPERVISOR_console_io, 3 },
    { __HYPERVISOR_vm_assist, 3 },
    { __HYPERVISOR_vcpu_op, 15 },
    { __HYPERVISOR_set_segment_base, 5 },
    { __HYPERVISOR_nmi_op, 3 },
    { __HYPERVISOR_sched_op, 9 },
    { __HYPERVISOR_sched_op_compat, 4 },
    { __HYPERVISOR_callback_op, 3 },
    { __HYPERVISOR_event_channel_op, 15 },
    { __HYPERVISOR_event_channel_op, 15 },
    { __HYPERVISOR_physdev_op, 33 },
    { __HYPERVISOR_set_debugreg, 8 },
    { __HYPERVISOR_get_debugreg, 8 },
    { __HYPERVISOR_xenpmu_op, 8 },
};

/* What fields of 16 or 32 bits hold when they are right. */
static uint64_t small(void)
{
    switch (random_below(8)) {
    case 0:
        return DOMID_SELF;
    case 1:
        return value_any();
    default:
        return random_below(8);
    }
}

/* Words at a pointer, if the kernel can write them; of one width a call. */
static void fill(uint64_t pointer)
{
    unsigned width = 16u << random_below(3);

    for (unsigned i = 0; i < WORDS; i++) {
        uint64_t *word = value_place(pointer + i * 8, 8);
        uint64_t value = 0;

        for (unsigned at = 0; width < 64 && at < 64; at += width)
            value |= (small() & ((1ul << width) - 1)) << at;
        if (width == 64 || !random_below(8) || value_is_kernels(value))
            value = random_below(4) ? value_any() : value_mfn();
        if (word)
            *word = value;
    }
}

/* A field of the structure that was filled; NULL: not in one page of ours. */
static void *field(uint64_t pointer, size_t offset, size_t size)
{
    return value_place(pointer + offset, size);
}

#define FIELD(pointer, type, name)                                      \
    ((__typeof__(((type *)0)->name) *)field(                            \
        pointer, offsetof(type, name), sizeof(((type *)0)->name)))

/* An array of that size at the first argument, or a pointer to nothing. */
static void *array(struct call *call, size_t size)
{
    void *place = value_place(call->a[0], size);

    if (!place)
        call->a[0] = UNMAPPED_VIRTUAL;
    return place;
}

static void make_mmu_update(struct call *call)
{
    unsigned count = random_below(REQUESTS);
    mmu_update_t *updates = array(call, count * sizeof *updates);

    call->a[1] = updates ? count : random_bits();
    for (unsigned i = 0; updates && i < count; i++)
        updates[i] = (mmu_update_t){
            .ptr = value_entry_place() | random_below(8),
            .val = value_pte(),
        };
    call->a[3] = random_below(4) ? DOMID_SELF : value_any();
}

static void make_mmuext_op(struct call *call)
{
    unsigned count = random_below(REQUESTS);
    struct mmuext_op *ops = array(call, count * sizeof *ops);

    call->a[1] = ops ? count : random_bits();
    for (unsigned i = 0; ops && i < count; i++) {
        uint64_t second = random_below(2) ? value_mfn() : value_pointer();

        ops[i].cmd = random_below(24);
        ops[i].arg1.mfn = value_mfn();
        if (ops[i].cmd == MMUEXT_NEW_BASEPTR)
            ops[i].arg1.mfn = ~0ul >> random_below(12);
        memcpy(&ops[i].arg2, &second, sizeof second);
    }
    call->a[3] = random_below(4) ? DOMID_SELF : value_any();
}

static void make_sched_op(struct call *call)
{
    uint64_t *timeout = FIELD(call->a[1], struct sched_poll, timeout);
    char *begin = value_place(call->a[1], 1);

    while ((uint32_t)call->a[0] == SCHEDOP_block
           || (uint32_t)call->a[0] == SCHEDOP_shutdown)
        call->a[0] = random_below(12);
    if ((uint32_t)call->a[0] == SCHEDOP_poll && timeout) {
        *timeout = 1 + random_below(1000);      /* long ago */
        values_restore();                       /* it is read from there */
    } else if ((uint32_t)call->a[0] == SCHEDOP_poll && begin) {
        /* From two pages it may be read all the same, and be never. */
        call->a[0] = SCHEDOP_yield;
    }
}

static void make_vcpu_op(struct call *call)
{
    while ((uint32_t)call->a[0] == VCPUOP_up
           || (uint32_t)call->a[0] == VCPUOP_down)
        call->a[0] = random_below(18);
    call->a[1] = random_below(4) ? random_below(2) : value_any();
    call->a[2] = value_pointer();
    fill(call->a[2]);
}

static void make_memory_op(struct call *call)
{
    struct xen_memory_exchange *exchange =
        value_place(call->a[1], sizeof *exchange);

    if (!exchange)
        return;
    /* Counts in billions are tried with pointers to nothing only. */
    if (random_below(2)) {
        exchange->in.nr_extents = random_below(8);
        exchange->in.extent_order = random_below(ORDER_MAX);
        exchange->in.domid = DOMID_SELF;
    } else {
        exchange->in.extent_start.p = (void *)UNMAPPED_VIRTUAL;
    }
    if ((call->a[0] & 63) == XENMEM_exchange) {
        exchange->in.extent_start.p = (void *)value_pointer();
        exchange->out = exchange->in;
        exchange->out.extent_start.p = (void *)value_pointer();
        exchange->out.mem_flags = random_below(64);
        exchange->nr_exchanged = random_below(2);
    }
}

static void make_platform_op(struct call *call)
{
    uint32_t *command, *version;

    call->a[0] = value_pointer();
    fill(call->a[0]);
    command = FIELD(call->a[0], struct xen_platform_op, cmd);
    version = FIELD(call->a[0], struct xen_platform_op, interface_version);
    if (version)
        *version = XENPF_INTERFACE_VERSION;
    if (command)
        do
            *command = 17 + random_below(50);
        while (*command == XENPF_enter_acpi_sleep);
}

/* Those whose arguments are not (command, structure). */
static void shape(struct call *call)
{
    switch (call->number) {
    case __HYPERVISOR_mmu_update:
        make_mmu_update(call);
        break;
    case __HYPERVISOR_mmuext_op:
        make_mmuext_op(call);
        break;
    case __HYPERVISOR_update_va_mapping:
    case __HYPERVISOR_update_va_mapping_otherdomain:
        call->a[0] = value_pointer();
        call->a[1] = value_pte();
        call->a[2] = random_below(2) ? random_below(8) : value_any();
        break;
    case __HYPERVISOR_update_descriptor:
        call->a[0] = value_entry_place();
        break;
    case __HYPERVISOR_sched_op:
    case __HYPERVISOR_sched_op_compat:
        make_sched_op(call);
        break;
    case __HYPERVISOR_vcpu_op:
        make_vcpu_op(call);
        break;
    case __HYPERVISOR_memory_op:
        make_memory_op(call);
        break;
    case __HYPERVISOR_platform_op:
        make_platform_op(call);
        break;
    case __HYPERVISOR_console_io:
        if (call->a[1] > WRITE_MAX)
            call->a[2] = UNMAPPED_VIRTUAL;
        break;
    }
}

/* (Command, pointer), a pointer alone, or nothing that is known. */
static void choose_number(struct call *call)
{
    const struct form *form =
        &forms[random_below(sizeof forms / sizeof *forms)];

    call->number = form->number;
    if (random_below(16) == 0) {
        call->number = random_below(4) ? random_below(NR_NUMBERS)
                                       : value_any();
    } else if (form->operations && random_below(32)) {
        call->a[0] = random_below(form->operations);
        call->a[1] = value_pointer();
    } else {
        call->a[0] = value_pointer();
    }
}

static void make_single(struct call *call)
{
    do {
        for (unsigned i = 0; i < 5; i++)
            call->a[i] = value_any();
        choose_number(call);
    } while (call->number == __HYPERVISOR_iret
             || call->number == __HYPERVISOR_multicall);
    fill(call->a[0]);
    fill(call->a[1]);
    shape(call);
}

/* In memory of its own: its calls' results don't become its calls. */
static void make_multicall(struct call *call)
{
    static multicall_entry_t entries[CALLS_MAX + 1];
    unsigned count = 1 + random_below(CALLS_MAX);
    uint64_t place = (uint64_t)entries + random_below(2) * random_below(8);

    for (unsigned i = 0; i < count; i++) {
        multicall_entry_t entry = { .op = __HYPERVISOR_multicall,
                                    .args = { place, count } };
        struct call one;

        if (random_below(16)) {
            make_single(&one);
            /* Those before it may put another timeout there, or none. */
            if (one.number == __HYPERVISOR_sched_op
                && (uint32_t)one.a[0] == SCHEDOP_poll)
                one.a[0] = SCHEDOP_yield;
            entry.op = one.number;
            memcpy(entry.args, one.a, sizeof one.a);
        }
        memcpy((char *)place + i * sizeof entry, &entry, sizeof entry);
    }
    *call = (struct call){ __HYPERVISOR_multicall, { place, count } };
}

void call_make(struct call *call)
{
    if (random_below(12))
        make_single(call);
    else
        make_multicall(call);
}
