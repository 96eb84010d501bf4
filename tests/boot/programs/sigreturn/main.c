/* SPDX-License-Identifier: MIT */
#include "common/check.h"
#include "sigreturn.h"

int main(int argc, char **argv)
{
    check_begin(argc, argv, "sigreturn");
    check_changed_frames();
    check_floating_point_frames();
    check_random_frames();
    return check_end();
}
