/* SPDX-License-Identifier: MIT */
/*
 * ends - how a kernel's end becomes the machine's
 *
 * The command line says how: SCHEDOP_shutdown for each reason, by the call
 * of today and the old one; and what no kernel can survive, an exception
 * that it has no handler or no stack for, an iret without a frame, its last
 * vCPU that goes down.  The last line is what became of the machine, by
 * QEMU's own word: guest-shutdown, guest-reset or that it stays.
 */
#include "guest.h"

#include <xen/sched.h>
#include <xen/vcpu.h>

#define SHUTDOWN_unknown 99
#define NR_ENDINGS (sizeof endings / sizeof *endings)

static void today(unsigned reason)
{
    struct sched_shutdown op = { .reason = reason };

    report(CALL(sched_op, SCHEDOP_shutdown, &op), "it goes on");
}

static void of_old(unsigned reason)
{
    report(CALL(sched_op_compat, SCHEDOP_shutdown, reason), "it goes on");
}

static void no_handler(unsigned vector)
{
    trap_info_t none[1] = { { 0 } };

    (void)vector;
    CALL(set_trap_table, 0);
    CALL(set_trap_table, none);
    __asm__ volatile ("ud2");
}

static void no_stack(unsigned vector)
{
    (void)vector;
    __asm__ volatile ("mov %0, %%rsp; ud2" : : "r" (UNMAPPED_VIRTUAL));
}

static void no_frame(unsigned number)
{
    (void)number;
    __asm__ volatile ("mov %0, %%rsp; mov %1, %%eax; syscall"
                      : : "r" (UNMAPPED_VIRTUAL), "i" (__HYPERVISOR_iret));
}

static void down(unsigned vcpu)
{
    report(CALL(vcpu_op, VCPUOP_down, vcpu, 0), "it goes on");
}

static const struct {
    const char *line;
    void (*end)(unsigned argument);
    unsigned argument;
} endings[] = {
#define SHUTDOWN(reason)                                                   \
    { "sched_op(SCHEDOP_shutdown, " #reason ")", today, reason }
#define OLD(reason)                                                        \
    { "sched_op_compat(SCHEDOP_shutdown, " #reason ")", of_old, reason }
    SHUTDOWN(SHUTDOWN_poweroff),
    SHUTDOWN(SHUTDOWN_reboot),
    SHUTDOWN(SHUTDOWN_suspend),
    SHUTDOWN(SHUTDOWN_crash),
    SHUTDOWN(SHUTDOWN_watchdog),
    SHUTDOWN(SHUTDOWN_soft_reset),
    { "sched_op(SCHEDOP_shutdown, 99)", today, SHUTDOWN_unknown },
    OLD(SHUTDOWN_poweroff),
    OLD(SHUTDOWN_reboot),
    OLD(SHUTDOWN_crash),
    { "sched_op_compat(SCHEDOP_shutdown, 99)", of_old, SHUTDOWN_unknown },
    { "no handler", no_handler, 0 },
    { "no stack", no_stack, 0 },
    { "iret of a frame that can't be read", no_frame, 0 },
    { "last vCPU down", down, 0 },
};

void guest_main(void)
{
    for (unsigned i = 0; i < NR_ENDINGS; i++)
        if (!strcmp((const char *)start_info->cmd_line, endings[i].line)) {
            print("it begins: yes");
            endings[i].end(endings[i].argument);
            return;
        }
    print("UNEXPECTED command line");
}
