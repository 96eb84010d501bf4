/* SPDX-License-Identifier: MIT */
/* The two ways in which the kernel sees its events. */
#ifndef HYPERCALL_EVENT_ABI_H
#define HYPERCALL_EVENT_ABI_H

#include <stdbool.h>
#include <stdint.h>
#include <lib/frame_number.h>
#include <machine/cpu_area.h>

struct event_abi {
    uint32_t nr_ports;

    /*
     * Make a port pending, or take its mask away, and put it where the
     * vCPU on `cpu` looks.  True if it has to be told.
     */
    bool (*set_pending)(uint32_t port, struct cpu *cpu, unsigned priority);
    bool (*unmask)(uint32_t port, struct cpu *cpu, unsigned priority);

    void (*clear_pending)(uint32_t port);
    bool (*is_pending)(uint32_t port);
    bool (*is_masked)(uint32_t port);

    /* Does the vCPU find anything if it looks? */
    bool (*has_events)(const struct cpu *cpu);
};

extern const struct event_abi event_abi_2level, event_abi_fifo;

/*
 * EVTCHNOP_init_control and _expand_array; -errno as Xen's.  *first, *end:
 * the ports that have event words now.
 */
long event_fifo_set_control(struct cpu *cpu, mfn_t page, uint32_t offset);
long event_fifo_add_array(mfn_t page, uint32_t *first, uint32_t *end);

/* Forget the kernel's arrays and control blocks. */
void event_fifo_end(void);

/* A port that became pending before it had an event word. */
void event_fifo_note_pending(uint32_t port);
bool event_fifo_was_early(uint32_t port);

#endif
