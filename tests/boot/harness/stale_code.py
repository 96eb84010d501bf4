# SPDX-License-Identifier: MIT
"""QEMU's old translations of code that another processor changes.

The kernel puts a breakpoint where it changes code and takes it away when all
processors know. One of QEMU's threads that was held up in between can go on
with the breakpoint for ever (docs/caveats.md), and the kernel, which finds
none of its own there, ends in an Oops though memory no longer has the
breakpoint. A breakpoint that we handed on too late would look the same, so a
second run is said, and there is no third.
"""
import re

REASON = "QEMU went on with a breakpoint that was gone: this is a second run"
BREAKPOINT = "cc"
# The byte in angle brackets is the one behind the breakpoint.
OOPS = re.compile(r"Oops: int3:.*?Code: (?:[0-9a-f]{2} )*([0-9a-f]{2}) <",
                  re.DOTALL)


def was_run(log):
    """Whether a kernel died of it, by the text of its console."""
    oops = OOPS.search(log)
    return bool(oops) and oops.group(1) != BREAKPOINT
