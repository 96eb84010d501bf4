/* SPDX-License-Identifier: MIT */
#include <guest/kernel_role.h>
#include <guest/xen_notes.h>
#include <lib/string.h>

#include <xen/elfnote.h>
#include <xen/features.h>

/* Only drivers/xen's code for an initial domain's interrupts says this. */
#define DOM0_TEXT "registering gsi %u triggering"

/*
 * Horspool's algorithm: images are tens of megabytes, and this looks at
 * about every thirtieth byte.
 */
static bool contains(const uint8_t *data, uint64_t size, const char *text)
{
    size_t length = strlen(text), last = length - 1;
    uint8_t skip[UINT8_MAX + 1];
    uint64_t at = 0;

    memset(skip, length, sizeof(skip));
    for (size_t i = 0; i < last; i++)
        skip[(uint8_t)text[i]] = last - i;

    while (size - at >= length) {
        if (data[at + last] == (uint8_t)text[last]
            && memcmp(data + at, text, length) == 0)
            return true;
        at += skip[data[at + last]];
        if (at > size)
            return false;
    }
    return false;
}

static bool image_contains(const struct kernel_image *image,
                           const char *text)
{
    for (unsigned i = 0; i < image->nr_segments; i++)
        if (contains(image->segments[i].data, image->segments[i].file_size,
                     text))
            return true;
    return false;
}

bool kernel_can_own_hardware(const struct kernel_image *image)
{
    const struct xen_notes *notes = &image->notes;

    /* 5.10 and 6.1 set the bit whether or not they have the code. */
    if (!(notes->supported_features & 1ull << XENFEAT_dom0))
        return false;
    return strcmp(notes->guest_os, "linux") != 0
           || image_contains(image, DOM0_TEXT);
}
