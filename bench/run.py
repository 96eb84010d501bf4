#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Measures operations natively, on microxen and on real Xen, in QEMU.

    bench/run.py [--kernel NAME] [TARGET...]   measure, and print the table
    bench/run.py --boots N ...                 each operation, or workload, as
                                               in the typical one of N boots
    bench/run.py --cpus N ...                  on one of several CPUs, without
                                               -icount: what is least of it
    bench/run.py --together ...                all in one process, its
                                               mappings at random places: as
                                               the baselines were measured
    bench/run.py --workloads [--kernel NAME] [TARGET...]
                                               the same with whole workloads
    bench/run.py --interrupts [--kernel NAME] [TARGET...]
                                               what is executed on the way of
                                               an interrupt, from its vector to
                                               the kernel's handler
    bench/run.py --check                       see that no own share grew
    bench/run.py --record                      record the own shares
    bench/run.py --hot NAME[,NAME...]          where microxen spends them

TARGETs are native, microxen, pvops (the same with pvops=all) and xen; a
kernel is one that tools/fetch-kernel knows, or a path. The report goes to
build/bench/report.{txt,json} and build/bench/*.svg; with --figures, text and
pictures to docs/figures, named after the kernel, as well. `make bench` builds
what is needed first.
"""
import argparse
import dataclasses
import functools
import json
import pathlib
import sys

HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent / "tests" / "boot")]
sys.dont_write_bytecode = True

from harness import kernels                             # noqa: E402
from harness.failure import Failure                     # noqa: E402
from measure import chart, guard, hot, machine, table   # noqa: E402
from measure import interrupts, operations, record, verw   # noqa: E402
from measure import workloads                           # noqa: E402

FIGURES = HERE.parent / "docs" / "figures"
# Where mappings are decides how many page tables they need, and what is
# random depends on when interrupts come.
SAME_LAYOUT = "norandmaps"
# Seconds that cost nothing: an idle machine's time goes by at once. And the
# quickest of so many rounds: those in which the least came in between.
THOROUGH = f"{SAME_LAYOUT} settle=20 rounds=5"
TOGETHER = "settle=20 rounds=3 together=1"
ON_SEVERAL = (f"{SAME_LAYOUT} {machine.NO_ISOLATION} settle=10 processor=0"
              " rounds=5")
TARGETS = ("native", "microxen", "pvops", "xen")


def arguments():
    """The command line, parsed."""
    parser = argparse.ArgumentParser(
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--kernel", default="6.1-generic")
    parser.add_argument("--options", default="",
                        help="more of the kernel's command line")
    parser.add_argument("--boots", type=int, default=1)
    parser.add_argument("--cpus", type=int, default=1)
    parser.add_argument("--together", action="store_true")
    parser.add_argument("--workloads", action="store_true")
    parser.add_argument("--interrupts", action="store_true")
    parser.add_argument("--figures", action="store_true")
    parser.add_argument("--check", action="store_true")
    parser.add_argument("--record", action="store_true")
    parser.add_argument("--hot", metavar="NAMES")
    parser.add_argument("targets", nargs="*", metavar="TARGET",
                        choices=[*TARGETS, []])
    return parser.parse_args()


def vmlinuz(kernel):
    """Its path."""
    return (pathlib.Path(kernel) if "/" in kernel
            else kernels.vmlinuz(kernel))


def records_of(options, how, run):
    """{target: what is typical of its boots}, each of which `run` measures
    when the program is told `how`."""
    return {name: record.typical([
        run(machine.target(name), vmlinuz(options.kernel),
            f"{how} {options.options}", seed=boot + 1)
        for boot in range(options.boots)])
            for name in TARGETS if name in (options.targets or TARGETS)}


def measure(options):
    """Measure everything, and write the report."""
    records = records_of(options,
                         TOGETHER if options.together else THOROUGH,
                         machine.run_all)
    text = table.report(options.kernel, options.boots, records)
    print("\n" + text, end="")
    if options.figures:
        FIGURES.mkdir(exist_ok=True)
        (FIGURES / f"{options.kernel}.txt").write_text(text)
        chart.write_all(FIGURES, records, f"{options.kernel}-")
    (machine.OUT / "report.txt").write_text(text)
    plain = {name: dataclasses.asdict(one) for name, one in records.items()}
    for one in plain.values():
        del one["hot"]
    (machine.OUT / "report.json").write_text(json.dumps(
        {"kernel": options.kernel, "targets": plain}, indent=1) + "\n")
    chart.write_all(machine.OUT, records)
    return 0


def measure_on_several(options):
    """Measure what is instructions, of a program that stays on a CPU."""
    records = records_of(options, ON_SEVERAL,
                         functools.partial(machine.run, cpus=options.cpus))
    for one in records.values():
        for name in operations.ELAPSED:
            one.operations.pop(name, None)
    text = table.report_of_several(options.kernel, options.cpus,
                                   options.boots, records)
    print("\n" + text, end="")
    stem = f"{options.kernel}-{options.cpus}-cpus.txt"
    (machine.OUT / stem).write_text(text)
    if options.figures:
        (FIGURES / stem).write_text(text)
    return 0


def own_shares(options):
    """Compare or record microxen's own shares."""
    now = machine.run_all(machine.target("microxen"),
                          vmlinuz("6.1-generic"), SAME_LAYOUT)
    missing = machine.missing(now)
    if missing:
        raise Failure("not measured: " + ", ".join(missing))
    if options.record:
        guard.write(now)
        return 0
    bad = guard.complaints(now) + verw.complaints(machine.run(
        machine.target("microxen"), vmlinuz("6.1-generic"),
        f"{SAME_LAYOUT} only={','.join(verw.OPERATIONS)}", hot=True,
        features=verw.FEATURES))
    print("\n".join(bad or [f"{len(now.operations)} operations: no own"
                            " share is above what is recorded, and VERW comes"
                            " before programs where it has to"]))
    return 1 if bad else 0


def show_hot(options):
    """Print where the own share of some operations is spent."""
    found = machine.run(machine.target("microxen"), vmlinuz(options.kernel),
                        f"only={options.hot} {options.options}", hot=True)
    for name in found.operations:
        print(f"\n{name}", *hot.breakdown(found, name), sep="\n")
    return 0


def main():
    """Do what the command line says; the exit status."""
    options = arguments()
    try:
        if options.check or options.record:
            return own_shares(options)
        if options.workloads:
            workloads.measure(options.kernel, vmlinuz(options.kernel),
                              options.targets or TARGETS, options.boots,
                              FIGURES if options.figures else None)
            return 0
        if options.interrupts:
            interrupts.measure(options.kernel, vmlinuz(options.kernel),
                               options.targets or interrupts.TARGETS,
                               FIGURES if options.figures else None)
            return 0
        if options.cpus > 1:
            return measure_on_several(options)
        return show_hot(options) if options.hot else measure(options)
    except Failure as failure:
        print(failure)
        return 1


if __name__ == "__main__":
    sys.exit(main())
