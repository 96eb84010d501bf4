#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Partition tests: guests of real Xen, started by its own tools.

    tests/partition/run.py                      the quick ones
    tests/partition/run.py --full               all of them
    tests/partition/run.py PATTERN...           those whose names match
    tests/partition/run.py --target pvops ...   on microxen with pvops=all
    tests/partition/run.py --target shim ...    under the stock xen-shim
    tests/partition/run.py --target pv ...      as plain PV domains
    tests/partition/run.py --target pvh ...     natively in an HVM container
    tests/partition/run.py --list               names; * marks the quick ones
    tests/partition/run.py --manual PATTERN...  what they check

A PATTERN is a part of a name, or one with shell wildcards. `make
check-partition` builds what is needed first. Logs are kept in
build/boot-logs.
"""
import pathlib
import sys

HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent / "boot")]
sys.dont_write_bytecode = True

from harness import command                             # noqa: E402
from system import shims                                # noqa: E402

if __name__ == "__main__":
    sys.exit(command.main(__doc__, HERE / "cases", shims.NAMES,
                          shims.shim))
