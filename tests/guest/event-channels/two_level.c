/* SPDX-License-Identifier: MIT */
#include "channels.h"

static unsigned bit_of(const unsigned long *words, evtchn_port_t port)
{
    return ((const volatile unsigned long *)words)[port / 64] >> port % 64
           & 1;
}

static void print_port(const char *name, evtchn_port_t port)
{
    print("%s: port %u, selector %lu, upcall %u", name,
          bit_of(shared_info->evtchn_pending, port),
          shared_info->vcpu_info[0].evtchn_pending_sel >> port / 64 & 1,
          upcall_pending());
}

static void clear(evtchn_port_t port)
{
    __atomic_fetch_and(&shared_info->evtchn_pending[port / 64],
                       ~(1ul << port % 64), __ATOMIC_SEQ_CST);
    upcall_clear();
}

static void mask(evtchn_port_t port)
{
    __atomic_fetch_or(&shared_info->evtchn_mask[port / 64],
                      1ul << port % 64, __ATOMIC_SEQ_CST);
}

static struct evtchn_status status(const char *name, evtchn_port_t port)
{
    struct evtchn_status is = EVENT(name, status, .dom = DOMID_SELF,
                                    .port = port);

    print("%s, status: %u, vCPU %u", name, is.status, is.vcpu);
    return is;
}

static void test_send(void)
{
    evtchn_port_t port = new_ipi("an IPI's port");

    upcall_clear();
    status("an IPI", port);
    EVENT("an IPI", send, port);
    print_port("an IPI, sent", port);
    EVENT("an IPI again", send, port);
    print_port("an IPI, sent twice", port);
    clear(port);
    mask(port);
    EVENT("a masked port", send, port);
    print_port("a masked port, sent", port);
    EVENT("a masked port", unmask, port);
    print_port("a masked port, unmasked", port);
    print("a masked port, its mask then: %u",
          bit_of(shared_info->evtchn_mask, port));
    /* The selector's bit is there already: nothing is to be done. */
    shared_info->vcpu_info[0].evtchn_upcall_pending = 0;
    EVENT("a pending port", send, port);
    print_port("a pending port, sent", port);
    EVENT("a pending port", unmask, port);
    print_port("a pending port, unmasked", port);
    clear(port);
    EVENT("nothing pending", unmask, port);
    print_port("nothing pending, unmasked", port);
    EVENT("pending when it is closed", send, port);
    EVENT("pending when it is closed", close, port);
    print_port("pending when it is closed", port);
    clear(port);
}

static void test_virq(void)
{
    evtchn_port_t port = EVENT("VIRQ_DEBUG", bind_virq,
                               .virq = VIRQ_DEBUG).port;
    struct evtchn_status is = status("VIRQ_DEBUG", port);

    print("VIRQ_DEBUG, it is: %u", is.u.virq);
    EVENT("a VIRQ", send, port);
    EVENT("VIRQ_DEBUG", close, port);
    status("VIRQ_DEBUG, closed", port);
}

static void test_numbers(void)
{
    evtchn_port_t first = new_ipi("the first"), second = new_ipi("the next");

    print("the next number is one more: %s",
          second == first + 1 ? "yes" : "no");
    EVENT("the first", close, first);
    print("the number that was closed comes again: %s",
          new_ipi("a third") == first ? "yes" : "no");
    EVENT("the third", close, first);
    EVENT("the next", close, second);
}

/* Both ends are this domain's. */
static void test_pair(void)
{
    evtchn_port_t a, b;
    struct evtchn_status is;

    a = EVENT("to oneself", alloc_unbound, .dom = DOMID_SELF,
              .remote_dom = DOMID_SELF).port;
    is = status("unbound", a);
    print("unbound, for domain: %u", is.u.unbound.dom);
    EVENT("unbound", send, a);
    print_port("unbound, sent", a);
    b = EVENT("to oneself", bind_interdomain, .remote_dom = DOMID_SELF,
              .remote_port = a).local_port;
    print_port("the new end", b);
    print_port("the old end", a);
    clear(b);
    clear(a);
    is = status("the old end", a);
    print("the old end, with the new: %s",
          is.u.interdomain.port == b ? "yes" : "no");
    is = status("the new end", b);
    print("the new end, with the old: %s",
          is.u.interdomain.port == a ? "yes" : "no");
    EVENT("the new end", send, b);
    print_port("sent by the new, the old end", a);
    print_port("sent by the new, the new end", b);
    clear(a);
    EVENT("a third end", bind_interdomain, .remote_dom = DOMID_SELF,
          .remote_port = a);
    EVENT("the old end", bind_vcpu, .port = a, .vcpu = 0);
    EVENT("the old end", close, a);
    status("the old end, closed", a);
    status("the new end, the old closed", b);
    EVENT("the new end, the old closed", send, b);
    b = EVENT("once more", bind_interdomain, .remote_dom = DOMID_SELF,
              .remote_port = b).local_port;
    EVENT("once more", close, b);
    clear(b);
    clear(a);
}

void test_two_level(void)
{
    test_send();
    test_virq();
    test_numbers();
    test_pair();
}
