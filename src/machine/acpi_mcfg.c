/* SPDX-License-Identifier: MIT */
/* MCFG: where PCI configuration space is in memory (PCI firmware 3.2, 4.1). */
#include "acpi_layout.h"

static bool is_sane(const struct mcfg_allocation *allocation)
{
    return allocation->address != 0
           && (allocation->address & (ECAM_ALIGN - 1)) == 0
           && allocation->address <= UINT64_MAX - ECAM_SIZE_MAX
           && allocation->first_bus <= allocation->last_bus;
}

void acpi_read_mcfg(const struct mcfg *mcfg, struct acpi_tables *tables)
{
    const struct mcfg_allocation *at = mcfg->allocations;
    const uint8_t *end = (const uint8_t *)mcfg + mcfg->header.length;
    bool bad = false;

    for (; (size_t)(end - (const uint8_t *)at) >= sizeof(*at); at++) {
        if (!is_sane(at))
            bad = true;
        else if (tables->nr_ecams == ACPI_ECAMS_MAX)
            tables->truncated = true;
        else
            tables->ecams[tables->nr_ecams++] = (struct acpi_ecam){
                .address = at->address,
                .segment = at->segment,
                .first_bus = at->first_bus,
                .last_bus = at->last_bus,
            };
    }
    if (bad)
        acpi_count_bad(tables, "MCFG");
}
