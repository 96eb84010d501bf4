#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""System tests: an installed Debian, booted by its own GRUB.

    tests/disk/run.py                        the quick ones
    tests/disk/run.py --full                 all of them
    tests/disk/run.py PATTERN...             those whose names match
    tests/disk/run.py --target native ...    by the entry without microxen
    tests/disk/run.py --list                 names; * marks the quick ones
    tests/disk/run.py --manual PATTERN...    what they check

A PATTERN is a part of a name, or one with shell wildcards. `make
check-disk` builds what is needed first. Logs are kept in build/boot-logs.
"""
import pathlib
import sys

HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent / "boot")]
sys.dont_write_bytecode = True

from harness import command                             # noqa: E402

if __name__ == "__main__":
    sys.exit(command.main(__doc__, HERE / "cases", ("microxen", "native")))
