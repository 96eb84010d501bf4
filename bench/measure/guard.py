# SPDX-License-Identifier: MIT
"""Keeps microxen's own shares from growing."""
import pathlib

from harness.failure import Failure

from .record import OWN

RECORDED = pathlib.Path(__file__).resolve().parents[1] / \
    "recorded-shares.txt"
# Any change moves when the timer ticks and where the kernel puts things: a
# few instructions more or less of an operation that takes many.
TOLERANCE = 1.05
ALLOWANCE = 1.0
HEAD = """\
# The instructions of its own that microxen spends on each operation, with
# Debian's 6.1-generic; `make record-bench` writes them, `make check-bench`
# compares.
"""


def shares(record):
    """Each operation's own share."""
    return {name: counts[OWN] for name, counts in record.operations.items()}


def write(record):
    """Record what was measured."""
    lines = [f"{name} {share:.1f}\n"
             for name, share in shares(record).items()]
    RECORDED.write_text(HEAD + "".join(lines))


def recorded():
    """What was recorded."""
    if not RECORDED.exists():
        raise Failure(f"{RECORDED} is not there; run make record-bench")
    lines = (line.split() for line in RECORDED.read_text().splitlines()
             if not line.startswith("#"))
    return {name: float(share) for name, share in lines}


def complaints(record):
    """A line for each operation whose own share grew, or is gone."""
    now, bad = shares(record), []
    for name, share in recorded().items():
        if name not in now:
            bad.append(f"{name}: was not measured")
        elif now[name] > share * TOLERANCE + ALLOWANCE:
            bad.append(f"{name}: {now[name]:.1f} instructions of its own,"
                       f" recorded are {share:.1f}")
    return bad
