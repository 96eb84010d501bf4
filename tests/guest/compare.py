#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Compares what a guest test printed on microxen and on real Xen.

    tests/guest/compare.py TEST ROLE MICROXEN_LOG XEN_LOG

A line is "name: result". Lines may differ only where docs/abi.md lists
them, in tables that have these columns:

    | Test | Role | Line | microxen | Xen 4.17 | Why |

Role is initial, plain or both; Line and the results may have * in them.
A row that no line differs by is itself an error.
"""
import argparse
import collections
import dataclasses
import fnmatch
import pathlib
import sys

TOP = pathlib.Path(__file__).resolve().parents[2]
ABI = TOP / "docs" / "abi.md"
COLUMNS = ["Test", "Role", "Line", "microxen", "Xen 4.17", "Why"]
BEGIN, END = "guest test begins", "guest test ends"
HYPERVISOR = "(XEN)"
ABSENT = "(no such line)"


@dataclasses.dataclass
class Difference:
    """A row of such a table."""

    test: str
    role: str
    line: str
    ours: str
    theirs: str
    used: bool = False

    def covers(self, role, name, ours, theirs):
        """Whether it allows this difference."""
        return (self.role in (role, "both")
                and fnmatch.fnmatchcase(name, self.line)
                and fnmatch.fnmatchcase(ours, self.ours)
                and fnmatch.fnmatchcase(theirs, self.theirs))


def _cells(row):
    return [cell.strip().strip("`") for cell in row.strip("| \n").split("|")]


def allowed_differences(test, role, path=ABI):
    """Those that docs/abi.md has for a test in a role."""
    rows, in_table = [], False
    for line in path.read_text().splitlines():
        cells = _cells(line) if line.startswith("|") else []
        if cells == COLUMNS:
            in_table = True
        elif not cells:
            in_table = False
        elif in_table and not set(line) <= set("|-: "):
            if len(cells) != len(COLUMNS):
                raise ValueError(f"{path}: not {len(COLUMNS)} cells: {line}")
            rows.append(Difference(*cells[:5]))
    return [row for row in rows
            if row.test == test and row.role in (role, "both")]


def results(text):
    """{name: result} of a log, in order; a name's second line is called
    "name #2"."""
    lines = text.replace("\r", "").splitlines()
    if BEGIN not in lines:
        raise ValueError("the test did not begin")
    if END not in lines:
        raise ValueError("the test did not end; its last line was: "
                         + lines[-1])
    found, times = {}, collections.Counter()
    for line in lines[lines.index(BEGIN) + 1:lines.index(END)]:
        if line.startswith(HYPERVISOR):
            continue
        name, colon, result = line.rpartition(": ")
        if not colon:
            raise ValueError(f"not 'name: result': {line!r}")
        times[name] += 1
        if times[name] > 1:
            name += f" #{times[name]}"
        found[name] = result
    return found


def compare(test, role, ours, theirs):
    """Compare two logs; (number of good lines, list of complaints)."""
    allowed = allowed_differences(test, role)
    good, complaints = 0, []
    for name in {**theirs, **ours}:
        mine = ours.get(name, ABSENT)
        xens = theirs.get(name, ABSENT)
        rows = [row for row in allowed
                if mine != xens and row.covers(role, name, mine, xens)]
        for row in rows:
            row.used = True
        if mine == xens or rows:
            good += 1
        else:
            complaints.append(f"{name}: microxen {mine}, Xen {xens}")
    for row in allowed:
        # A row for both roles may be needed in one of them only.
        if row.used:
            good += 1
        elif row.role == role or role == "initial":
            complaints.append(f"docs/abi.md: nothing differs by {row.line!r}"
                              f" in role {role}")
    return good, complaints


def main():
    """Compare two files; the exit status."""
    parser = argparse.ArgumentParser(
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("test")
    parser.add_argument("role", choices=["initial", "plain"])
    parser.add_argument("ours", type=pathlib.Path)
    parser.add_argument("theirs", type=pathlib.Path)
    options = parser.parse_args()
    good, complaints = compare(
        options.test, options.role,
        results(options.ours.read_text(errors="replace")),
        results(options.theirs.read_text(errors="replace")))
    for complaint in complaints:
        print(complaint)
    print(f"{good} passed, {len(complaints)} failed")
    return 1 if complaints else 0


if __name__ == "__main__":
    sys.exit(main())
