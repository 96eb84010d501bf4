/* SPDX-License-Identifier: MIT */
/* Where ACPI's tables begin: the Root System Description Pointer. */
#include <lib/string.h>
#include "acpi_layout.h"

#define SIGNATURE     "RSD PTR "
#define ALIGNMENT     16

#define EBDA_SEGMENT  0x40e     /* BIOS data area: where the EBDA is */
#define EBDA_SEARCHED 1024
#define BIOS_START    0xe0000
#define BIOS_END      0x100000

bool acpi_sum_is_zero(const void *bytes, size_t length)
{
    const uint8_t *at = bytes;
    uint8_t sum = 0;

    for (size_t i = 0; i < length; i++)
        sum = (uint8_t)(sum + at[i]);
    return sum == 0;
}

const struct rsdp *acpi_rsdp_at(const struct physical_window *memory,
                                uint64_t address)
{
    const struct rsdp *rsdp = physical_at(memory, address, RSDP_1_SIZE);

    if (rsdp == NULL ||
        memcmp(rsdp->signature, SIGNATURE, sizeof(rsdp->signature)) != 0 ||
        !acpi_sum_is_zero(rsdp, RSDP_1_SIZE))
        return NULL;
    return rsdp;
}

static uint64_t search(const struct physical_window *memory, uint64_t start,
                       uint64_t end)
{
    for (uint64_t at = start; at < end; at += ALIGNMENT)
        if (acpi_rsdp_at(memory, at) != NULL)
            return at;
    return 0;
}

uint64_t acpi_find_rsdp(const struct physical_window *memory)
{
    const uint8_t *segment = physical_at(memory, EBDA_SEGMENT, 2);
    uint64_t found = 0;

    if (segment != NULL) {
        uint64_t ebda = (uint64_t)(segment[0] | segment[1] << 8) << 4;

        /* 0 is what a machine without one has there. */
        if (ebda != 0)
            found = search(memory, ebda, ebda + EBDA_SEARCHED);
    }
    if (found == 0)
        found = search(memory, BIOS_START, BIOS_END);
    return found;
}
