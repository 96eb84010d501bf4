# SPDX-License-Identifier: MIT
"""What the processors of a stopped machine do, for who asks why it hangs."""
import bisect
import re
import subprocess

from . import paths
from .failure import Failure

STACK_WORDS = 96
GUEST_TEXT = range(0xffffffff81000000, 0xffffffffc0000000)
CALLERS_SHOWN = 10
# include/machine/layout.h, and struct cpu's guest_rsp
CPU_AREAS = range(0xffff82d0a0000000, 0xffff82d0e0000000)
CPU_AREA_SIZE = 0x40000
GUEST_RSP = 0x3000 + 16


def _functions():
    """microxen's functions, [(address, name)] in their order."""
    listing = subprocess.run(["nm", "-n", paths.SYMBOLS], check=True,
                             capture_output=True, text=True).stdout
    return [(int(address, 16), name) for address, name in
            re.findall(r"^([0-9a-f]+) [tT] (\S+)$", listing, re.MULTILINE)]


def _name(functions, address):
    """A function of microxen's, the kernel's address, or None."""
    if address in GUEST_TEXT:
        return f"{address:x}"
    at = bisect.bisect(functions, (address, "~")) - 1
    if at < 0 or address > functions[-1][0] + 4096:
        return None
    start, name = functions[at]
    return f"{name}+{address - start:#x}"


def _words(monitor, address, count):
    """As many as the chosen processor can read there."""
    dump = monitor.human(f"x /{count}xg {address:#x}")
    return [int(word, 16) for word in re.findall(r" 0x([0-9a-f]+)", dump)]


def _callers(monitor, functions, rsp):
    """What on a stack looks like return addresses; some may be left from
    calls that have ended."""
    names = [_name(functions, word)
             for word in _words(monitor, rsp, STACK_WORDS)]
    return " ".join([name for name in names if name][:CALLERS_SHOWN])


def _stacks(monitor, functions, rsp):
    """In a hypercall, the kernel's stack is another one."""
    lines = ["  stack: " + _callers(monitor, functions, rsp)]
    if rsp in CPU_AREAS:
        area = rsp & -CPU_AREA_SIZE
        for kernels in _words(monitor, area + GUEST_RSP, 1):
            lines.append("  kernel's: "
                         + _callers(monitor, functions, kernels))
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
    try:
        functions = _functions()
    except (OSError, subprocess.CalledProcessError):
        functions = []
    for number, registers in enumerate(monitor.all_registers()):
        lines.append(f"CPU {number}: RIP={registers['RIP']:#x}"
                     f" CPL={registers['CPL']} RFL={registers['RFL']:#x}"
                     f" HLT={registers['HLT']}")
        try:
            monitor.human(f"cpu {number}")
            lines += _stacks(monitor, functions, registers["RSP"])
            lines.append("  APIC: " + _apic(monitor, number))
        except Failure as reason:
            lines.append(f"  no more is known: {reason}")
    return lines
