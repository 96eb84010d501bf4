/* SPDX-License-Identifier: MIT */
#include "common/check.h"
#include "faults.h"

int main(int argc, char **argv)
{
    check_begin(argc, argv, "faults");
    check_memory_faults();
    check_privileged_instructions();
    check_invalid_instructions();
    check_arithmetic_faults();
    check_software_interrupts();
    check_selector_loads();
    check_far_transfers();
    check_descriptor_tables();
    check_fault_recovery();
    return check_end();
}
