/* SPDX-License-Identifier: MIT */
/*
 * A xenstore for a domain that is alone: the domain's own branch, held in
 * memory, answering on the ring of public/io/xs_wire.h.
 *
 * A PV kernel that is no initial domain waits for answers from its
 * xenstore.  There is no tool stack here and no other domain, so what the
 * domain writes is only ever read by itself: paths, permissions, watches
 * and transactions behave as xenstored's do for that one client.
 */
#ifndef HYPERCALL_XENSTORE_H
#define HYPERCALL_XENSTORE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct xenstore;                        /* lives in memory given by caller */
struct xenstore_domain_interface;       /* public/io/xs_wire.h */

/*
 * Build a store in `memory` (size bytes, 16-aligned; 32 KiB is plenty for
 * 32 CPUs, each further one takes 256 bytes) for domain `domid`, whose home
 * is /local/domain/<domid>.  What a tool stack would have put there for a
 * domain without devices is put there: name, domid, vm, memory/target (KiB),
 * cpu/<n>/availability, control, console.  NULL if the memory is too small.
 */
struct xenstore *xenstore_create(void *memory, size_t size, unsigned domid,
                                 uint64_t memory_kib, unsigned nr_cpus);

/*
 * Take requests from the ring and answer them as far as there is room.
 * True when the other end has to be notified.  To be called whenever the
 * guest signals the ring's event channel, and after xenstore_write().
 *
 * The ring, one page zeroed by the caller, is the guest's memory and is not
 * trusted.  Indices that cannot be, or too long a message, end the
 * connection: ring->error tells why, watches and transactions are gone, and
 * nothing is served until the guest sets ring->connection to
 * XENSTORE_RECONNECT (Xen's docs/misc/xenstore-ring.txt).
 */
bool xenstore_serve(struct xenstore *store,
                    struct xenstore_domain_interface *ring);

/*
 * Write one node from our side, with what is missing above it; a path
 * without a leading slash is below the domain's home.  Fires the guest's
 * watches on it.  False if the path is invalid or memory full.
 */
bool xenstore_write(struct xenstore *store, const char *path,
                    const char *value);

#endif
