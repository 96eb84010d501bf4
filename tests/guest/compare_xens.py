#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Runs the guest tests on microxen and on real Xen, and reports.

    tests/guest/compare_xens.py [TEST...]

Each test's kernel is booted in QEMU on Debian's Xen 4.17 and 4.20
(tools/fetch-xen) and, in both roles, on microxen; what they print is
compared line by line. Every difference must be in docs/abi.md, as
compare.py says. The report, build/compare/report.{txt,json,html}, has each
hypercall and operation of Xen's public headers: whether a test covers it,
whether the answers are identical, different by design, or unexplained.
The exit status is 0 if all is explained. `make compare` builds what is
needed first.
"""
import argparse
import dataclasses
import json
import pathlib
import subprocess
import sys

HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent / "boot")]
sys.dont_write_bytecode = True

import compare                                          # noqa: E402
import run                                              # noqa: E402
from harness import paths, targets                      # noqa: E402
from harness.failure import Failure                     # noqa: E402
from report import data, headers, model                 # noqa: E402
from report.html import as_html                         # noqa: E402
from report.text import as_text                         # noqa: E402

OUT = paths.BUILD / "compare"
ROLES = ("initial", "plain")


@dataclasses.dataclass
class Result:
    """All that the report tells."""

    versions: dict
    observations: list
    calls: list
    others: list
    xens: list
    complaints: list


def versions():
    """What is compared, for the head of the report."""
    image = subprocess.run(
        ["git", "-C", str(paths.TOP), "describe", "--always", "--dirty"],
        capture_output=True, text=True, check=False).stdout.strip()
    qemu = subprocess.run(["qemu-system-x86_64", "--version"],
                          capture_output=True, text=True, check=True)
    found = {"microxen": image or "(no git here)"}
    found |= {f"Xen {version}": (folder / "version").read_text().strip()
              for version, folder in run.XENS.items()}
    return found | {"QEMU": qemu.stdout.splitlines()[0]}


def look(test, target, role=""):
    """Run a test, and say so."""
    print(f"  {test} on {target.name} {role}", file=sys.stderr, flush=True)
    return run.run(test, target, role)


def judged(test, role, ours, theirs, column, complaints):
    """[Observation] of a test; complaints are added."""
    rows = compare.allowed_differences(test.removesuffix(run.PAGE), role,
                                       column)
    found = compare.outcomes(rows, role, ours, theirs)
    complaints += [f"{test}, {column}, {role}: {one.name}: {one.ours}, "
                   f"Xen 4.17 {one.theirs}" for one in found
                   if not one.equal() and not one.row]
    complaints += [f"{test}, {column}: {one}"
                   for one in compare.good_rows(rows, role)[1]]
    return [model.Observation(test, role, one) for one in found]


def compare_test(test, every, result):
    """Run one everywhere; add to the result."""
    old = look(test, every["4.17"])
    new = look(test, every["4.20"])
    result.complaints += run.check_record(test, old)
    result.xens.append(model.Entry(
        test, "", judged(test, "initial", new, old, "Xen 4.20",
                         result.complaints)))
    for role in ROLES:
        ours = look(test, every["microxen"], role)
        result.observations += judged(test, role, ours, old, compare.OURS,
                                      result.complaints)


def write(result):
    """The three files."""
    OUT.mkdir(parents=True, exist_ok=True)
    for suffix, text in (
            ("txt", as_text(result)), ("html", as_html(result)),
            ("json", json.dumps(data.as_data(result), indent=1) + "\n")):
        (OUT / f"report.{suffix}").write_text(text)


def main():
    """Do what the command line says; the exit status."""
    parser = argparse.ArgumentParser(
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("tests", nargs="*", metavar="TEST")
    tests = parser.parse_args().tests or run.all_tests()
    try:
        every = {version: run.xen(version) for version in run.XENS}
        every["microxen"] = targets.target("microxen")
        result = Result(versions(), [], [], [], [], [])
        known = headers.hypercalls()
        for test in tests:
            compare_test(test, every, result)
    except (Failure, ValueError) as failure:
        print(failure)
        return 1
    result.calls = model.calls(known, result.observations)
    result.others = model.others(result.calls, result.observations)
    write(result)
    for complaint in result.complaints:
        print(complaint)
    counts = data.summary(result.calls)
    print(", ".join(f"{number} operations {status}"
                    for status, number in counts.items()))
    print(f"{len(result.complaints)} complaints; {OUT}/report.html")
    return 1 if result.complaints else 0


if __name__ == "__main__":
    sys.exit(main())
