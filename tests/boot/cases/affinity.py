# SPDX-License-Identifier: MIT
"""Physical interrupts go to the processor that the kernel wants."""
import re
import time

from harness import inspect_guest
from harness.case import case
from harness.failure import check

CPU = "max,vendor=GenuineIntel"
KEYBOARD = 1
KEYS = 40


def counts(shell, irq):
    """How often each of two processors has had it."""
    line = shell.run(f"grep -E '^ *{irq}:' /proc/interrupts")
    return [int(number) for number in re.findall(r"\d+", line)[1:3]]


def press_keys(machine):
    """Two interrupts each, of an edge on the I/O APIC."""
    for _ in range(KEYS):
        machine.monitor.human("sendkey a 10")
        time.sleep(0.05)


@case(quick={"6.1-generic"}, each=["6.1-generic", "newest-generic"],
      targets=("microxen", "native"))
def follows_the_kernel(test, kernel):
    """The keyboard's interrupt arrives, every time, where
    /proc/irq/1/smp_affinity sends it, there and back."""
    machine = test.boot(kernel, cpu=CPU, options=["-smp", "2"])
    shell = machine.login()
    for cpu in (1, 0, 1):
        shell.run(f"echo {1 << cpu} > /proc/irq/{KEYBOARD}/smp_affinity")
        before = counts(shell, KEYBOARD)
        press_keys(machine)
        after = counts(shell, KEYBOARD)
        here = after[cpu] - before[cpu]
        elsewhere = after[1 - cpu] - before[1 - cpu]
        check(here >= KEYS, f"{here} on CPU {cpu}")
        # One may have been on its way already.
        check(elsewhere <= 1, f"{elsewhere} not on CPU {cpu}")
    inspect_guest.check_log(shell)
