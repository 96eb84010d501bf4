# SPDX-License-Identifier: MIT
"""Which of microxen's functions an operation's own share is spent in."""
import bisect
import collections
import subprocess

from harness.paths import SYMBOLS


# Each CPU runs a copy of the entry stubs in its area (machine/layout.h).
AREAS, AREAS_END, AREA_SIZE = 0xffff82d0a0000000, 0xffff82d0c0000000, 0x40000
TEMPLATE = "entry_template"


def _symbols():
    lines = subprocess.run(["nm", "-n", SYMBOLS], check=True, text=True,
                           stdout=subprocess.PIPE).stdout.splitlines()
    words = [line.split() for line in lines]
    return [(int(word[0], 16), word[2]) for word in words
            if len(word) == 3 and word[1] in "tTwWrR"]


def _in_image(address, template):
    """The address that a copy was made from, if it is one's."""
    if AREAS <= address < AREAS_END:
        return template + (address - AREAS) % AREA_SIZE
    return address


def breakdown(record, name):
    """Lines of text: symbol and instructions, the most first."""
    symbols = _symbols()
    starts = [address for address, _ in symbols]
    template = next(address for address, name in symbols if name == TEMPLATE)
    spent = collections.Counter()
    for address, count in record.hot[name].items():
        place = _in_image(address, template)
        index = bisect.bisect_right(starts, place) - 1
        spent[symbols[index][1] if index >= 0 else hex(address)] += count
    return [f"{count:12.1f}  {symbol}"
            for symbol, count in spent.most_common() if count >= 0.5]
