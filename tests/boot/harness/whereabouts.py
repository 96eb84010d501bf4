# SPDX-License-Identifier: MIT
"""What the processors of a stopped machine do, for who asks why it hangs."""
import re
import subprocess

from . import image
from .failure import Failure

STACK_WORDS = 96
GUEST_TEXT = range(0xffffffff81000000, 0xffffffffc0000000)
CALLERS_SHOWN = 10
# include/machine/layout.h: our image; and struct cpu's guest_rsp, in an area
OURS = range(0xffff82d080000000, 0xffff82d0a0000000)
GUEST_RSP = 0x3000 + 16


def _name(address):
    """Of a function of microxen's, or the kernel's address; else None."""
    if address in GUEST_TEXT:
        return f"{address:x}"
    return image.symbol_of(address) if address in OURS else None


def _words(monitor, address, count):
    """As many as the chosen processor can read there."""
    dump = monitor.human(f"x /{count}xg {address:#x}")
    return [int(word, 16) for word in re.findall(r" 0x([0-9a-f]+)", dump)]


def _callers(monitor, rsp):
    """What on a stack looks like return addresses; some may be left from
    calls that have ended."""
    names = [_name(word) for word in _words(monitor, rsp, STACK_WORDS)]
    return " ".join([name for name in names if name][:CALLERS_SHOWN])


def _stacks(monitor, rsp):
    """In a hypercall, the kernel's stack is another one."""
    lines = ["  stack: " + _callers(monitor, rsp)]
    if image.AREAS <= rsp < image.AREAS_END:
        area = rsp & -image.AREA_SIZE
        for kernels in _words(monitor, area + GUEST_RSP, 1):
            lines.append("  kernel's: " + _callers(monitor, kernels))
    return lines


def _apic(monitor, number):
    """What is pending and in service, and what the timer does."""
    text = monitor.human(f"info lapic {number}")
    fields = re.findall(r"^(ISR|IRR)\s+(.*?)\s*$", text, re.MULTILINE)
    count = re.search(r"initial_count = (\d+) current_count = (\d+)", text)
    return ", ".join(
        [f"{name} {vectors}" for name, vectors in fields]
        + ([f"timer at {count[2]} of {count[1]}"] if count else []))


def describe(monitor):
    """Lines for each processor of a machine that is stopped."""
    lines = []
    for number, registers in enumerate(monitor.all_registers()):
        lines.append(f"CPU {number}: RIP={registers['RIP']:#x}"
                     f" CPL={registers['CPL']} RFL={registers['RFL']:#x}"
                     f" HLT={registers['HLT']}")
        try:
            monitor.human(f"cpu {number}")
            lines += _stacks(monitor, registers["RSP"])
            lines.append("  APIC: " + _apic(monitor, number))
        except (Failure, OSError, subprocess.CalledProcessError) as reason:
            lines.append(f"  no more is known: {reason}")
    return lines
