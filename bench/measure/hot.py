# SPDX-License-Identifier: MIT
"""Which of microxen's functions an operation's own share is spent in."""
import bisect
import collections
import subprocess

from harness.paths import SYMBOLS


# Each CPU runs a copy of it behind the image.
ENTRY = "entry.S"
IMAGE_END = "image_end"


def _symbols():
    lines = subprocess.run(["nm", "-n", SYMBOLS], check=True, text=True,
                           stdout=subprocess.PIPE).stdout.splitlines()
    words = [line.split() for line in lines]
    return [(int(word[0], 16), word[2]) for word in words
            if len(word) == 3 and (word[1] in "tTwW" or word[2] == IMAGE_END)]


def breakdown(record, name):
    """Lines of text: symbol and instructions, the most first."""
    symbols = _symbols()
    starts = [address for address, _ in symbols]
    spent = collections.Counter()
    for address, count in record.hot[name].items():
        index = bisect.bisect_right(starts, address) - 1
        symbol = symbols[index][1] if index >= 0 else hex(address)
        spent[ENTRY if symbol == IMAGE_END else symbol] += count
    return [f"{count:12.1f}  {symbol}"
            for symbol, count in spent.most_common() if count >= 0.5]
