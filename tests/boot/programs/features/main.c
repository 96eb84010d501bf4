/* SPDX-License-Identifier: MIT */
#include "common/check.h"
#include "features.h"

int main(int argc, char **argv)
{
    check_begin(argc, argv, "features");
    check_reported_features();
    check_protection_keys();
    check_extended_state();
    check_cpu_number();
    return check_end();
}
