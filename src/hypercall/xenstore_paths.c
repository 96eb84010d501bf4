/* SPDX-License-Identifier: MIT */
/* Xen's docs/misc/xenstore.txt: paths. */
#include "xenstore_private.h"

static bool is_path_character(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
           (c >= '0' && c <= '9') ||
           c == '-' || c == '/' || c == '_' || c == '@';
}

bool path_is_valid(struct text path)
{
    if (path.length == 0 || path.length > XENSTORE_ABS_PATH_MAX ||
        path.bytes[0] != '/')
        return false;
    if (path.length > 1 && path.bytes[path.length - 1] == '/')
        return false;

    for (size_t i = 0; i < path.length; i++) {
        if (!is_path_character(path.bytes[i]))
            return false;
        if (i > 0 && path.bytes[i] == '/' && path.bytes[i - 1] == '/')
            return false;
    }
    return true;
}

bool path_is_below(struct text path, struct text parent)
{
    if (path.length < parent.length ||
        memcmp(path.bytes, parent.bytes, parent.length) != 0)
        return false;
    return path.length == parent.length || parent.length == 1 ||
           path.bytes[parent.length] == '/';
}

struct text path_leaf(struct text path)
{
    size_t start = path.length;

    while (start > 0 && path.bytes[start - 1] != '/')
        start--;
    return (struct text){ path.bytes + start, path.length - start };
}

struct text path_parent(struct text path)
{
    size_t length = path.length - path_leaf(path).length;

    if (length > 1)
        length--;
    return (struct text){ path.bytes, length };
}

enum xenstore_error path_resolve(struct xenstore *store, struct text given,
                                 struct text *path)
{
    size_t home = 0;

    /* "@..." is no path, and fails below as xenstored lets it. */
    if (given.length != 0 && given.bytes[0] != '/' && given.bytes[0] != '@') {
        if (given.length > XENSTORE_REL_PATH_MAX)
            return XS_EINVAL;
        home = strlen(store->home);
        memcpy(store->path, store->home, home);
        store->path[home++] = '/';
    }
    if (given.length > XENSTORE_ABS_PATH_MAX - home)
        return XS_EINVAL;

    memcpy(store->path + home, given.bytes, given.length);
    store->path[home + given.length] = '\0';
    *path = (struct text){ store->path, home + given.length };
    return path_is_valid(*path) ? XS_OK : XS_EINVAL;
}
