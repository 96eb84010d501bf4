# SPDX-License-Identifier: MIT
"""What a system complained about, and what of it may differ."""
import pathlib
import re

from harness.failure import Failure

ALLOWED = (pathlib.Path(__file__).resolve().parents[1]
           / "allowed-differences.txt")
SIDES = ("native", "microxen")
EITHER = "either"

# What differs from one boot to the next, whatever it runs on.
VARIABLE = [
    (re.compile(r"0x[0-9a-f]+|\b[0-9a-f]{8,16}\b"), "<hex>"),
    (re.compile(r"\[\d+\]"), "[<pid>]"),
    (re.compile(r"\b\d+(\.\d+)? ?(ns|us|ms|msec|s|secs|MHz)\b"), "<time>"),
]


def collect(session):
    """The warnings and errors of this boot, each once."""
    lines = session.lines("dmesg -t -l warn,err,crit,alert,emerg") \
        + session.lines("journalctl -b -p err -o cat --no-pager -q")
    return {_normal(line) for line in lines}


def _normal(line):
    for pattern, name in VARIABLE:
        line = pattern.sub(name, line)
    return line.strip()


class Allowance:
    """Lines that may be there on one side only."""

    def __init__(self, fields, where):
        missing = {"only", "line", "reason"} - fields.keys()
        if missing:
            raise Failure(f"{where}: no {', '.join(sorted(missing))}")
        if fields["only"] not in (*SIDES, EITHER):
            raise Failure(f"{where}: only: is one of "
                          f"{', '.join(SIDES)}, {EITHER}")
        self.only = fields["only"]
        self.line = re.compile(fields["line"])

    def covers(self, side, line):
        """Whether this line may be there on this side alone."""
        return (self.only in (side, EITHER)
                and self.line.fullmatch(line))


def read_allowances():
    """The entries of allowed-differences.txt."""
    entries, fields, last = [], {}, None
    lines = ALLOWED.read_text().splitlines() + [""]
    for number, line in enumerate(lines, 1):
        where = f"{ALLOWED.name}:{number}"
        match = re.match(r"(only|line|reason): *(.*)", line)
        if line.startswith("#"):
            continue
        if match:
            last = match[1]
            fields[last] = match[2]
        elif line.strip() and last == "reason":
            fields[last] += " " + line.strip()
        elif line.strip():
            raise Failure(f"{where}: expected only:, line: or reason:")
        elif fields:
            entries.append(Allowance(fields, where))
            fields, last = {}, None
    return entries


def differences(native, microxen):
    """The lines on one side only that nothing allows, marked with it."""
    allowances = read_allowances()
    sides = {"native": native - microxen, "microxen": microxen - native}
    return [f"only {side}: {line}"
            for side, lines in sides.items() for line in sorted(lines)
            if not any(entry.covers(side, line) for entry in allowances)]
