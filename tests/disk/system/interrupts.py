# SPDX-License-Identifier: MIT
"""Interrupts as Linux counts them."""
import re

from harness.failure import check

# How many in a row, not a tenth of a second apart, may find their work done:
# a handler looks once more, while the next message is already under way.
# Natively the serial line has 50 of them.
OVERTAKEN = 100

COMPLAINTS = (r"nobody cared|[Ss]purious|unhandled|No irq handler for vector"
              r"|Disabling IRQ|timed? ?out|lost interrupt")


def numbers(session, controller):
    """Linux' numbers for a PCI device's interrupts: its MSIs, else its
    line."""
    folder = f"/sys/bus/pci/devices/{controller.address}"
    return [int(word) for word in session.run(
        f"ls {folder}/msi_irqs 2>/dev/null || cat {folder}/irq").split()]


def on_each_cpu(session, irqs):
    """How often these have come, all together, on each CPU."""
    counts = []
    for line in session.lines("cat /proc/interrupts"):
        match = re.match(r" *(\d+): +(\d+(?: +\d+)*) ", line)
        if match and int(match[1]) in irqs:
            counts.append(map(int, match[2].split()))
    return [sum(column) for column in zip(*counts)]


def count(session, irqs):
    """How often these have come."""
    return sum(on_each_cpu(session, irqs))


def check_none_unhandled(session):
    """Linux knows of no interrupts that no driver wanted."""
    for line in session.shell.run(
            "grep -H ^unhandled /proc/irq/*/spurious").splitlines():
        check(int(line.split()[-1]) <= OVERTAKEN,
              f"unhandled interrupts: {line}")
    errors = session.lines("grep -E '^ *(ERR|MIS):' /proc/interrupts")
    for line in errors:
        check(line.split()[1] == "0", f"bad interrupts: {line}")
    found = session.shell.status(f"dmesg | grep -E '{COMPLAINTS}'")[1]
    check(not found.strip(), f"Linux complains:\n{found}")
