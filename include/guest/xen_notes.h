/* SPDX-License-Identifier: MIT */
/* A kernel's own account of itself to Xen: xen/elfnote.h. */
#ifndef GUEST_XEN_NOTES_H
#define GUEST_XEN_NOTES_H

#include <guest/elf_file.h>

/* XEN_VERSION in every kernel's notes: the ABI's name since Xen 3.0. */
#define XEN_VERSION_KNOWN "xen-3.0"

/*
 * Read them from PT_NOTE segments, else SHT_NOTE sections, else the
 * __xen_guest section, as Xen's libelf does; defaults are filled in.
 * Addresses are not yet checked against the image.
 */
enum kernel_error xen_notes_read(const struct elf_file *file,
                                 struct xen_notes *notes);

/*
 * The FEATURES string: names of xen/features.h divided by `|`, those with
 * `!` in front required.  False when a required one is not known.
 */
bool xen_features_parse(const char *text, size_t length,
                        struct xen_notes *notes);

/* The __xen_guest section's text: NAME=VALUE,NAME=VALUE. */
enum kernel_error xen_guest_parse(const char *text, size_t length,
                                  struct xen_notes *notes);

/* True when the note is there. */
static inline bool xen_note_present(const struct xen_notes *notes,
                                    unsigned note)
{
    return notes->present & 1u << note;
}

#endif
