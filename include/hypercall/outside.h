/* SPDX-License-Identifier: MIT */
/*
 * What lies outside the kernel: a machine, or another Xen.  All that the
 * two do differently goes through one of these tables, chosen at boot.
 */
#ifndef HYPERCALL_OUTSIDE_H
#define HYPERCALL_OUTSIDE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <boot/memory_map.h>
#include <machine/acpi.h>

struct evtchn_alloc_unbound;
struct evtchn_bind_interdomain;
struct evtchn_status;

/*
 * What a kernel needs beside a CPU, and who provides it, for the log.  With
 * the option `option` it is `other`, and *chosen set.
 */
struct service {
    const char *name, *provider;
    const char *option, *other;
    bool *chosen;
};

#define SERVICE(name, provider) { name, provider, NULL, NULL, NULL }

struct outside {
    const char *name;
    const struct service *services;     /* the last one has no name */
    const char *console;        /* option console='s default */
    bool has_hardware;          /* for an initial domain to own */
    unsigned max_cpus;

    /* While the machine starts, in this order. */
    void (*register_consoles)(void);
    void (*map)(const struct memory_map *map);
    void (*start_clock)(const struct acpi_tables *acpi);
    void (*start_interrupts)(const struct acpi_tables *acpi);
    void (*start_timer)(void);
    uint64_t (*wallclock)(void);                /* ns since 1970 */
    /* At these physical addresses; fills in what `domain` says of them. */
    void (*make_rings)(uint64_t console, uint64_t store);
    void (*start_input)(const struct acpi_tables *acpi);

    /* Of the domain, as tools name it: XENVER_guest_handle. */
    void (*domain_uuid)(unsigned char uuid[16]);

    /* Events; results as event_channel_op's. */
    int (*port_allocate)(void);
    void (*port_closed)(uint32_t port);
    long (*alloc_unbound)(struct evtchn_alloc_unbound *op);
    long (*bind_interdomain)(struct evtchn_bind_interdomain *op);
    /* Of ports whose other end is outside. */
    long (*port_send)(uint32_t port);
    long (*port_status)(struct evtchn_status *op);
    void (*port_set_vcpu)(uint32_t port, uint32_t vcpu);

    /* Who waits for another vCPU lets others run. */
    void (*yield)(void);

    /* Hypercalls, as they come. */
    long (*memory_reservation)(uint32_t command, uint64_t argument);
    long (*grant_table_op)(uint32_t command, uint64_t argument,
                           uint32_t count);
};

void outside_log(void);

/* Whether this word of the command line is a service's option; does so. */
bool outside_option(const char *word, size_t length);

/* Option pit=outer: Linux measures the CPU's rate by itself. */
extern bool outside_no_tsc_rate;

extern const struct outside *outside;
extern const struct outside outside_machine, outside_xen;

#endif
