#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Boot tests: real kernels in QEMU, on microxen or to compare with.

    tests/boot/run.py                        the quick ones
    tests/boot/run.py --full                 all of them
    tests/boot/run.py PATTERN...             those whose names match
    tests/boot/run.py --target native ...    without microxen, or on xen
    tests/boot/run.py --list                 names; * marks the quick ones
    tests/boot/run.py --image-options pvops=all ...    all with that
    tests/boot/run.py --manual PATTERN...    what they check

A PATTERN is a part of a name, or one with shell wildcards. `make
check-boot` builds what is needed first. Logs are kept in build/boot-logs.
"""
import pathlib
import sys

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))
sys.dont_write_bytecode = True

from harness import command                             # noqa: E402

if __name__ == "__main__":
    sys.exit(command.main(__doc__, HERE / "cases"))
