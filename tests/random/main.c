/* SPDX-License-Identifier: MIT */
/*
 * random - hypercalls with random arguments, to see that none of them hangs
 * or breaks the hypervisor
 *
 * The initrd says what to do, a line a command:
 *
 *     seed N          what all numbers follow from, with a call's index
 *     calls A B       make the calls of index A to B, B not included
 *     show            print each call before it is made
 *
 * A call doesn't depend on those before it but by what they changed, so any
 * may be left out.  The kernel keeps its own memory and tables out of it,
 * and repairs its handlers; what it does to itself all the same, it reports.
 */
#include "random.h"

#include <xen/callback.h>
#include <xen/vcpu.h>

#define NEWS    4096                    /* calls from one report to the next */
#define REPAIRS 64                      /* the same, of aliases */
#define VECTOR_DB  1
#define VECTOR_NMI 2
#define ON_EVENT   240

static uint64_t seed;
static bool show;

/* Watchpoints and NMIs are what was asked for. */
static bool on_exception(struct trap_frame *frame)
{
    return frame->vector == VECTOR_DB || frame->vector == VECTOR_NMI
           || frame->vector == ON_EVENT;
}

static void repair(uint64_t index)
{
    CALL(set_debugreg, 7, 0);
    traps_install(0);
    CALL(set_callbacks, trap_stub(ON_EVENT), trap_stub(ON_EVENT),
         trap_stub(ON_EVENT));
    if (index % REPAIRS == 0)
        values_restore();
}

static bool needs_repair(const struct call *call)
{
    switch (call->number) {
    case __HYPERVISOR_set_trap_table:
    case __HYPERVISOR_set_callbacks:
    case __HYPERVISOR_callback_op:
    case __HYPERVISOR_nmi_op:
    case __HYPERVISOR_set_debugreg:
    case __HYPERVISOR_multicall:
        return true;
    default:
        return false;
    }
}

static void show_multicall(const struct call *call)
{
    const multicall_entry_t *entries = (const void *)call->a[0];

    for (uint64_t i = 0; i < call->a[1]; i++)
        print("    %lu(%lx, %lx, %lx, %lx, %lx)", entries[i].op,
              entries[i].args[0], entries[i].args[1], entries[i].args[2],
              entries[i].args[3], entries[i].args[4]);
}

static void show_call(uint64_t index, const struct call *call)
{
    print("call %lu: %lu(%lx, %lx, %lx, %lx, %lx)", index, call->number,
          call->a[0], call->a[1], call->a[2], call->a[3], call->a[4]);
    if (call->number == __HYPERVISOR_multicall)
        show_multicall(call);
}

static void one_call(uint64_t index)
{
    struct call call;
    long result;

    random_begin(seed, index);
    call_make(&call);
    if (show)
        show_call(index, &call);
    result = hypercall(call.number, call.a[0], call.a[1], call.a[2],
                       call.a[3], call.a[4]);
    if (show)
        report(result, "call %lu, result", index);
    if (index % REPAIRS == 0 || needs_repair(&call))
        repair(index);
}

/* Nothing but digits and blanks is looked for. */
static uint64_t number(const char **text)
{
    uint64_t value = 0;

    while (**text == ' ')
        ++*text;
    for (; **text >= '0' && **text <= '9'; ++*text)
        value = value * 10 + (uint64_t)(**text - '0');
    return value;
}

static void make_calls(const char **text)
{
    uint64_t from = number(text), to = number(text);

    for (uint64_t index = from; index < to; index++) {
        if (index % NEWS == 0)
            print("at call %lu", index);
        one_call(index);
    }
}

static bool takes(const char **text, const char *word)
{
    size_t length = strlen(word);

    if (memcmp(*text, word, length))
        return false;
    *text += length;
    return true;
}

/* vcpu_info in a page of its own: shared_info's may be registered over. */
static void keep_vcpu_info(void)
{
    vcpu_register_vcpu_info_t place = { .mfn = mfn_of(page_new()) };

    shared_info->vcpu_info[0].evtchn_upcall_mask = 1;
    CALL(vcpu_op, VCPUOP_register_vcpu_info, 0, &place);
}

void guest_main(void)
{
    const char *text = (const char *)start_info->mod_start;
    const char *end = text + start_info->mod_len;

    on_trap = on_exception;
    values_init();
    keep_vcpu_info();
    while (text < end) {
        if (takes(&text, "seed"))
            seed = number(&text);
        else if (takes(&text, "calls"))
            make_calls(&text);
        else if (takes(&text, "show"))
            show = true;
        else
            text++;
    }
}
