/* SPDX-License-Identifier: MIT */
#include "xenstore_private.h"

struct record *record_at(struct xenstore *store, size_t offset)
{
    return (struct record *)(void *)(store->records + offset);
}

struct text record_first(const struct record *record)
{
    return (struct text){ record->text, record->first_length };
}

struct text record_second(const struct record *record)
{
    return (struct text){ record->text + record->first_length + 1,
                          record->second_length };
}

bool text_equal(struct text a, struct text b)
{
    return a.length == b.length && memcmp(a.bytes, b.bytes, a.length) == 0;
}

size_t record_size(size_t first_length, size_t second_length)
{
    size_t size = sizeof(struct record) + first_length + second_length + 2;

    return (size + 7) & ~(size_t)7;
}

bool record_room(const struct xenstore *store, size_t size)
{
    return size <= store->room - store->used;
}

static void set_second(struct record *record, struct text second)
{
    char *to = record->text + record->first_length + 1;

    memcpy(to, second.bytes, second.length);
    to[second.length] = '\0';
    record->second_length = (uint16_t)second.length;
}

struct record *record_append(struct xenstore *store, enum record_kind kind,
                             struct text first, struct text second)
{
    size_t size = record_size(first.length, second.length);
    struct record *record = record_at(store, store->used);

    if (!record_room(store, size))
        return NULL;

    memset(record, 0, sizeof(*record));
    record->size = (uint32_t)size;
    record->kind = (uint8_t)kind;
    record->first_length = (uint16_t)first.length;
    memcpy(record->text, first.bytes, first.length);
    record->text[first.length] = '\0';
    set_second(record, second);
    store->used += size;
    return record;
}

/* Let the record end elsewhere; what is behind it moves along. */
static void resize(struct xenstore *store, struct record *record, size_t size)
{
    uint8_t *start = (uint8_t *)record;
    uint8_t *end = start + record->size;

    memmove(start + size, end, (size_t)(store->records + store->used - end));
    store->used -= (size_t)(end - start);
    store->used += size;
}

void record_set_second(struct xenstore *store, struct record *record,
                       struct text second)
{
    size_t size = record_size(record->first_length, second.length);

    resize(store, record, size);
    record->size = (uint32_t)size;
    set_second(record, second);
}

void record_remove(struct xenstore *store, struct record *record)
{
    resize(store, record, 0);
}
