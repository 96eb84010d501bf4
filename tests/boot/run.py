#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Boot tests: real kernels in QEMU, on microxen or to compare with.

    tests/boot/run.py                        the quick ones
    tests/boot/run.py --full                 all of them
    tests/boot/run.py PATTERN...             those whose names match
    tests/boot/run.py --target native ...    without microxen, or on xen
    tests/boot/run.py --list                 names; * marks the quick ones
    tests/boot/run.py --manual PATTERN...    what they check

A PATTERN is a part of a name, or one with shell wildcards. `make
check-boot` builds what is needed first. Logs are kept in build/boot-logs.
"""
import argparse
import fnmatch
import importlib
import pathlib
import pkgutil
import sys

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))
sys.dont_write_bytecode = True

from harness import runner, targets                     # noqa: E402
from harness.case import all_cases                      # noqa: E402
from harness.failure import Failure                     # noqa: E402


def arguments():
    """The command line, parsed."""
    parser = argparse.ArgumentParser(
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("patterns", nargs="*", metavar="PATTERN")
    parser.add_argument("--target", choices=targets.NAMES,
                        default="microxen")
    parser.add_argument("--full", action="store_true")
    parser.add_argument("--list", action="store_true")
    parser.add_argument("--manual", action="store_true")
    parser.add_argument("--jobs", type=int, default=2)
    return parser.parse_args()


def matches(name, patterns):
    """Whether a case is asked for."""
    return not patterns or any(
        fnmatch.fnmatch(name, pattern) or pattern in name
        for pattern in patterns)


def chosen(options):
    """The cases that the command line asks for."""
    for module in pkgutil.iter_modules([str(HERE / "cases")]):
        importlib.import_module(f"cases.{module.name}")
    # Who names a case means it, quick or not.
    everything = options.full or options.patterns or options.list
    return [case for case in all_cases()
            if options.target in case.targets
            and (case.quick or everything)
            and matches(case.name, options.patterns)]


def main():
    """Do what the command line says; the exit status."""
    options = arguments()
    cases = chosen(options)
    if not cases:
        print("no case is called", " or ".join(options.patterns))
        return 2
    if options.list or options.manual:
        for case in cases:
            print("* " if case.quick else "  ", case.name, sep="")
            if options.manual:
                print("\n" + case.manual() + "\n")
        return 0
    try:
        target = targets.target(options.target)
    except Failure as failure:
        print(failure)
        return 2
    print(f"{len(cases)} boot tests on {target.name}, {options.jobs} at a"
          " time.", flush=True)
    return 0 if runner.run(cases, target, options.jobs) else 1


if __name__ == "__main__":
    sys.exit(main())
