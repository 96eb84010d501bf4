# SPDX-License-Identifier: MIT
"""Interrupts as Linux counts them."""
import re

from harness.failure import check

COMPLAINTS = (r"nobody cared|[Ss]purious|unhandled|No irq handler for vector"
              r"|Disabling IRQ|timed? ?out|lost interrupt")


def numbers(session, controller):
    """Linux' numbers for a PCI device's interrupts: its MSIs, else its
    line."""
    folder = f"/sys/bus/pci/devices/{controller.address}"
    return [int(word) for word in session.run(
        f"ls {folder}/msi_irqs 2>/dev/null || cat {folder}/irq").split()]


def count(session, irqs):
    """How often these have come."""
    counts = {}
    for line in session.lines("cat /proc/interrupts"):
        match = re.match(r" *(\d+): +(\d+(?: +\d+)*) ", line)
        if match:
            counts[int(match[1])] = sum(map(int, match[2].split()))
    return sum(counts.get(irq, 0) for irq in irqs)


def check_none_unhandled(session):
    """No interrupt came that no driver wanted, and Linux says so."""
    for line in session.lines("grep -H ^unhandled /proc/irq/*/spurious"):
        check(line.split()[-1] == "0", f"unhandled interrupts: {line}")
    errors = session.lines("grep -E '^ *(ERR|MIS):' /proc/interrupts")
    for line in errors:
        check(line.split()[1] == "0", f"bad interrupts: {line}")
    found = session.shell.status(f"dmesg | grep -E '{COMPLAINTS}'")[1]
    check(not found.strip(), f"Linux complains:\n{found}")
