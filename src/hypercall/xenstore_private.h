/* SPDX-License-Identifier: MIT */
/*
 * The store's memory is one row of records of any kind, without holes: a
 * removed or resized record moves those behind it.  So nothing points to a
 * record over a change; everything is found again by its text.  With the
 * few hundred records of one domain that is fast enough, and it leaves
 * neither fragmentation nor an allocator.
 *
 *   xenstore_records.c    the row
 *   xenstore_paths.c      which paths are valid, and which lies below which
 *   xenstore_nodes.c      the tree, permissions, transactions
 *   xenstore_watches.c    watches and the events they wait for
 *   xenstore_requests.c   what each request does
 *   xenstore.c            the ring, and what the store holds at first
 */
#ifndef HYPERCALL_XENSTORE_PRIVATE_H
#define HYPERCALL_XENSTORE_PRIVATE_H

#include <stddef.h>
#include <hypercall/xenstore.h>
#include <lib/string.h>
#include <xen/io/xs_wire.h>

_Static_assert(sizeof(struct xsd_sockmsg) == 16, "xs_wire.h");
_Static_assert(offsetof(struct xenstore_domain_interface, error) == 2072,
               "xs_wire.h");

/* What xenstored allows a domain by default. */
#define TRANSACTIONS_MAX  10
#define PERMISSIONS_MAX   5

/* So that an event with the longest path still fits into a message. */
#define TOKEN_MAX  (XENSTORE_PAYLOAD_MAX - XENSTORE_ABS_PATH_MAX - 2)

#define TOOL_STACK_DOMID  0     /* owns the tree, may do anything to it */

/* The names of xs_wire.h's xsd_errors[] that we answer with. */
enum xenstore_error {
    XS_OK,
    XS_EINVAL,
    XS_EACCES,
    XS_EEXIST,
    XS_ENOENT,
    XS_ENOSPC,
    XS_ENOSYS,
    XS_EBUSY,
    XS_EAGAIN,
    XS_E2BIG,
    XS_EPERM,
    XS_ERRORS
};

enum record_kind {
    RECORD_NODE,                /* path and value */
    RECORD_WATCH,               /* path as the client gave it, and token */
    RECORD_EVENT,               /* path and token, waiting to be sent */
};

/* Flags of a node in a transaction, or of a watch. */
#define NODE_REMOVED     0x01   /* hides the committed one */
#define NODE_CHANGED     0x02   /* fires watches when it is committed */
#define NODE_BELOW       0x04   /* went with its parent: only watches on
                                   itself are fired */
#define WATCH_UNTOLD     0x08   /* events were too many to keep */

struct permission {
    uint16_t domid;
    char access;                /* n, r, w, b */
};

struct permissions {            /* the first one is the owner's */
    unsigned count;
    struct permission list[PERMISSIONS_MAX];
};

struct record {
    uint32_t size;              /* of all of it, a multiple of 8 */
    uint8_t kind;
    uint8_t flags;
    uint16_t first_length;      /* without the NUL behind each string */
    uint16_t second_length;
    uint32_t transaction;       /* whose change it is; 0: committed */
    struct permissions permissions;
    char text[];                /* first string, NUL, second string, NUL */
};

struct transaction {
    uint32_t id;                /* 0: free */
    uint32_t commits;           /* xenstore.commits when it began */
};

/* A message in parts: what of it has been read or sent. */
struct message {
    struct xsd_sockmsg header;
    char body[XENSTORE_PAYLOAD_MAX];
    uint32_t done;
    bool valid;                 /* outgoing: there is one */
};

struct xenstore {
    unsigned domid;
    bool dead;                  /* until the client reconnects */
    uint32_t commits;           /* committed changes, mod 2^32 */
    uint32_t changes;           /* the same with transactions' own */
    uint32_t last_transaction;
    struct transaction transactions[TRANSACTIONS_MAX];
    struct message in, out;
    char home[32];              /* /local/domain/<domid> */
    char path[XENSTORE_ABS_PATH_MAX + 1];       /* of the present request */
    size_t room, used;          /* bytes of records */
    uint8_t records[] __attribute__((aligned(8)));
};

/* Who looks at the tree, and from within which transaction. */
struct view {
    struct xenstore *store;
    unsigned domid;
    uint32_t transaction;
};

/* A string that no NUL need end. */
struct text {
    const char *bytes;
    size_t length;
};

/* The row.  An offset is valid while it is below store->used. */
struct record *record_at(struct xenstore *store, size_t offset);
struct text record_first(const struct record *record);
struct text record_second(const struct record *record);
size_t record_size(size_t first_length, size_t second_length);
bool record_room(const struct xenstore *store, size_t size);
/* NULL: no room.  Everything but the texts is zero. */
struct record *record_append(struct xenstore *store, enum record_kind kind,
                             struct text first, struct text second);
/* The caller has made sure of the room. */
void record_set_second(struct xenstore *store, struct record *record,
                       struct text second);
void record_remove(struct xenstore *store, struct record *record);
bool text_equal(struct text a, struct text b);

/* Paths. */
bool path_is_valid(struct text path);
/* `path` is `parent` or lies below it. */
bool path_is_below(struct text path, struct text parent);
/* All up to the last slash; "/" for what lies just below it. */
struct text path_parent(struct text path);
/* Behind the last slash. */
struct text path_leaf(struct text path);
/* Make a client's path absolute in store->path. */
enum xenstore_error path_resolve(struct xenstore *store, struct text given,
                                 struct text *path);

/* The tree.  All but node_find() check permissions. */
struct record *node_find(const struct view *view, struct text path);
bool node_is_visible(const struct view *view, struct record *record);
enum xenstore_error node_get(const struct view *view, struct text path,
                             struct record **node);
enum xenstore_error node_write(const struct view *view, struct text path,
                               struct text value);
enum xenstore_error node_make(const struct view *view, struct text path);
enum xenstore_error node_remove(const struct view *view, struct text path);
enum xenstore_error node_set_permissions(const struct view *view,
                                         struct text path,
                                         const struct permissions *wanted);
enum xenstore_error transaction_begin(struct xenstore *store, uint32_t *id);
enum xenstore_error transaction_end(struct xenstore *store, uint32_t id,
                                    bool commit);
bool transaction_exists(const struct xenstore *store, uint32_t id);
void transactions_drop(struct xenstore *store);

/* Watches. */
enum xenstore_error watch_add(struct xenstore *store, struct text path,
                              struct text token);
enum xenstore_error watch_remove(struct xenstore *store, struct text path,
                                 struct text token);
void watches_drop(struct xenstore *store);      /* and their events */
/* The event that setting a watch brings. */
void watch_fire_first(struct xenstore *store, struct text path,
                      struct text token);
/* `exact`: only watches on this very path. */
void watches_fire(struct xenstore *store, struct text path, bool exact);
/* Make the next waiting event store->out; false if none waits. */
bool watch_next_event(struct xenstore *store);

/* Do store->in, and leave the reply in store->out. */
void request_process(struct xenstore *store);

#endif
