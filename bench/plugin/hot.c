/* SPDX-License-Identifier: MIT */
#include <inttypes.h>

#include "hot.h"

/* A power of two, far above the instructions of any hypervisor. */
enum { SLOTS = 1 << 20 };

static struct slot {
    uint64_t address;
    uint64_t count;
} slots[SLOTS];

uint64_t *hot_counter(uint64_t address)
{
    for (uint64_t probe = 0; probe < SLOTS; probe++) {
        struct slot *slot = &slots[(address + probe) % SLOTS];

        if (!slot->address)
            slot->address = address;
        if (slot->address == address)
            return &slot->count;
    }
    return NULL;
}

void hot_reset(void)
{
    for (int index = 0; index < SLOTS; index++)
        slots[index].count = 0;
}

void hot_print(FILE *file)
{
    for (int index = 0; index < SLOTS; index++) {
        if (slots[index].count)
            fprintf(file, "hot %" PRIx64 " %" PRIu64 "\n",
                    slots[index].address, slots[index].count);
    }
}
