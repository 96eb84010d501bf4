# SPDX-License-Identifier: MIT
"""The command line by which cases are run."""
import argparse
import fnmatch
import importlib
import pkgutil

from . import runner, targets
from .case import all_cases
from .failure import Failure


def arguments(description, target_names):
    """The command line, parsed."""
    parser = argparse.ArgumentParser(
        description=description,
        formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("patterns", nargs="*", metavar="PATTERN")
    parser.add_argument("--target", choices=target_names,
                        default=target_names[0])
    parser.add_argument("--full", action="store_true")
    parser.add_argument("--list", action="store_true")
    parser.add_argument("--manual", action="store_true")
    parser.add_argument("--image-options", default="", metavar="WORDS",
                        help="more of the image's command line, in each case")
    parser.add_argument("--jobs", type=int, default=2)
    return parser.parse_args()


def matches(name, patterns):
    """Whether a case is asked for."""
    return not patterns or any(
        fnmatch.fnmatch(name, pattern) or pattern in name
        for pattern in patterns)


def chosen(options, folder):
    """The cases in a folder that the command line asks for."""
    for module in pkgutil.iter_modules([str(folder)]):
        importlib.import_module(f"cases.{module.name}")
    # Who names a case means it, quick or not.
    everything = options.full or options.patterns or options.list
    return [case for case in all_cases()
            if options.target in case.targets
            and (case.quick or everything)
            and matches(case.name, options.patterns)]


def main(description, folder, target_names=targets.NAMES,
         find_target=targets.target):
    """Do what the command line says with the cases in `folder`, a package
    called cases; the exit status."""
    options = arguments(description, target_names)
    cases = chosen(options, folder)
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
        target = find_target(options.target)
        target.add(options.image_options)
    except Failure as failure:
        print(failure)
        return 2
    print(f"{len(cases)} tests on {target.name}, {options.jobs} at a"
          " time.", flush=True)
    return 0 if runner.run(cases, target, options.jobs) else 1
