/* SPDX-License-Identifier: MIT */
#include <guest/xen_notes.h>
#include <lib/little_endian.h>
#include <lib/string.h>

#include <xen/elfnote.h>

#define XEN_NOTE_NAME     "Xen"
#define LEGACY_SECTION    "__xen_guest"

struct descriptor {
    const uint8_t *data;
    uint32_t size;
};

/* Numbers come in every size. */
static bool number(struct descriptor from, uint64_t *value)
{
    switch (from.size) {
    case 1:
        *value = *from.data;
        return true;
    case 2:
        *value = le16_at(from.data);
        return true;
    case 4:
        *value = le32_at(from.data);
        return true;
    case 8:
        *value = le64_at(from.data);
        return true;
    default:
        return false;
    }
}

static void string(struct descriptor from, char *to, size_t room)
{
    size_t length = strnlen((const char *)from.data, from.size);

    if (length > room - 1)
        length = room - 1;
    memcpy(to, from.data, length);
    to[length] = '\0';
}

static enum kernel_error read_features(struct descriptor from,
                                       struct xen_notes *notes)
{
    if (!xen_features_parse((const char *)from.data, from.size, notes))
        return KERNEL_UNKNOWN_FEATURE;
    return KERNEL_OK;
}

static enum kernel_error read_version(struct descriptor from)
{
    char version[sizeof(XEN_VERSION_KNOWN) + 1];

    string(from, version, sizeof(version));
    return strcmp(version, XEN_VERSION_KNOWN) == 0 ? KERNEL_OK
                                                   : KERNEL_NOT_64BIT_PV;
}

/* Where a note's number goes, or NULL if it has none that matters. */
static uint64_t *number_field(struct xen_notes *notes, uint32_t type)
{
    switch (type) {
    case XEN_ELFNOTE_ENTRY:
        return &notes->entry;
    case XEN_ELFNOTE_HYPERCALL_PAGE:
        return &notes->hypercall_page;
    case XEN_ELFNOTE_VIRT_BASE:
        return &notes->virt_base;
    case XEN_ELFNOTE_PADDR_OFFSET:
        return &notes->paddr_offset;
    case XEN_ELFNOTE_HV_START_LOW:
        return &notes->hv_start_low;
    case XEN_ELFNOTE_INIT_P2M:
        return &notes->init_p2m;
    default:
        return NULL;
    }
}

static enum kernel_error read_note(uint32_t type, struct descriptor from,
                                   struct xen_notes *notes)
{
    uint64_t *field = number_field(notes, type);
    uint64_t value;

    if (field != NULL && !number(from, field))
        return KERNEL_BAD_XEN_NOTES;
    if (type <= XEN_ELFNOTE_MAX)
        notes->present |= 1u << type;

    switch (type) {
    case XEN_ELFNOTE_XEN_VERSION:
        return read_version(from);
    case XEN_ELFNOTE_GUEST_OS:
        string(from, notes->guest_os, sizeof(notes->guest_os));
        break;
    case XEN_ELFNOTE_GUEST_VERSION:
        string(from, notes->guest_version, sizeof(notes->guest_version));
        break;
    case XEN_ELFNOTE_LOADER:
        string(from, notes->loader, sizeof(notes->loader));
        break;
    case XEN_ELFNOTE_FEATURES:
        return read_features(from, notes);
    case XEN_ELFNOTE_MOD_START_PFN:
        if (!number(from, &value))
            return KERNEL_BAD_XEN_NOTES;
        notes->mod_start_pfn = value != 0;
        break;
    case XEN_ELFNOTE_SUPPORTED_FEATURES:
        if (!number(from, &value))
            return KERNEL_BAD_XEN_NOTES;
        notes->supported_features |= value;
        break;
    default:                    /* nothing to do here for it */
        break;
    }
    return KERNEL_OK;
}

/* Where the part of `size` bytes at `offset` ends, padded; > limit: not. */
static uint64_t padded_end(uint64_t offset, uint32_t size)
{
    return (offset + size + ELF_NOTE_ALIGN - 1)
           & ~(uint64_t)(ELF_NOTE_ALIGN - 1);
}

/* One PT_NOTE segment's or SHT_NOTE section's worth. */
static enum kernel_error read_notes(const uint8_t *data, uint64_t size,
                                    struct xen_notes *notes)
{
    uint64_t next = 0;

    while (size - next >= sizeof(struct elf_note)) {
        struct elf_note note;
        uint64_t name = next + sizeof(note);
        uint64_t text, end;
        enum kernel_error error;

        memcpy(&note, data + next, sizeof(note));
        text = padded_end(name, note.namesz);
        end = text + note.descsz;
        if (text > size || end > size)
            return KERNEL_BAD_XEN_NOTES;

        if (note.namesz == sizeof(XEN_NOTE_NAME)
            && memcmp(data + name, XEN_NOTE_NAME, note.namesz) == 0) {
            struct descriptor from = { data + text, note.descsz };

            error = read_note(note.type, from, notes);
            if (error != KERNEL_OK)
                return error;
        }
        next = padded_end(text, note.descsz);
        if (next > size)        /* the last one may lack its padding */
            break;
    }
    return KERNEL_OK;
}

static enum kernel_error read_note_segments(const struct elf_file *file,
                                            struct xen_notes *notes)
{
    for (unsigned i = 0; i < file->header.phnum; i++) {
        struct elf64_segment segment;
        const uint8_t *data;
        enum kernel_error error;

        if (!elf_file_segment(file, i, &segment))
            return KERNEL_BAD_ELF;
        if (segment.type != ELF_SEGMENT_NOTE)
            continue;
        data = elf_file_at(file, segment.offset, segment.filesz);
        if (data == NULL)
            return KERNEL_BAD_ELF;
        error = read_notes(data, segment.filesz, notes);
        if (error != KERNEL_OK)
            return error;
    }
    return KERNEL_OK;
}

/* Sections aren't needed to load a kernel: a bad table is no error. */
static enum kernel_error read_note_sections(const struct elf_file *file,
                                            struct xen_notes *notes)
{
    for (unsigned i = 0; i < file->header.shnum; i++) {
        struct elf64_section section;
        const uint8_t *data;
        enum kernel_error error;

        if (!elf_file_section(file, i, &section))
            break;
        if (section.type != ELF_SECTION_NOTE)
            continue;
        data = elf_file_at(file, section.offset, section.size);
        if (data == NULL)
            continue;
        error = read_notes(data, section.size, notes);
        if (error != KERNEL_OK)
            return error;
    }
    return KERNEL_OK;
}

static enum kernel_error read_legacy_section(const struct elf_file *file,
                                             struct xen_notes *notes)
{
    for (unsigned i = 0; i < file->header.shnum; i++) {
        struct elf64_section section;
        const uint8_t *data;

        if (!elf_file_section(file, i, &section))
            break;
        if (section.type == ELF_SECTION_NOBITS
            || !elf_file_section_is(file, &section, LEGACY_SECTION))
            continue;
        data = elf_file_at(file, section.offset, section.size);
        if (data != NULL)
            return xen_guest_parse((const char *)data, section.size, notes);
    }
    return KERNEL_OK;
}

/* What Xen asks of a kernel before it believes the rest. */
static enum kernel_error check(const struct xen_notes *notes)
{
    if (notes->present == 0)
        return KERNEL_NO_XEN_NOTES;
    if (!xen_note_present(notes, XEN_ELFNOTE_XEN_VERSION))
        return KERNEL_NOT_64BIT_PV;
    if (strcmp(notes->loader, "generic") != 0
        && strcmp(notes->guest_os, "linux") != 0)
        return KERNEL_NOT_64BIT_PV;
    if (xen_note_present(notes, XEN_ELFNOTE_PADDR_OFFSET)
        && !xen_note_present(notes, XEN_ELFNOTE_VIRT_BASE))
        return KERNEL_BAD_XEN_NOTES;
    return KERNEL_OK;
}

enum kernel_error xen_notes_read(const struct elf_file *file,
                                 struct xen_notes *notes)
{
    enum kernel_error error;

    memset(notes, 0, sizeof(*notes));
    error = read_note_segments(file, notes);
    if (error == KERNEL_OK && notes->present == 0)
        error = read_note_sections(file, notes);
    if (error == KERNEL_OK && notes->present == 0)
        error = read_legacy_section(file, notes);
    return error == KERNEL_OK ? check(notes) : error;
}
