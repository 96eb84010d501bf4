# SPDX-License-Identifier: MIT
"""Which of microxen's functions an operation's own share is spent in."""
import collections

from harness import image


def breakdown(record, name):
    """Lines of text: symbol and instructions, the most first."""
    spent = collections.Counter()
    for address, count in record.hot[name].items():
        spent[image.symbol_of(address)] += count
    return [f"{count:12.1f}  {symbol}"
            for symbol, count in spent.most_common() if count >= 0.5]
