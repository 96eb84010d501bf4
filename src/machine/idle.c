/* SPDX-License-Identifier: MIT */
#include <machine/idle.h>

#include <lib/command_line.h>
#include <lib/console.h>
#include <lib/string.h>
#include <machine/features.h>
#include <machine/timer.h>
#include <machine/verw.h>
#include <machine/x86.h>

/* EAX of MWAIT: C1, its first substate (SDM volume 2, MWAIT). */
#define MWAIT_C1 0

static bool use_mwait;

void idle_init(const char *option)
{
    bool hypervisor = cpuid(1, 0).ecx >> 31;

    use_mwait = features.monitor && !hypervisor;
    if (!strcmp(option, "on"))
        use_mwait = features.monitor;
    else if (!strcmp(option, "off"))
        use_mwait = false;
    printk("Idle: %s\n", use_mwait ? "MWAIT" : "HLT");
}

static bool take_wake(struct cpu *cpu)
{
    return __atomic_exchange_n(&cpu->woken, false, __ATOMIC_SEQ_CST);
}

/*
 * The shadow of `sti` covers MWAIT: an interrupt ends it, it can't miss.
 * The NOP is a place to take it where the shadow outlives MWAIT (TCG).
 */
static void monitor_and_wait(struct cpu *cpu)
{
    __asm__ volatile ("monitor" : : "a" (&cpu->woken), "c" (0), "d" (0));
    if (!take_wake(cpu))
        __asm__ volatile ("sti; mwait; nop; cli"
                          : : "a" (MWAIT_C1), "c" (0) : "memory");
}

/*
 * A wake-up that comes when the CPU has just stopped looking is found here
 * by `woken`, or its sender finds `monitoring` clear, and interrupts us.
 */
void idle_wait(struct cpu *cpu)
{
    timer_before_wait(cpu);
    if (verw_is_used)
        verw();
    if (!use_mwait) {
        halt_once();
        return;
    }
    __atomic_store_n(&cpu->monitoring, true, __ATOMIC_SEQ_CST);
    monitor_and_wait(cpu);
    __atomic_store_n(&cpu->monitoring, false, __ATOMIC_SEQ_CST);
    take_wake(cpu);
}

bool idle_wake(struct cpu *cpu)
{
    if (!__atomic_load_n(&cpu->monitoring, __ATOMIC_SEQ_CST))
        return false;
    __atomic_store_n(&cpu->woken, true, __ATOMIC_SEQ_CST);
    return __atomic_load_n(&cpu->monitoring, __ATOMIC_SEQ_CST);
}
