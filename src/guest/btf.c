/* SPDX-License-Identifier: MIT */
#include <guest/btf.h>

#include <lib/little_endian.h>
#include <lib/string.h>

#define MAGIC       0xeb9f
#define HEADER_SIZE 24                  /* struct btf_header */
#define TYPE_SIZE   12                  /* struct btf_type, then its kind's */
#define MEMBER_SIZE 12                  /* struct btf_member */

/* In btf_type.info */
#define INFO_COUNT(info)  ((info) & 0xffff)
#define INFO_KIND(info)   ((info) >> 24 & 0x1f)
#define INFO_BITS(info)   ((info) >> 31)

enum kind {
    KIND_POINTER = 2, KIND_ARRAY, KIND_STRUCT, KIND_UNION,
    KIND_PROTOTYPE = 13, KIND_LAST = 19,
};

/* So deep in unnamed structures is a member looked for. */
#define DEPTH_MAX 1

/* What follows the btf_type of a kind: so much, and so much each. */
static const struct { uint8_t once, each; } extra[KIND_LAST + 1] = {
    [1] = { 4, 0 },                     /* an integer */
    [KIND_ARRAY] = { 12, 0 },
    [KIND_STRUCT] = { 0, MEMBER_SIZE },
    [KIND_UNION] = { 0, MEMBER_SIZE },
    [6] = { 0, 8 },                     /* an enumeration */
    [KIND_PROTOTYPE] = { 0, 8 },
    [14] = { 4, 0 },                    /* a variable */
    [15] = { 0, 12 },                   /* a section of them */
    [17] = { 4, 0 },                    /* a tag */
    [19] = { 0, 12 },                   /* an enumeration of 64 bits */
};

static uint32_t info_at(const struct btf *btf, uint32_t at)
{
    return le32_at(btf->types + at + 4);
}

/* Bytes of the type at an offset; 0: it isn't all there, or unknown. */
static uint32_t size_at(const struct btf *btf, uint32_t at)
{
    uint32_t left = btf->types_size - at, kind, size;

    if (left < TYPE_SIZE)
        return 0;
    kind = INFO_KIND(info_at(btf, at));
    if (kind == 0 || kind > KIND_LAST)
        return 0;
    size = TYPE_SIZE + extra[kind].once
           + extra[kind].each * INFO_COUNT(info_at(btf, at));
    return size <= left ? size : 0;
}

static bool make_index(struct btf *btf)
{
    uint32_t at = 0, size;

    for (btf->nr_types = 0; at < btf->types_size; at += size) {
        uint32_t number = btf->nr_types++;

        size = size_at(btf, at);
        if (size == 0 || number / BTF_INDEX_STEP >= BTF_INDEX_MAX)
            return false;
        if (number % BTF_INDEX_STEP == 0)
            btf->index[number / BTF_INDEX_STEP] = at;
    }
    return true;
}

/* A part of what follows the header. */
static const uint8_t *part(const uint8_t *data, size_t size, uint32_t offset,
                           uint32_t length)
{
    if (offset > size || length > size - offset)
        return NULL;
    return data + offset;
}

bool btf_open(struct btf *btf, const void *data, size_t size)
{
    const uint8_t *header = data;
    uint32_t length;

    if (size < HEADER_SIZE || le16_at(header) != MAGIC || header[2] != 1)
        return false;
    length = le32_at(header + 4);
    if (length < HEADER_SIZE || length > size)
        return false;
    btf->types_size = le32_at(header + 12);
    btf->types = part(header + length, size - length, le32_at(header + 8),
                      btf->types_size);
    btf->strings_size = le32_at(header + 20);
    btf->strings = (const char *)part(header + length, size - length,
                                      le32_at(header + 16),
                                      btf->strings_size);
    return btf->types != NULL && btf->strings != NULL
           && btf->strings_size != 0
           && btf->strings[btf->strings_size - 1] == '\0'
           && make_index(btf);
}

/* Where type `number` lies; false: there is none. */
static bool locate(const struct btf *btf, uint32_t number, uint32_t *at)
{
    if (number == 0 || number > btf->nr_types)
        return false;
    number--;
    *at = btf->index[number / BTF_INDEX_STEP];
    for (number %= BTF_INDEX_STEP; number > 0; number--)
        *at += size_at(btf, *at);
    return true;
}

static const char *string_at(const struct btf *btf, uint32_t offset)
{
    return offset < btf->strings_size ? btf->strings + offset : "";
}

uint32_t btf_find_struct(const struct btf *btf, const char *name)
{
    uint32_t at = 0;

    for (uint32_t number = 1; number <= btf->nr_types; number++) {
        if (INFO_KIND(info_at(btf, at)) == KIND_STRUCT
            && strcmp(string_at(btf, le32_at(btf->types + at)), name) == 0)
            return number;
        at += size_at(btf, at);
    }
    return 0;
}

uint32_t btf_nr_members(const struct btf *btf, uint32_t type)
{
    uint32_t at, kind;

    if (!locate(btf, type, &at))
        return 0;
    kind = INFO_KIND(info_at(btf, at));
    return kind == KIND_STRUCT || kind == KIND_UNION
           ? INFO_COUNT(info_at(btf, at)) : 0;
}

bool btf_member(const struct btf *btf, uint32_t type, uint32_t index,
                struct btf_member *member)
{
    const uint8_t *from;
    uint32_t at, bits;

    if (index >= btf_nr_members(btf, type) || !locate(btf, type, &at))
        return false;
    from = btf->types + at + TYPE_SIZE + index * MEMBER_SIZE;
    bits = le32_at(from + 8);
    member->name = string_at(btf, le32_at(from));
    member->type = le32_at(from + 4);
    member->offset = (INFO_BITS(info_at(btf, at)) ? bits & 0xffffff : bits)
                     / 8;
    return true;
}

static bool find_within(const struct btf *btf, uint32_t type,
                        const char *name, struct btf_member *member,
                        unsigned depth)
{
    for (uint32_t i = 0; btf_member(btf, type, i, member); i++) {
        uint32_t offset = member->offset;

        if (strcmp(member->name, name) == 0)
            return true;
        if (*member->name == '\0' && depth > 0
            && find_within(btf, member->type, name, member, depth - 1)) {
            member->offset += offset;
            return true;
        }
    }
    return false;
}

bool btf_find_member(const struct btf *btf, uint32_t type, const char *name,
                     struct btf_member *member)
{
    return find_within(btf, type, name, member, DEPTH_MAX);
}

uint32_t btf_nr_parameters(const struct btf *btf, uint32_t type)
{
    uint32_t at;

    if (!locate(btf, type, &at)
        || INFO_KIND(info_at(btf, at)) != KIND_POINTER
        || !locate(btf, le32_at(btf->types + at + 8), &at)
        || INFO_KIND(info_at(btf, at)) != KIND_PROTOTYPE)
        return 0;
    return INFO_COUNT(info_at(btf, at));
}
