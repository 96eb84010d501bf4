/* SPDX-License-Identifier: MIT */
/*
 * Watches, and the events that wait for the client to take them.
 *
 * An event must not be lost.  Where there is no memory to keep it in, its
 * watch is marked, and the client gets one event for the watched path: it
 * has to look at everything below again, as it does when a watch is new.
 */
#include "xenstore_private.h"

static struct record *find(struct xenstore *store, enum record_kind kind,
                           struct text path, struct text token)
{
    for (size_t at = 0; at < store->used; at += record_at(store, at)->size) {
        struct record *record = record_at(store, at);

        if (record->kind == kind && text_equal(record_first(record), path) &&
            text_equal(record_second(record), token))
            return record;
    }
    return NULL;
}

/* False: none of this kind and these flags is there any more. */
static struct record *find_kind(struct xenstore *store, enum record_kind kind,
                                uint8_t flags)
{
    for (size_t at = 0; at < store->used; at += record_at(store, at)->size) {
        struct record *record = record_at(store, at);

        if (record->kind == kind && (record->flags & flags) == flags)
            return record;
    }
    return NULL;
}

static bool is_special(struct text path)
{
    return path.length != 0 && path.bytes[0] == '@';
}

enum xenstore_error watch_add(struct xenstore *store, struct text path,
                              struct text token)
{
    struct text resolved;

    if (token.length > TOKEN_MAX || path.length > XENSTORE_ABS_PATH_MAX)
        return XS_EINVAL;
    if (!is_special(path) && path_resolve(store, path, &resolved) != XS_OK)
        return XS_EINVAL;
    if (find(store, RECORD_WATCH, path, token) != NULL)
        return XS_EEXIST;
    if (record_append(store, RECORD_WATCH, path, token) == NULL)
        return XS_ENOSPC;
    return XS_OK;
}

enum xenstore_error watch_remove(struct xenstore *store, struct text path,
                                 struct text token)
{
    struct record *watch = find(store, RECORD_WATCH, path, token);

    if (watch == NULL)
        return XS_ENOENT;
    record_remove(store, watch);
    return XS_OK;
}

void watches_drop(struct xenstore *store)
{
    struct record *record;

    while ((record = find_kind(store, RECORD_EVENT, 0)) != NULL ||
           (record = find_kind(store, RECORD_WATCH, 0)) != NULL)
        record_remove(store, record);
}

/* The same event once more tells the client nothing. */
static void fire(struct xenstore *store, struct record *watch,
                 struct text path)
{
    struct text token = record_second(watch);

    if ((watch->flags & WATCH_UNTOLD) != 0 ||
        find(store, RECORD_EVENT, path, token) != NULL)
        return;
    if (record_append(store, RECORD_EVENT, path, token) == NULL)
        watch->flags |= WATCH_UNTOLD;
}

void watch_fire_first(struct xenstore *store, struct text path,
                      struct text token)
{
    struct record *watch = find(store, RECORD_WATCH, path, token);

    fire(store, watch, record_first(watch));
}

/*
 * What the client calls this path, if the watch is on it or above it: a
 * relative watch has relative events.
 */
static bool matches(const struct xenstore *store, const struct record *watch,
                    struct text *path, bool exact)
{
    struct text watched = record_first(watch);
    struct text home = { store->home, strlen(store->home) };
    struct text name = *path;

    if (is_special(watched))
        return false;
    if (watched.bytes[0] != '/') {
        if (name.length == home.length || !path_is_below(name, home))
            return false;
        name.bytes += home.length + 1;
        name.length -= home.length + 1;
    }
    if (exact ? !text_equal(name, watched) : !path_is_below(name, watched))
        return false;
    *path = name;
    return true;
}

void watches_fire(struct xenstore *store, struct text path, bool exact)
{
    for (size_t at = 0; at < store->used; at += record_at(store, at)->size) {
        struct record *record = record_at(store, at);
        struct text name = path;

        if (record->kind == RECORD_WATCH &&
            matches(store, record, &name, exact))
            fire(store, record, name);
    }
}

static void make_message(struct xenstore *store, const struct record *record)
{
    uint32_t length = (uint32_t)record->first_length +
                      record->second_length + 2;

    store->out.header = (struct xsd_sockmsg){
        .type = XS_WATCH_EVENT,
        .len = length,
    };
    memcpy(store->out.body, record->text, length);
    store->out.done = 0;
    store->out.valid = true;
}

bool watch_next_event(struct xenstore *store)
{
    struct record *record = find_kind(store, RECORD_EVENT, 0);

    if (record != NULL) {
        make_message(store, record);
        record_remove(store, record);
        return true;
    }

    record = find_kind(store, RECORD_WATCH, WATCH_UNTOLD);
    if (record == NULL)
        return false;
    make_message(store, record);
    record->flags &= (uint8_t)~WATCH_UNTOLD;
    return true;
}
