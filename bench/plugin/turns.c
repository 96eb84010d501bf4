/* SPDX-License-Identifier: MIT */
#include "turns.h"

static unsigned int turn, counted;
static struct counts at_leaving, others;

static void add_what_others_did(void)
{
    others.guest += counts.guest - at_leaving.guest;
    others.hypervisor += counts.hypervisor - at_leaving.hypervisor;
    for (int dear = 0; dear < DEARS; dear++)
        others.dear[dear] += counts.dear[dear] - at_leaving.dear[dear];
}

/* Before a block's first instruction is counted. */
static void on_block(unsigned int vcpu, void *data)
{
    (void)data;
    if (vcpu == turn)
        return;
    if (turn == counted)
        at_leaving = counts;
    else if (vcpu == counted)
        add_what_others_did();
    turn = vcpu;
}

void turns_watch(struct qemu_plugin_tb *block)
{
    qemu_plugin_register_vcpu_tb_exec_cb(block, on_block,
                                         QEMU_PLUGIN_CB_NO_REGS, NULL);
}

void turns_begin(unsigned int vcpu)
{
    counted = vcpu;
    others = (struct counts){ 0 };
}

const struct counts *turns_of_others(void)
{
    return &others;
}
