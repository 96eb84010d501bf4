# SPDX-License-Identifier: MIT
"""QEMU's SVM loses interrupts: VMRUN and #VMEXIT change a flag without the
lock under which the I/O thread sets another one, that an interrupt is there,
in the same word. The interrupt then stays pending in the APIC, while the
processor waits for it in HLT or runs on without, until another one lets QEMU
look again: who runs a hypervisor in QEMU may watch for that."""
import contextlib
import re
import threading
import time

from .failure import Failure

EVERY = 10                      # seconds
LOOKS = 3                       # one second between them
KEY = "shift"                   # an interrupt that nobody minds


def _waiting(monitor):
    """{CPU: its APIC's state} where a vector is pending, but for those that
    what it serves keeps out."""
    waiting = {}
    for number, _ in enumerate(monitor.all_registers()):
        text = monitor.human(f"info lapic {number}")
        vectors = re.search(r"^IRR((?:\s+\d+)+)", text, re.MULTILINE)
        priority = re.search(r"PPR 0x([0-9a-f]+)", text)
        if (vectors and priority and int(vectors[1].split()[-1]) >> 4
                > int(priority[1], 16) >> 4):
            waiting[number] = text
    return waiting


def _look(monitor):
    """What is pending each time is new each time on a busy CPU: lost it is
    where nothing changes, and the APIC's timer doesn't count either."""
    lost = _waiting(monitor)
    for _ in range(LOOKS - 1):
        if not lost:
            return
        time.sleep(1)
        now = _waiting(monitor)
        lost = {number: state for number, state in lost.items()
                if now.get(number) == state}
    for number in lost:
        print(f"    QEMU lost an interrupt of CPU {number}: a key wakes it",
              flush=True)
        monitor.human(f"sendkey {KEY}")


def _watch(monitor):
    with contextlib.suppress(Failure, OSError):
        while True:
            time.sleep(EVERY)
            _look(monitor)


def watch(machine):
    """Wake this machine's processors, as long as it runs."""
    threading.Thread(target=_watch, args=[machine.monitor],
                     daemon=True).start()
