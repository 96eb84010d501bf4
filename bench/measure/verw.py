# SPDX-License-Identifier: MIT
"""Sees that on a CPU whose buffers are to be overwritten VERW comes before
each return to a program."""
from harness import image

# What QEMU's processor doesn't have by itself; its VERW does nothing more.
FEATURES = "+md-clear,x-force-features=on"
# By SYSRET, by IRET, and both.
OPERATIONS = ("null_syscall", "anon_write_fault_4k", "signal_self")
# Both begin with it.
STUBS = ("sysret_with_verw", "iret_with_verw")
# Ticks of the timer fall into some of it.
ALLOWANCE = 0.1


def complaints(record):
    """A line for each operation that went back without, or more often."""
    bad = []
    for name in OPERATIONS:
        counts, hot = record.operations[name], record.hot[name]
        returns = counts["sysret"] + counts["iret"]
        verw = sum(hot.get(image.in_first_copy(stub), 0) for stub in STUBS)
        if max(abs(returns - verw), 1 - returns) > ALLOWANCE:
            bad.append(f"{name}: {verw:.2f} VERW for {returns:.2f} returns"
                       " to the program")
    return bad
