/* SPDX-License-Identifier: MIT */
/* The other ends of a plain domain's two rings: its console, its store. */
#include <hypercall/console_input.h>

#include <xen/xen.h>
#include <xen/io/console.h>
#include <xen/io/xs_wire.h>

#include <guest/domain.h>
#include <hypercall/event.h>
#include <hypercall/rings.h>
#include <hypercall/xenstore.h>
#include <lib/console.h>
#include <lib/panic.h>
#include <lib/spinlock.h>
#include <machine/paging.h>

#define BARRIER() __asm__ volatile ("" : : : "memory")

/* Two nodes for each CPU; a thousand of the kernel's, which is Xen's quota. */
#define ROOM_PER_CPU 256
#define ROOM_AT_ALL  131072

static struct xenstore *store;

size_t ring_store_room(unsigned nr_cpus)
{
    return ROOM_AT_ALL + nr_cpus * ROOM_PER_CPU;
}

void ring_console_init(uint64_t page)
{
    domain.console_mfn = address_mfn(page);
    domain.console_port = event_service_port(console_ring_serve);
}

void ring_store_init(uint64_t page, uint64_t memory_kib)
{
    store = xenstore_create(direct(domain.store_room),
                            ring_store_room(domain.nr_vcpus), DOMAIN_ID,
                            memory_kib, domain.nr_vcpus);
    if (!store)
        panic("The xenstore's memory is too small for %u CPUs",
              domain.nr_vcpus);
    domain.store_mfn = address_mfn(page);
    domain.store_port = event_service_port(store_ring_serve);
}

/* Indices are the guest's to spoil: never more than the ring holds. */
static bool take_output(struct xencons_interface *ring)
{
    char text[sizeof ring->out];
    uint32_t producer = *(volatile XENCONS_RING_IDX *)&ring->out_prod;
    uint32_t consumer = ring->out_cons;
    uint32_t n = producer - consumer;

    BARRIER();
    if (n == 0)
        return false;
    if (n > sizeof ring->out) {
        ring->out_cons = producer;
        return true;
    }
    for (uint32_t i = 0; i < n; i++)
        text[i] = ring->out[MASK_XENCONS_IDX(consumer + i, ring->out)];
    BARRIER();
    ring->out_cons = producer;
    console_write(text, n);
    return true;
}

static bool give_input(struct xencons_interface *ring)
{
    uint32_t producer = ring->in_prod;
    uint32_t consumer = *(volatile XENCONS_RING_IDX *)&ring->in_cons;
    bool given = false;

    while (producer - consumer < sizeof ring->in) {
        int byte = console_read();

        if (byte < 0)
            break;
        ring->in[MASK_XENCONS_IDX(producer, ring->in)] = (char)byte;
        producer++;
        given = true;
    }
    BARRIER();
    ring->in_prod = producer;
    return given;
}

void console_ring_serve(void)
{
    static struct spinlock lock;
    struct xencons_interface *ring = direct_mfn(domain.console_mfn);
    bool changed;

    spin_lock(&lock);
    changed = take_output(ring);
    changed |= give_input(ring);
    spin_unlock(&lock);
    if (changed)
        event_raise(domain.console_port);
}

void store_ring_serve(void)
{
    static struct spinlock lock;
    bool changed;

    spin_lock(&lock);
    changed = xenstore_serve(store, direct_mfn(domain.store_mfn));
    spin_unlock(&lock);
    if (changed)
        event_raise(domain.store_port);
}
