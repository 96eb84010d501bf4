/* SPDX-License-Identifier: MIT */
#include <guest/xen_notes.h>
#include <lib/string.h>

#include <xen/features.h>

#define FEATURE(name) [XENFEAT_##name] = #name

/* Numbers that were given up have no name. */
static const char *const feature_names[] = {
    FEATURE(writable_page_tables),
    FEATURE(writable_descriptor_tables),
    FEATURE(auto_translated_physmap),
    FEATURE(supervisor_mode_kernel),
    FEATURE(pae_pgdir_above_4gb),
    FEATURE(mmu_pt_update_preserve_ad),
    FEATURE(highmem_assist),
    FEATURE(gnttab_map_avail_bits),
    FEATURE(hvm_callback_vector),
    FEATURE(hvm_safe_pvclock),
    FEATURE(hvm_pirqs),
    FEATURE(dom0),
    FEATURE(memory_op_vnode_supported),
    FEATURE(ARM_SMCCC_supported),
    FEATURE(linux_rsdp_unrestricted),
    FEATURE(not_direct_mapped),
    FEATURE(direct_mapped),
};

#define NR_FEATURES (sizeof(feature_names) / sizeof(feature_names[0]))

/* The feature's bit, or 0. */
static uint64_t find_feature(const char *name, size_t length)
{
    for (unsigned i = 0; i < NR_FEATURES; i++)
        if (feature_names[i] != NULL && strlen(feature_names[i]) == length
            && memcmp(feature_names[i], name, length) == 0)
            return 1ull << i;
    return 0;
}

bool xen_features_parse(const char *text, size_t length,
                        struct xen_notes *notes)
{
    const char *end = text + strnlen(text, length);

    while (text < end) {
        const char *bar = memchr(text, '|', end - text);
        const char *stop = bar != NULL ? bar : end;
        bool required = *text == '!';
        uint64_t bit;

        if (required)
            text++;
        bit = find_feature(text, stop - text);
        if (required && bit == 0)
            return false;
        notes->supported_features |= bit;
        if (required)
            notes->required_features |= bit;
        text = bar != NULL ? bar + 1 : end;
    }
    return true;
}
