# SPDX-License-Identifier: MIT
"""microxen's symbols, and the copies of its entry stubs."""
import bisect
import functools
import subprocess

from harness.paths import SYMBOLS

# Each CPU runs a copy of the entry stubs in its area (machine/layout.h).
AREAS, AREAS_END, AREA_SIZE = 0xffff82d0a0000000, 0xffff82d0c0000000, 0x40000
TEMPLATE = "entry_template"


@functools.cache
def _symbols():
    lines = subprocess.run(["nm", "-n", SYMBOLS], check=True, text=True,
                           stdout=subprocess.PIPE).stdout.splitlines()
    words = [line.split() for line in lines]
    return [(int(word[0], 16), word[2]) for word in words
            if len(word) == 3 and word[1] in "tTwWrR"]


@functools.cache
def _address(name):
    return next(address for address, symbol in _symbols() if symbol == name)


@functools.cache
def _starts():
    return [start for start, _ in _symbols()]


def symbol_of(address):
    """The name of what an address belongs to, or itself."""
    if AREAS <= address < AREAS_END:
        address = _address(TEMPLATE) + (address - AREAS) % AREA_SIZE
    index = bisect.bisect_right(_starts(), address) - 1
    return _symbols()[index][1] if index >= 0 else hex(address)


def in_first_copy(name):
    """Where CPU 0 executes a symbol of the entry stubs."""
    return AREAS + _address(name) - _address(TEMPLATE)
