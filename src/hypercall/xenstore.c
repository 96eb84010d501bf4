/* SPDX-License-Identifier: MIT */
/*
 * The ring, and what a tool stack would have written before the domain
 * starts.
 *
 * One message goes out at a time, and the next request is only read when
 * nothing waits to go out: so a client that doesn't read can't make us keep
 * more than what one request brings about.
 */
#include <lib/console.h>
#include "xenstore_private.h"

#define PATH_ROOM  64           /* for a path of our own with a number */

static const struct text no_value = { "", 0 };

static void copy_from_ring(const char *ring, uint32_t index, void *to,
                           size_t length)
{
    char *bytes = to;

    for (size_t i = 0; i < length; i++)
        bytes[i] = ring[MASK_XENSTORE_IDX(index + (uint32_t)i)];
}

static void copy_to_ring(char *ring, uint32_t index, const void *from,
                         size_t length)
{
    const char *bytes = from;

    for (size_t i = 0; i < length; i++)
        ring[MASK_XENSTORE_IDX(index + (uint32_t)i)] = bytes[i];
}

/* The part of a message that the next byte is in: header, then body. */
static char *message_part(struct message *message, size_t *left)
{
    uint32_t header_size = sizeof(message->header);

    if (message->done < header_size) {
        *left = header_size - message->done;
        return (char *)&message->header + message->done;
    }
    *left = header_size + message->header.len - message->done;
    return message->body + (message->done - header_size);
}

static void drop_client(struct xenstore *store)
{
    transactions_drop(store);
    watches_drop(store);
    store->in.done = 0;
    store->out.valid = false;
}

/* As xenstored: nothing more is done until the client reconnects. */
static void fail(struct xenstore *store,
                 struct xenstore_domain_interface *ring, uint32_t error)
{
    drop_client(store);
    store->dead = true;
    __atomic_store_n(&ring->error, error, __ATOMIC_RELEASE);
}

static void reconnect(struct xenstore *store,
                      struct xenstore_domain_interface *ring)
{
    drop_client(store);
    store->dead = false;
    ring->req_cons = ring->req_prod = 0;
    ring->rsp_cons = ring->rsp_prod = 0;
    ring->error = XENSTORE_ERROR_NONE;
    __atomic_store_n(&ring->connection, XENSTORE_CONNECTED,
                     __ATOMIC_RELEASE);
}

/* Returns the bytes sent. */
static size_t send(struct xenstore *store,
                   struct xenstore_domain_interface *ring)
{
    uint32_t consumer = __atomic_load_n(&ring->rsp_cons, __ATOMIC_ACQUIRE);
    uint32_t producer = __atomic_load_n(&ring->rsp_prod, __ATOMIC_RELAXED);
    size_t room, left, sent = 0;

    if (producer - consumer > XENSTORE_RING_SIZE) {
        fail(store, ring, XENSTORE_ERROR_RINGIDX);
        return 0;
    }
    room = XENSTORE_RING_SIZE - (producer - consumer);

    while (store->out.valid && sent < room) {
        const char *from = message_part(&store->out, &left);
        size_t length = left < room - sent ? left : room - sent;

        copy_to_ring(ring->rsp, producer + (uint32_t)sent, from, length);
        sent += length;
        store->out.done += (uint32_t)length;
        if (store->out.done == sizeof(store->out.header) +
                               store->out.header.len)
            store->out.valid = watch_next_event(store);
    }
    __atomic_store_n(&ring->rsp_prod, producer + (uint32_t)sent,
                     __ATOMIC_RELEASE);
    return sent;
}

/*
 * Take bytes of a request, up to its end.  Returns how many; *complete
 * tells whether it is whole now.
 */
static size_t receive(struct xenstore *store,
                      struct xenstore_domain_interface *ring, bool *complete)
{
    struct message *in = &store->in;
    uint32_t consumer = __atomic_load_n(&ring->req_cons, __ATOMIC_RELAXED);
    uint32_t producer = __atomic_load_n(&ring->req_prod, __ATOMIC_ACQUIRE);
    size_t there = producer - consumer, taken = 0;

    *complete = false;
    if (there > XENSTORE_RING_SIZE) {
        fail(store, ring, XENSTORE_ERROR_RINGIDX);
        return 0;
    }

    while (!*complete && taken < there) {
        size_t left;
        char *to = message_part(in, &left);
        size_t length = left < there - taken ? left : there - taken;

        copy_from_ring(ring->req, consumer + (uint32_t)taken, to, length);
        taken += length;
        in->done += (uint32_t)length;
        if (in->done < sizeof(in->header))
            continue;
        if (in->header.len > XENSTORE_PAYLOAD_MAX) {
            fail(store, ring, XENSTORE_ERROR_PROTO);
            return 0;
        }
        *complete = in->done == sizeof(in->header) + in->header.len;
    }
    __atomic_store_n(&ring->req_cons, consumer + (uint32_t)taken,
                     __ATOMIC_RELEASE);
    return taken;
}

bool xenstore_serve(struct xenstore *store,
                    struct xenstore_domain_interface *ring)
{
    bool notify = false, complete = true;

    ring->server_features = XENSTORE_SERVER_FEATURE_RECONNECTION |
                            XENSTORE_SERVER_FEATURE_ERROR;
    if (__atomic_load_n(&ring->connection, __ATOMIC_ACQUIRE) ==
        XENSTORE_RECONNECT) {
        reconnect(store, ring);
        notify = true;
    }

    while (complete && !store->dead) {
        if (!store->out.valid)
            store->out.valid = watch_next_event(store);
        if (send(store, ring) != 0)
            notify = true;
        if (store->out.valid || store->dead)
            break;

        if (receive(store, ring, &complete) != 0)
            notify = true;
        if (complete) {
            request_process(store);
            store->in.done = 0;
        }
    }
    return notify;
}

static struct text text_of(const char *string)
{
    return (struct text){ string, strlen(string) };
}

bool xenstore_write(struct xenstore *store, const char *path,
                    const char *value)
{
    struct view view = { store, TOOL_STACK_DOMID, 0 };
    struct text resolved;

    return path_resolve(store, text_of(path), &resolved) == XS_OK &&
           node_write(&view, resolved, text_of(value)) == XS_OK;
}

/* Who may do what with the nodes that a tool stack makes (libxl). */
enum owner {
    NOBODY,                     /* the tool stack's own */
    READABLE,                   /* the domain may read */
    DOMAINS,                    /* the domain's */
};

static bool make(struct xenstore *store, enum owner owner, const char *path,
                 const char *value)
{
    struct view view = { store, TOOL_STACK_DOMID, 0 };
    uint16_t domid = (uint16_t)store->domid;
    struct permissions permissions = {
        .count = owner == READABLE ? 2 : 1,
        .list = { { owner == DOMAINS ? domid : TOOL_STACK_DOMID, 'n' },
                  { domid, 'r' } },
    };
    struct text resolved;

    return path_resolve(store, text_of(path), &resolved) == XS_OK &&
           node_write(&view, resolved, text_of(value)) == XS_OK &&
           node_set_permissions(&view, resolved, &permissions) == XS_OK;
}

static bool make_root(struct xenstore *store)
{
    struct record *root = record_append(store, RECORD_NODE, text_of("/"),
                                        no_value);

    if (root == NULL)
        return false;
    root->permissions.count = 1;
    root->permissions.list[0] = (struct permission){ TOOL_STACK_DOMID, 'n' };
    return true;
}

static bool make_cpus(struct xenstore *store, unsigned nr_cpus)
{
    char path[PATH_ROOM];

    for (unsigned i = 0; i < nr_cpus; i++) {
        snprintf(path, sizeof(path), "cpu/%u/availability", i);
        if (!make(store, READABLE, path, "online"))
            return false;
    }
    return true;
}

static bool make_numbers(struct xenstore *store, uint64_t memory_kib)
{
    char number[24], name[24];

    snprintf(name, sizeof(name), "Domain-%u", store->domid);
    snprintf(number, sizeof(number), "%u", store->domid);
    if (!make(store, READABLE, "name", name) ||
        !make(store, READABLE, "domid", number))
        return false;

    snprintf(number, sizeof(number), "%llu", (unsigned long long)memory_kib);
    return make(store, READABLE, "memory/static-max", number) &&
           make(store, READABLE, "memory/target", number);
}

/* A lone domain needs no identity to be told from others by. */
#define VM "/vm/00000000-0000-0000-0000-000000000000"

static bool make_fixed(struct xenstore *store)
{
    static const struct {
        enum owner owner;
        const char *path, *value;
    } nodes[] = {
        { READABLE, VM, "" },
        { READABLE, VM "/uuid", "00000000-0000-0000-0000-000000000000" },
        { READABLE, "vm", VM },
        { READABLE, "cpu", "" },
        { READABLE, "memory", "" },
        { READABLE, "memory/videoram", "0" },
        { READABLE, "device", "" },
        { READABLE, "console", "" },
        { READABLE, "control", "" },
        { READABLE, "control/platform-feature-multiprocessor-suspend", "1" },
        { READABLE, "control/platform-feature-xs_reset_watches", "1" },
        { DOMAINS, "control/shutdown", "" },
        { DOMAINS, "control/feature-poweroff", "" },
        { DOMAINS, "control/feature-reboot", "" },
        { DOMAINS, "control/feature-suspend", "" },
        { DOMAINS, "control/sysrq", "" },
        { DOMAINS, "data", "" },
        { DOMAINS, "drivers", "" },
        { DOMAINS, "feature", "" },
        { DOMAINS, "attr", "" },
        { DOMAINS, "error", "" },
    };

    for (size_t i = 0; i < sizeof(nodes) / sizeof(nodes[0]); i++)
        if (!make(store, nodes[i].owner, nodes[i].path, nodes[i].value))
            return false;
    return true;
}

struct xenstore *xenstore_create(void *memory, size_t size, unsigned domid,
                                 uint64_t memory_kib, unsigned nr_cpus)
{
    struct xenstore *store = memory;

    if (size <= sizeof(*store) || domid > UINT16_MAX)
        return NULL;

    memset(store, 0, sizeof(*store));
    store->room = size - sizeof(*store);
    store->domid = domid;
    snprintf(store->home, sizeof(store->home), "/local/domain/%u", domid);

    if (!make_root(store) ||
        !make(store, READABLE, store->home, "") ||
        !make_fixed(store) ||
        !make_numbers(store, memory_kib) ||
        !make_cpus(store, nr_cpus))
        return NULL;
    return store;
}
