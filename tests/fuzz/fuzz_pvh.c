/* SPDX-License-Identifier: MIT */
/* The input is memory from FUZZ_WINDOW on, the structure at its start. */
/* sources: src/boot/pvh.c src/boot/boot_info.c */
/* sources: src/boot/boot_text.c src/boot/memory_map.c */
#include "fuzz_boot_info.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct physical_window window = { data, FUZZ_WINDOW, size };
    static struct boot_info info;

    pvh_parse(&window, FUZZ_WINDOW, &info);
    check_boot_info(&info, &window);
    return 0;
}
