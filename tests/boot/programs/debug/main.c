/* SPDX-License-Identifier: MIT */
#include "debug.h"

int main(int argc, char **argv)
{
    check_begin(argc, argv, "debug");
    check_stepping();
    check_breakpoints();
    check_registers();
    check_system_call_stops();
    return check_end();
}
