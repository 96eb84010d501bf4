#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Compares what a guest test printed on microxen and on real Xen.

    tests/guest/compare.py TEST ROLE MICROXEN_LOG XEN_LOG

A line is "name: result". Lines may differ only where docs/abi.md lists
them, in tables that have these columns:

    | Test | Role | Line | microxen | Xen 4.17 | Why |

Role is initial, plain or both; all others but Why may have * in them. A Why
of "the same" is that of the row above.
A row that no line differs by is itself an error. Where Xen's versions
differ from each other stands in another table, as for microxen in role
"initial":

    | Test | Role | Line | Xen 4.20 | Xen 4.17 | Why |
"""
import argparse
import collections
import dataclasses
import fnmatch
import pathlib
import sys

TOP = pathlib.Path(__file__).resolve().parents[2]
ABI = TOP / "docs" / "abi.md"
OURS, THEIRS = "microxen", "Xen 4.17"
AS_ABOVE = "the same"
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
    why: str
    used: bool = False

    def covers(self, role, name, ours, theirs):
        """Whether it allows this difference."""
        return (self.role in (role, "both")
                and fnmatch.fnmatchcase(name, self.line)
                and fnmatch.fnmatchcase(ours, self.ours)
                and fnmatch.fnmatchcase(theirs, self.theirs))


def _cells(row):
    return [cell.strip().strip("`") for cell in row.strip("| \n").split("|")]


@dataclasses.dataclass
class Outcome:
    """What one line says of both, and what row allows that they differ;
    None also where they are equal."""

    name: str
    ours: str
    theirs: str
    row: Difference

    def equal(self):
        """Whether they say the same."""
        return self.ours == self.theirs


def allowed_differences(test, role, ours=OURS, path=ABI):
    """Those that docs/abi.md has for a test in a role, of who has the
    column `ours`."""
    columns = ["Test", "Role", "Line", ours, THEIRS, "Why"]
    rows, in_table = [], False
    for line in path.read_text().splitlines():
        cells = _cells(line) if line.startswith("|") else []
        if cells == columns:
            in_table = True
        elif not cells:
            in_table = False
        elif in_table and not set(line) <= set("|-: "):
            if len(cells) != len(columns):
                raise ValueError(f"{path}: not {len(columns)} cells: {line}")
            if cells[-1].startswith(AS_ABOVE):
                cells[-1] = rows[-1].why + cells[-1].removeprefix(AS_ABOVE)
            rows.append(Difference(*cells))
    return [row for row in rows
            if fnmatch.fnmatchcase(test, row.test)
            and row.role in (role, "both")]


def results(text, whole=True):
    """{name: result} of a log, in order; a name's second line is called
    "name #2". One that is not `whole` may lack its end."""
    lines = text.replace("\r", "").splitlines()
    if BEGIN not in lines:
        raise ValueError("the test did not begin")
    if END not in lines and not whole:
        lines.append(END)
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


def outcomes(rows, role, ours, theirs):
    """Each line of two logs with what the rows allow; marks these used."""
    found = []
    for name in {**theirs, **ours}:
        mine = ours.get(name, ABSENT)
        xens = theirs.get(name, ABSENT)
        allowing = [row for row in rows
                    if mine != xens and row.covers(role, name, mine, xens)]
        for row in allowing:
            row.used = True
        found.append(Outcome(name, mine, xens,
                             allowing[0] if allowing else None))
    return found


def compare(test, role, ours, theirs):
    """Compare two logs; (number of good lines, list of complaints)."""
    rows = allowed_differences(test, role)
    complaints = [f"{one.name}: {OURS} {one.ours}, Xen {one.theirs}"
                  for one in outcomes(rows, role, ours, theirs)
                  if not one.equal() and not one.row]
    good = len({**ours, **theirs}) - len(complaints)
    used, unused = good_rows(rows, role)
    return good + used, complaints + unused


def good_rows(rows, role):
    """How many rows were needed, and complaints of those that were not."""
    # A row for both roles may be needed in one of them only.
    return (sum(row.used for row in rows),
            [f"docs/abi.md: nothing differs by {row.line!r} in role {role}"
             for row in rows
             if not row.used and (row.role == role or role == "initial")])


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
