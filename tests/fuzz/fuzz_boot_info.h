/* SPDX-License-Identifier: MIT */
/* What holds after either multiboot reader, whatever it returned. */
#ifndef FUZZ_BOOT_INFO_H
#define FUZZ_BOOT_INFO_H

#include <string.h>

#include <boot/boot_info.h>

#include "fuzz_memory_map.h"

/* Where the fuzzers' input lies; the structure is at the start of it. */
#define FUZZ_WINDOW 0x10000u

static inline void check_text(const struct boot_info *info, const char *text)
{
    if (*text == '\0')
        return;
    if (text < info->text || text >= info->text + info->text_used
        || text + strlen(text) >= info->text + info->text_used)
        abort();
}

static inline void check_boot_info(const struct boot_info *info,
                                   const struct physical_window *window)
{
    check_memory_map(&info->memory);
    check_text(info, info->loader);
    check_text(info, info->command_line);
    if (info->nr_modules > BOOT_MODULES_MAX)
        abort();
    for (unsigned i = 0; i < info->nr_modules; i++) {
        const struct boot_module *module = &info->modules[i];

        check_text(info, module->command_line);
        if (physical_at(window, module->start, module->size) == NULL)
            abort();
    }
}

#endif
