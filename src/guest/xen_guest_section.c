/* SPDX-License-Identifier: MIT */
/*
 * The __xen_guest section, which Xen notes replaced; each name's note is
 * told in xen/elfnote.h.
 */
#include <guest/xen_notes.h>
#include <lib/number.h>
#include <lib/string.h>

#include <xen/elfnote.h>

#define PAGE_SHIFT 12

struct text {
    const char *start;
    size_t length;
};

static bool is(struct text text, const char *other)
{
    return text.length == strlen(other)
           && memcmp(text.start, other, text.length) == 0;
}

static void copy(struct text from, char *to, size_t room)
{
    size_t length = from.length < room ? from.length : room - 1;

    memcpy(to, from.start, length);
    to[length] = '\0';
}

static bool number(struct text from, uint64_t *value)
{
    const char *end = from.start + from.length;

    return number_parse(from.start, end, value) == end;
}

struct number_name {
    const char *name;
    unsigned note;
    size_t field;
};

#define FIELD(name) offsetof(struct xen_notes, name)

static const struct number_name number_names[] = {
    { "VIRT_BASE", XEN_ELFNOTE_VIRT_BASE, FIELD(virt_base) },
    { "VIRT_ENTRY", XEN_ELFNOTE_ENTRY, FIELD(entry) },
    { "ELF_PADDR_OFFSET", XEN_ELFNOTE_PADDR_OFFSET, FIELD(paddr_offset) },
    { "HYPERCALL_PAGE", XEN_ELFNOTE_HYPERCALL_PAGE, FIELD(hypercall_page) },
};

#define NR_NUMBERS (sizeof(number_names) / sizeof(number_names[0]))

struct string_name {
    const char *name;
    unsigned note;
    size_t field;
    size_t room;
};

#define ROOM(name) sizeof(((struct xen_notes *)NULL)->name)

static const struct string_name string_names[] = {
    { "LOADER", XEN_ELFNOTE_LOADER, FIELD(loader), ROOM(loader) },
    { "GUEST_OS", XEN_ELFNOTE_GUEST_OS, FIELD(guest_os), ROOM(guest_os) },
    { "GUEST_VER", XEN_ELFNOTE_GUEST_VERSION, FIELD(guest_version),
      ROOM(guest_version) },
};

#define NR_STRINGS (sizeof(string_names) / sizeof(string_names[0]))

static enum kernel_error read_pair(struct text name, struct text value,
                                   struct xen_notes *notes)
{
    char *base = (char *)notes;

    for (unsigned i = 0; i < NR_NUMBERS; i++) {
        if (!is(name, number_names[i].name))
            continue;
        notes->present |= 1u << number_names[i].note;
        return number(value, (uint64_t *)(base + number_names[i].field))
               ? KERNEL_OK : KERNEL_BAD_XEN_NOTES;
    }

    for (unsigned i = 0; i < NR_STRINGS; i++) {
        if (!is(name, string_names[i].name))
            continue;
        notes->present |= 1u << string_names[i].note;
        copy(value, base + string_names[i].field, string_names[i].room);
        return KERNEL_OK;
    }

    if (is(name, "FEATURES")) {
        notes->present |= 1u << XEN_ELFNOTE_FEATURES;
        return xen_features_parse(value.start, value.length, notes)
               ? KERNEL_OK : KERNEL_UNKNOWN_FEATURE;
    }
    if (is(name, "XEN_VER")) {
        notes->present |= 1u << XEN_ELFNOTE_XEN_VERSION;
        return is(value, XEN_VERSION_KNOWN) ? KERNEL_OK
                                            : KERNEL_NOT_64BIT_PV;
    }
    return KERNEL_OK;           /* PAE, BSD_SYMTAB, and what nobody knows */
}

/* What differs in meaning from the notes of the same name. */
static enum kernel_error convert(struct xen_notes *notes)
{
    uint64_t offset;

    if (!xen_note_present(notes, XEN_ELFNOTE_PADDR_OFFSET))
        notes->paddr_offset = notes->virt_base;
    if (!xen_note_present(notes, XEN_ELFNOTE_HYPERCALL_PAGE))
        return KERNEL_OK;

    /* A page number counted from VIRT_BASE, not an address. */
    if (notes->hypercall_page > UINT64_MAX >> PAGE_SHIFT)
        return KERNEL_BAD_XEN_NOTES;
    offset = notes->hypercall_page << PAGE_SHIFT;
    if (__builtin_add_overflow(notes->virt_base, offset,
                               &notes->hypercall_page))
        return KERNEL_BAD_XEN_NOTES;
    return KERNEL_OK;
}

enum kernel_error xen_guest_parse(const char *text, size_t length,
                                  struct xen_notes *notes)
{
    const char *end = text + strnlen(text, length);

    while (text < end) {
        const char *comma = memchr(text, ',', end - text);
        const char *stop = comma != NULL ? comma : end;
        const char *equals = memchr(text, '=', stop - text);
        const char *value = equals != NULL ? equals + 1 : stop;
        struct text name = { text, (equals ? equals : stop) - text };
        enum kernel_error error;

        error = read_pair(name, (struct text){ value, stop - value }, notes);
        if (error != KERNEL_OK)
            return error;
        text = comma != NULL ? comma + 1 : end;
    }
    return convert(notes);
}
