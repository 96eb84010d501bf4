# SPDX-License-Identifier: MIT
"""microxen's symbols, and the copies of its entry stubs."""
import bisect
import functools
import subprocess

from .failure import Failure
from .paths import SYMBOLS

# Each CPU runs a copy of the entry stubs in its area (machine/layout.h).
AREAS, AREAS_END, AREA_SIZE = 0xffff82d0a0000000, 0xffff82d0c0000000, 0x40000
TEMPLATE = "entry_template"


@functools.cache
def _symbols():
    """[(address, kind, name)] in the order of addresses."""
    lines = subprocess.run(["nm", "-n", SYMBOLS], check=True, text=True,
                           stdout=subprocess.PIPE).stdout.splitlines()
    words = [line.split() for line in lines]
    return [(int(word[0], 16), word[1], word[2]) for word in words
            if len(word) == 3]


@functools.cache
def symbol(name):
    """The virtual address of a symbol."""
    for address, _, found in _symbols():
        if found == name:
            return address
    raise Failure(f"no symbol {name} in {SYMBOLS}")


@functools.cache
def _code():
    return [(address, name) for address, kind, name in _symbols()
            if kind in "tTwWrR"]


@functools.cache
def _starts():
    return [start for start, _ in _code()]


def symbol_of(address):
    """The name of what an address belongs to, or itself."""
    if AREAS <= address < AREAS_END:
        address = symbol(TEMPLATE) + (address - AREAS) % AREA_SIZE
    index = bisect.bisect_right(_starts(), address) - 1
    return _code()[index][1] if index >= 0 else hex(address)


def in_first_copy(name):
    """Where CPU 0 executes a symbol of the entry stubs."""
    return AREAS + symbol(name) - symbol(TEMPLATE)
