/* SPDX-License-Identifier: MIT */
#include "day.h"

/* The initrd's text, and where each line's number begins. */
#define LINES    700
#define LINE_END " of what the loader brought\n"

static void test_flags(void)
{
    uint64_t flags = start_info->flags;

    check("SIF_PRIVILEGED", flags & SIF_PRIVILEGED);
    check("SIF_INITDOMAIN", flags & SIF_INITDOMAIN);
    check("SIF_MULTIBOOT_MOD", flags & SIF_MULTIBOOT_MOD);
    check("SIF_MOD_START_PFN", flags & SIF_MOD_START_PFN);
    check("SIF_VIRT_P2M_4TOOLS", flags & SIF_VIRT_P2M_4TOOLS);
    check("other flags",
          flags & ~(uint64_t)(SIF_PRIVILEGED | SIF_INITDOMAIN
                              | SIF_MULTIBOOT_MOD | SIF_MOD_START_PFN
                              | SIF_VIRT_P2M_4TOOLS | SIF_PM_MASK));
}

/* Line by line what the file says. */
static bool is_initrd(const char *text, uint64_t size)
{
    const char *end = text + size;

    for (unsigned line = 0; line < LINES; line++) {
        unsigned number = 0;

        if (end - text < 5 || memcmp(text, "line ", 5))
            return false;
        for (text += 5; text < end && *text != ' '; text++)
            number = number * 10 + (unsigned)(*text - '0');
        if (number != line || end - text < (long)strlen(LINE_END)
            || memcmp(text, LINE_END, strlen(LINE_END)))
            return false;
        text += strlen(LINE_END);
    }
    return text == end;
}

/* Unmapped, it is a run of pfns: of any frames. */
static const char *map_initrd(void)
{
    const uint64_t *p2m = (const uint64_t *)start_info->mfn_list;

    if (!(start_info->flags & SIF_MOD_START_PFN))
        return (const char *)start_info->mod_start;
    for (uint64_t done = 0; done < start_info->mod_len; done += PAGE_SIZE)
        page_map(SCRATCH_VIRTUAL + done,
                 p2m[start_info->mod_start + done / PAGE_SIZE] << PAGE_SHIFT
                 | PTE_P | PTE_A);
    return (const char *)SCRATCH_VIRTUAL;
}

static void test_initrd(void)
{
    print("mod_len: %lu", start_info->mod_len);
    check("the initrd is the file",
          is_initrd(map_initrd(), start_info->mod_len));
    check("the initrd's last page is zero behind it",
          map_initrd()[start_info->mod_len] == 0);
}

void test_start_info(void)
{
    const struct start_info *si = start_info;

    print("magic: '%s'", si->magic);
    print("cmd_line: '%s'", (const char *)si->cmd_line);
    test_flags();
    test_initrd();
    check("nr_pages > 0", si->nr_pages > 0);
    check("shared_info is page aligned", si->shared_info % PAGE_SIZE == 0);
    check("store: there is one", si->store_mfn || si->store_evtchn);
    check("console.domU.evtchn is set", si->console.domU.evtchn);
    check("first_p2m_pfn is set", si->first_p2m_pfn);
    check("nr_p2m_frames is set", si->nr_p2m_frames);
}
