/* SPDX-License-Identifier: MIT */
/*
 * Xen's docs/misc/xenstore.txt: the requests.  Errors are those xenstored
 * gives an unprivileged domain.
 */
#include <lib/console.h>
#include "xenstore_private.h"

/* NUL-terminated strings of a request's body, as far as it goes. */
struct arguments {
    const char *at;
    size_t left;
};

typedef enum xenstore_error request(const struct view *view,
                                    struct arguments *arguments);

static const char *const error_names[XS_ERRORS] = {
    [XS_EINVAL] = "EINVAL",
    [XS_EACCES] = "EACCES",
    [XS_EEXIST] = "EEXIST",
    [XS_ENOENT] = "ENOENT",
    [XS_ENOSPC] = "ENOSPC",
    [XS_ENOSYS] = "ENOSYS",
    [XS_EBUSY] = "EBUSY",
    [XS_EAGAIN] = "EAGAIN",
    [XS_E2BIG] = "E2BIG",
    [XS_EPERM] = "EPERM",
};

static bool next_string(struct arguments *arguments, struct text *string)
{
    const char *end = memchr(arguments->at, '\0', arguments->left);

    if (end == NULL)
        return false;
    *string = (struct text){ arguments->at, (size_t)(end - arguments->at) };
    arguments->left -= string->length + 1;
    arguments->at = end + 1;
    return true;
}

static bool only_string(struct arguments *arguments, struct text *string)
{
    return next_string(arguments, string) && arguments->left == 0;
}

static bool parse_number(struct text text, uint32_t max, uint32_t *number)
{
    uint64_t value = 0;

    if (text.length == 0)
        return false;
    for (size_t i = 0; i < text.length; i++) {
        if (text.bytes[i] < '0' || text.bytes[i] > '9')
            return false;
        value = value * 10 + (uint64_t)(text.bytes[i] - '0');
        if (value > max)
            return false;
    }
    *number = (uint32_t)value;
    return true;
}

/* False: the reply would be longer than a message. */
static bool reply_add(struct xenstore *store, struct text bytes)
{
    struct message *out = &store->out;

    if (bytes.length > sizeof(out->body) - out->header.len)
        return false;
    memcpy(out->body + out->header.len, bytes.bytes, bytes.length);
    out->header.len += (uint32_t)bytes.length;
    return true;
}

/* With the NUL that most replies end in. */
static bool reply_add_string(struct xenstore *store, const char *string)
{
    return reply_add(store, (struct text){ string, strlen(string) + 1 });
}

static enum xenstore_error reply_ok(const struct view *view,
                                    enum xenstore_error error)
{
    if (error == XS_OK)
        reply_add_string(view->store, "OK");
    return error;
}

/* The request's only argument, a path. */
static enum xenstore_error take_path(const struct view *view,
                                     struct arguments *arguments,
                                     struct text *path)
{
    struct text given;

    if (!only_string(arguments, &given))
        return XS_EINVAL;
    return path_resolve(view->store, given, path);
}

static enum xenstore_error take_node(const struct view *view,
                                     struct arguments *arguments,
                                     struct record **node)
{
    struct text path;
    enum xenstore_error error = take_path(view, arguments, &path);

    return error != XS_OK ? error : node_get(view, path, node);
}

static enum xenstore_error do_read(const struct view *view,
                                   struct arguments *arguments)
{
    struct record *node;
    enum xenstore_error error = take_node(view, arguments, &node);

    if (error == XS_OK && !reply_add(view->store, record_second(node)))
        error = XS_E2BIG;
    return error;
}

static bool is_child(const struct view *view, struct record *record,
                     struct text path)
{
    struct text name = record_first(record);

    return name.length > 1 && node_is_visible(view, record) &&
           text_equal(path_parent(name), path);
}

/*
 * Add the children's names from byte `skip` of their list on.  False if
 * they don't all fit; then whole names have been added, and no more.
 */
static bool reply_add_children(const struct view *view, struct text path,
                               uint32_t skip)
{
    struct xenstore *store = view->store;

    for (size_t at = 0; at < store->used; at += record_at(store, at)->size) {
        struct record *record = record_at(store, at);

        if (!is_child(view, record, path))
            continue;

        struct text leaf = path_leaf(record_first(record));

        leaf.length++;          /* the NUL behind the path */
        if (skip >= leaf.length) {
            skip -= (uint32_t)leaf.length;
            continue;
        }
        leaf.bytes += skip;
        leaf.length -= skip;
        skip = 0;
        if (!reply_add(store, leaf))
            return false;
    }
    return true;
}

static enum xenstore_error do_directory(const struct view *view,
                                        struct arguments *arguments)
{
    struct record *node;
    enum xenstore_error error = take_node(view, arguments, &node);

    if (error == XS_OK && !reply_add_children(view, record_first(node), 0))
        error = XS_E2BIG;
    return error;
}

/* The list's end is told by an empty name. */
static enum xenstore_error do_directory_part(const struct view *view,
                                             struct arguments *arguments)
{
    struct xenstore *store = view->store;
    struct text given, offset, path;
    struct record *node;
    enum xenstore_error error;
    uint32_t skip;
    char generation[16];

    if (!next_string(arguments, &given) || !only_string(arguments, &offset) ||
        !parse_number(offset, UINT32_MAX, &skip))
        return XS_EINVAL;
    error = path_resolve(store, given, &path);
    if (error == XS_OK)
        error = node_get(view, path, &node);
    if (error != XS_OK)
        return error;

    /* The whole tree's: a change elsewhere makes a client start anew. */
    snprintf(generation, sizeof(generation), "%u", store->changes);
    reply_add_string(store, generation);
    if (reply_add_children(view, path, skip))
        reply_add_string(store, "");
    return XS_OK;
}

static enum xenstore_error do_get_permissions(const struct view *view,
                                              struct arguments *arguments)
{
    struct record *node;
    enum xenstore_error error = take_node(view, arguments, &node);
    char string[8];

    if (error != XS_OK)
        return error;

    for (unsigned i = 0; i < node->permissions.count; i++) {
        const struct permission *permission = &node->permissions.list[i];

        snprintf(string, sizeof(string), "%c%u", permission->access,
                 permission->domid);
        reply_add_string(view->store, string);
    }
    return XS_OK;
}

static enum xenstore_error parse_permissions(struct arguments *arguments,
                                             struct permissions *permissions)
{
    struct text string;

    permissions->count = 0;
    while (arguments->left != 0) {
        struct permission *to = &permissions->list[permissions->count];
        uint32_t domid;

        if (!next_string(arguments, &string) || string.length == 0)
            return XS_EINVAL;
        if (permissions->count == PERMISSIONS_MAX)
            return XS_ENOSPC;
        to->access = string.bytes[0];
        string.bytes++;
        string.length--;
        if (memchr("nrwb", to->access, 4) == NULL ||
            !parse_number(string, UINT16_MAX, &domid))
            return XS_EINVAL;
        to->domid = (uint16_t)domid;
        permissions->count++;
    }
    return permissions->count != 0 ? XS_OK : XS_EINVAL;
}

static enum xenstore_error do_set_permissions(const struct view *view,
                                              struct arguments *arguments)
{
    struct permissions permissions;
    struct text given, path;
    enum xenstore_error error;

    if (!next_string(arguments, &given))
        return XS_EINVAL;
    error = parse_permissions(arguments, &permissions);
    if (error == XS_OK)
        error = path_resolve(view->store, given, &path);
    if (error == XS_OK)
        error = node_set_permissions(view, path, &permissions);
    return reply_ok(view, error);
}

static enum xenstore_error do_write(const struct view *view,
                                    struct arguments *arguments)
{
    struct text given, path;
    enum xenstore_error error;

    if (!next_string(arguments, &given))
        return XS_EINVAL;
    error = path_resolve(view->store, given, &path);
    if (error == XS_OK)
        error = node_write(view, path,
                           (struct text){ arguments->at, arguments->left });
    return reply_ok(view, error);
}

static enum xenstore_error do_mkdir(const struct view *view,
                                    struct arguments *arguments)
{
    struct text path;
    enum xenstore_error error = take_path(view, arguments, &path);

    if (error == XS_OK)
        error = node_make(view, path);
    return reply_ok(view, error);
}

static enum xenstore_error do_rm(const struct view *view,
                                 struct arguments *arguments)
{
    struct text path;
    enum xenstore_error error = take_path(view, arguments, &path);

    if (error == XS_OK)
        error = node_remove(view, path);
    return reply_ok(view, error);
}

static enum xenstore_error do_watch(const struct view *view,
                                    struct arguments *arguments)
{
    struct text path, token;
    enum xenstore_error error;

    if (!next_string(arguments, &path) || !next_string(arguments, &token))
        return XS_EINVAL;
    error = watch_add(view->store, path, token);
    if (error == XS_OK)
        watch_fire_first(view->store, path, token);
    return reply_ok(view, error);
}

static enum xenstore_error do_unwatch(const struct view *view,
                                      struct arguments *arguments)
{
    struct text path, token;

    if (!next_string(arguments, &path) || !next_string(arguments, &token))
        return XS_EINVAL;
    return reply_ok(view, watch_remove(view->store, path, token));
}

static enum xenstore_error do_reset_watches(const struct view *view,
                                            struct arguments *arguments)
{
    (void)arguments;

    watches_drop(view->store);
    transactions_drop(view->store);
    return reply_ok(view, XS_OK);
}

static enum xenstore_error do_transaction_start(const struct view *view,
                                                struct arguments *arguments)
{
    enum xenstore_error error;
    uint32_t id;
    char string[16];

    (void)arguments;

    if (view->transaction != 0)
        return XS_EBUSY;
    error = transaction_begin(view->store, &id);
    if (error != XS_OK)
        return error;

    snprintf(string, sizeof(string), "%u", id);
    reply_add_string(view->store, string);
    return XS_OK;
}

static enum xenstore_error do_transaction_end(const struct view *view,
                                              struct arguments *arguments)
{
    struct text how;

    if (!only_string(arguments, &how) || how.length != 1 ||
        (how.bytes[0] != 'T' && how.bytes[0] != 'F'))
        return XS_EINVAL;
    return reply_ok(view, transaction_end(view->store, view->transaction,
                                          how.bytes[0] == 'T'));
}

static enum xenstore_error do_get_domain_path(const struct view *view,
                                              struct arguments *arguments)
{
    struct text string;
    uint32_t domid;
    char path[sizeof(view->store->home)];

    if (!only_string(arguments, &string) ||
        !parse_number(string, UINT16_MAX, &domid))
        return XS_EINVAL;

    snprintf(path, sizeof(path), "/local/domain/%u", domid);
    reply_add_string(view->store, path);
    return XS_OK;
}

/* What xenstored keeps for the tool stack. */
static enum xenstore_error do_privileged(const struct view *view,
                                         struct arguments *arguments)
{
    (void)view;
    (void)arguments;
    return XS_EACCES;
}

static const struct {
    request *process;
    bool no_transaction;        /* its number is ignored */
} requests[XS_TYPE_COUNT] = {
    [XS_CONTROL] = { do_privileged, true },
    [XS_DIRECTORY] = { do_directory, false },
    [XS_READ] = { do_read, false },
    [XS_GET_PERMS] = { do_get_permissions, false },
    [XS_WATCH] = { do_watch, true },
    [XS_UNWATCH] = { do_unwatch, true },
    [XS_TRANSACTION_START] = { do_transaction_start, false },
    [XS_TRANSACTION_END] = { do_transaction_end, false },
    [XS_INTRODUCE] = { do_privileged, true },
    [XS_RELEASE] = { do_privileged, true },
    [XS_GET_DOMAIN_PATH] = { do_get_domain_path, false },
    [XS_WRITE] = { do_write, false },
    [XS_MKDIR] = { do_mkdir, false },
    [XS_RM] = { do_rm, false },
    [XS_SET_PERMS] = { do_set_permissions, false },
    [XS_IS_DOMAIN_INTRODUCED] = { do_privileged, true },
    [XS_RESUME] = { do_privileged, true },
    [XS_SET_TARGET] = { do_privileged, true },
    [XS_RESET_WATCHES] = { do_reset_watches, false },
    [XS_DIRECTORY_PART] = { do_directory_part, false },
};

static enum xenstore_error process(struct xenstore *store)
{
    const struct xsd_sockmsg *header = &store->in.header;
    struct arguments arguments = { store->in.body, header->len };
    struct view view = { store, store->domid, header->tx_id };

    if (header->type >= XS_TYPE_COUNT ||
        requests[header->type].process == NULL)
        return XS_ENOSYS;
    if (requests[header->type].no_transaction)
        view.transaction = 0;
    if (view.transaction != 0 &&
        !transaction_exists(store, view.transaction))
        return XS_ENOENT;
    return requests[header->type].process(&view, &arguments);
}

void request_process(struct xenstore *store)
{
    enum xenstore_error error;

    store->out.header = store->in.header;
    store->out.header.len = 0;
    store->out.done = 0;
    store->out.valid = true;

    error = process(store);
    if (error != XS_OK) {
        store->out.header.type = XS_ERROR;
        store->out.header.len = 0;
        reply_add_string(store, error_names[error]);
    }
}
