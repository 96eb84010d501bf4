/* SPDX-License-Identifier: MIT */
/*
 * The tree, as a set of paths.  What a transaction changes lies beside the
 * committed nodes, marked with its number, and hides those of the same path
 * from it.  So a commit needs no memory and a dropped transaction no undo.
 */
#include "xenstore_private.h"

#define NOTHING ((struct text){ "", 0 })

/* The node of exactly this transaction, even if it says "removed". */
static struct record *find_own(struct xenstore *store, uint32_t transaction,
                               struct text path)
{
    for (size_t at = 0; at < store->used; at += record_at(store, at)->size) {
        struct record *record = record_at(store, at);

        if (record->kind == RECORD_NODE &&
            record->transaction == transaction &&
            text_equal(record_first(record), path))
            return record;
    }
    return NULL;
}

struct record *node_find(const struct view *view, struct text path)
{
    struct record *node = find_own(view->store, view->transaction, path);

    if (node == NULL && view->transaction != 0)
        node = find_own(view->store, 0, path);
    if (node == NULL || (node->flags & NODE_REMOVED) != 0)
        return NULL;
    return node;
}

bool node_is_visible(const struct view *view, struct record *record)
{
    if (record->kind != RECORD_NODE || (record->flags & NODE_REMOVED) != 0)
        return false;
    if (record->transaction == view->transaction)
        return true;
    return record->transaction == 0 &&
           find_own(view->store, view->transaction,
                    record_first(record)) == NULL;
}

/* The owner may do everything; who isn't listed gets the first access. */
static bool is_allowed(const struct view *view, const struct record *node,
                       char access)
{
    const struct permissions *permissions = &node->permissions;
    char allowed = permissions->list[0].access;

    if (view->domid == TOOL_STACK_DOMID ||
        view->domid == permissions->list[0].domid)
        return true;

    for (unsigned i = 1; i < permissions->count; i++) {
        if (permissions->list[i].domid == view->domid) {
            allowed = permissions->list[i].access;
            break;
        }
    }
    return allowed == 'b' || allowed == access;
}

/* For a node that isn't there the nearest one above it is asked. */
static enum xenstore_error look_up(const struct view *view, struct text path,
                                   char access, struct record **node)
{
    bool exists = true;

    while ((*node = node_find(view, path)) == NULL && path.length > 1) {
        path = path_parent(path);
        exists = false;
    }

    if (*node == NULL || !is_allowed(view, *node, access))
        return XS_EACCES;
    return exists ? XS_OK : XS_ENOENT;
}

enum xenstore_error node_get(const struct view *view, struct text path,
                             struct record **node)
{
    return look_up(view, path, 'r', node);
}

/* What put() is going to need for this node. */
static size_t put_size(const struct view *view, struct text path,
                       size_t value_length)
{
    struct record *own = find_own(view->store, view->transaction, path);
    size_t size = record_size(path.length, value_length);

    if (own == NULL)
        return size;
    return size > own->size ? size - own->size : 0;
}

/* Create or change a node in this view.  There is room for it. */
static void put(const struct view *view, struct text path, struct text value,
                const struct permissions *permissions, uint8_t flags)
{
    struct xenstore *store = view->store;
    struct record *node = find_own(store, view->transaction, path);

    if (node == NULL)
        node = record_append(store, RECORD_NODE, path, value);
    else
        record_set_second(store, node, value);

    node->transaction = view->transaction;
    node->permissions = *permissions;
    node->flags = view->transaction != 0 ? flags : 0;
}

/* A change is made: tell the watches now, or leave it to the commit. */
static void changed(const struct view *view, struct text path)
{
    view->store->changes++;
    if (view->transaction != 0)
        return;
    view->store->commits++;
    watches_fire(view->store, path, false);
}

/* The first `length` characters are a path above this one, and missing. */
static bool is_missing(const struct view *view, struct text path,
                       size_t length)
{
    return path.bytes[length] == '/' &&
           node_find(view, (struct text){ path.bytes, length }) == NULL;
}

static enum xenstore_error create(const struct view *view, struct text path,
                                  struct text value,
                                  const struct record *above)
{
    struct permissions permissions = above->permissions;
    size_t size = put_size(view, path, value.length);

    if (view->domid != TOOL_STACK_DOMID)
        permissions.list[0].domid = (uint16_t)view->domid;

    for (size_t i = 1; i < path.length; i++)
        if (is_missing(view, path, i))
            size += put_size(view, (struct text){ path.bytes, i }, 0);
    if (!record_room(view->store, size))
        return XS_ENOSPC;

    for (size_t i = 1; i < path.length; i++)
        if (is_missing(view, path, i))
            put(view, (struct text){ path.bytes, i }, NOTHING, &permissions,
                0);
    put(view, path, value, &permissions, NODE_CHANGED);
    changed(view, path);
    return XS_OK;
}

enum xenstore_error node_write(const struct view *view, struct text path,
                               struct text value)
{
    struct record *node;
    struct permissions permissions;
    enum xenstore_error error = look_up(view, path, 'w', &node);

    if (error == XS_ENOENT)
        return create(view, path, value, node);
    if (error != XS_OK)
        return error;
    if (!record_room(view->store, put_size(view, path, value.length)))
        return XS_ENOSPC;

    permissions = node->permissions;
    put(view, path, value, &permissions, NODE_CHANGED);
    changed(view, path);
    return XS_OK;
}

enum xenstore_error node_make(const struct view *view, struct text path)
{
    struct record *node;
    enum xenstore_error error = look_up(view, path, 'w', &node);

    if (error == XS_ENOENT)
        return create(view, path, NOTHING, node);
    return error;
}

enum xenstore_error node_set_permissions(const struct view *view,
                                         struct text path,
                                         const struct permissions *wanted)
{
    struct record *node;
    enum xenstore_error error = look_up(view, path, 'w', &node);
    size_t length;

    if (error != XS_OK)
        return error;
    if (view->domid != TOOL_STACK_DOMID) {
        if (node->permissions.list[0].domid != view->domid)
            return XS_EACCES;
        if (wanted->list[0].domid != view->domid)
            return XS_EPERM;
    }

    length = node->second_length;
    if (!record_room(view->store, put_size(view, path, length)))
        return XS_ENOSPC;

    /* The committed value isn't moved by putting a copy behind it. */
    if (node->transaction == view->transaction) {
        node->permissions = *wanted;
        node->flags |= view->transaction != 0 ? NODE_CHANGED : 0;
    } else {
        put(view, path, record_second(node), wanted, NODE_CHANGED);
    }
    changed(view, path);
    return XS_OK;
}

static void remove_committed(const struct view *view, struct text path)
{
    struct xenstore *store = view->store;
    size_t at = 0;

    while (at < store->used) {
        struct record *record = record_at(store, at);

        if (record->kind != RECORD_NODE || record->transaction != 0 ||
            !path_is_below(record_first(record), path)) {
            at += record->size;
            continue;
        }
        if (record->first_length != path.length)
            watches_fire(store, record_first(record), true);
        record_remove(store, record);
    }
}

/* Mark a node as removed in the transaction, which may hide nothing. */
static void hide(const struct view *view, struct text path, uint8_t flags)
{
    struct permissions none = { 0, { { 0, 0 } } };

    put(view, path, NOTHING, &none, NODE_REMOVED | NODE_CHANGED | flags);
}

/* Room for the marks, which all nodes below need that have none yet. */
static size_t hide_size(const struct view *view, struct text path)
{
    struct xenstore *store = view->store;
    size_t size = 0;

    for (size_t at = 0; at < store->used; at += record_at(store, at)->size) {
        struct record *record = record_at(store, at);
        struct text name = record_first(record);

        if (record->kind == RECORD_NODE && record->transaction == 0 &&
            path_is_below(name, path))
            size += put_size(view, name, 0);
    }
    return size;
}

static enum xenstore_error remove_in_transaction(const struct view *view,
                                                 struct text path)
{
    struct xenstore *store = view->store;

    if (!record_room(store, hide_size(view, path)))
        return XS_ENOSPC;

    /* Marks put behind the row's end are met in the end, and left alone. */
    for (size_t at = 0; at < store->used; at += record_at(store, at)->size) {
        struct record *record = record_at(store, at);
        struct text name = record_first(record);

        if (path_is_below(name, path) && node_is_visible(view, record))
            hide(view, name, name.length != path.length ? NODE_BELOW : 0);
    }
    return XS_OK;
}

enum xenstore_error node_remove(const struct view *view, struct text path)
{
    struct record *node;
    enum xenstore_error error = look_up(view, path, 'w', &node);

    /* What isn't there need not be removed; but its parent has to be. */
    if (error == XS_ENOENT)
        return node_find(view, path_parent(path)) ? XS_OK : XS_ENOENT;
    if (error != XS_OK)
        return error;
    if (path.length == 1)
        return XS_EINVAL;

    if (view->transaction == 0)
        remove_committed(view, path);
    else
        error = remove_in_transaction(view, path);
    if (error == XS_OK)
        changed(view, path);
    return error;
}

static struct transaction *find_transaction(struct xenstore *store,
                                            uint32_t id)
{
    for (unsigned i = 0; i < TRANSACTIONS_MAX; i++)
        if (store->transactions[i].id == id)
            return &store->transactions[i];
    return NULL;
}

bool transaction_exists(const struct xenstore *store, uint32_t id)
{
    for (unsigned i = 0; i < TRANSACTIONS_MAX; i++)
        if (store->transactions[i].id == id)
            return true;
    return false;
}

enum xenstore_error transaction_begin(struct xenstore *store, uint32_t *id)
{
    struct transaction *transaction = find_transaction(store, 0);

    if (transaction == NULL)
        return XS_ENOSPC;

    do
        store->last_transaction++;
    while (transaction_exists(store, store->last_transaction) ||
           store->last_transaction == 0);
    transaction->id = store->last_transaction;
    transaction->commits = store->commits;
    *id = transaction->id;
    return XS_OK;
}

static void drop(struct xenstore *store, struct transaction *transaction)
{
    size_t at = 0;

    while (at < store->used) {
        struct record *record = record_at(store, at);

        if (record->kind == RECORD_NODE &&
            record->transaction == transaction->id)
            record_remove(store, record);
        else
            at += record->size;
    }
    transaction->id = 0;
}

/* Returns the bytes that were removed before `record`, which moved it. */
static size_t remove_hidden(struct xenstore *store, struct record *record)
{
    struct record *hidden = find_own(store, 0, record_first(record));
    size_t size;

    if (hidden == NULL)
        return 0;
    size = hidden < record ? hidden->size : 0;
    record_remove(store, hidden);
    return size;
}

static void commit(struct xenstore *store, struct transaction *transaction)
{
    size_t at = 0;

    while (at < store->used) {
        struct record *record = record_at(store, at);

        if (record->kind != RECORD_NODE ||
            record->transaction != transaction->id) {
            at += record->size;
            continue;
        }

        store->commits++;
        if ((record->flags & NODE_CHANGED) != 0)
            watches_fire(store, record_first(record),
                         (record->flags & NODE_BELOW) != 0);
        at -= remove_hidden(store, record);
        record = record_at(store, at);
        record->transaction = 0;
        if ((record->flags & NODE_REMOVED) != 0) {
            record_remove(store, record);
        } else {
            record->flags = 0;
            at += record->size;
        }
    }
    store->changes++;
    transaction->id = 0;
}

enum xenstore_error transaction_end(struct xenstore *store, uint32_t id,
                                    bool wanted)
{
    struct transaction *transaction = find_transaction(store, id);

    if (id == 0 || transaction == NULL)
        return XS_ENOENT;

    /* It may have read what has changed since. */
    if (wanted && transaction->commits != store->commits) {
        drop(store, transaction);
        return XS_EAGAIN;
    }
    if (wanted)
        commit(store, transaction);
    else
        drop(store, transaction);
    return XS_OK;
}

void transactions_drop(struct xenstore *store)
{
    for (unsigned i = 0; i < TRANSACTIONS_MAX; i++)
        if (store->transactions[i].id != 0)
            drop(store, &store->transactions[i]);
}
