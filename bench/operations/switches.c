/* SPDX-License-Identifier: MIT */
/* Switches between two processes or threads on one CPU. */
#include <linux/futex.h>
#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "machine.h"
#include "operation.h"

static int to_child[2], from_child[2], child;

static void echo(void)
{
    char byte;

    close(to_child[1]);
    close(from_child[0]);
    while (read(to_child[0], &byte, 1) == 1)
        write(from_child[1], &byte, 1);
}

static void start_echo(unsigned long count)
{
    (void)count;
    /* Ticks that come in between would change who is woken when. */
    if (getenv("processor"))
        let_waker_go_on();
    check(!pipe(to_child) && !pipe(from_child), "pipe");
    child = start_child(echo);
    close(to_child[0]);
    close(from_child[1]);
}

static void run_pipe(unsigned long count)
{
    char byte = 0;

    while (count--) {
        write(to_child[1], &byte, 1);
        check(read(from_child[0], &byte, 1) == 1, "echo");
    }
}

static void end_echo(void)
{
    close(to_child[1]);
    close(from_child[0]);
    wait_child(child);
}

static void yield_forever(void)
{
    for (;;)
        sched_yield();
}

/* Of a priority of its own, where each yield is a switch; or no more. */
static void set_fifo(int on)
{
    struct sched_param priority = { .sched_priority = on };

    check(!sched_setscheduler(0, on ? SCHED_FIFO : SCHED_OTHER, &priority),
          "SCHED_FIFO");
}

static void start_yield(unsigned long count)
{
    (void)count;
    set_fifo(1);
    child = start_child(yield_forever);
    sched_yield();
}

static void run_yield(unsigned long count)
{
    while (count--)
        sched_yield();
}

static void end_yield(void)
{
    end_child(child);
    set_fifo(0);
}

/* Whose turn it is; each waits until it is its own. */
static _Atomic int turn;
static pthread_t partner;

static void futex(int operation, int value)
{
    syscall(SYS_futex, &turn, operation | FUTEX_PRIVATE_FLAG, value, NULL,
            NULL, 0);
}

static void hand_over(int to)
{
    atomic_store(&turn, to);
    futex(FUTEX_WAKE, 1);
}

static void await(int own)
{
    int now;

    while ((now = atomic_load(&turn)) != own)
        futex(FUTEX_WAIT, now);
}

static void *partner_body(void *argument)
{
    for (unsigned long count = (unsigned long)argument; count--; ) {
        await(1);
        hand_over(0);
    }
    return NULL;
}

static void start_partner(unsigned long count)
{
    check(!pthread_create(&partner, NULL, partner_body, (void *)count),
          "a thread");
}

static void run_futex(unsigned long count)
{
    while (count--) {
        hand_over(1);
        await(0);
    }
}

static void end_partner(void)
{
    pthread_join(partner, NULL);
}

const struct operation switches[] = {
    { "pipe_pingpong_rt", 500, run_pipe, start_echo, end_echo },
    { "sched_yield_switch", 1000, run_yield, start_yield, end_yield },
    { "futex_pingpong_rt", 200, run_futex, start_partner, end_partner },
    { 0 },
};
