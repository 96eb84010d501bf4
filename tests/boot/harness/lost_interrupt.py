# SPDX-License-Identifier: MIT
"""QEMU's SVM loses interrupts: VMRUN and #VMEXIT change a flag without the
lock under which the I/O thread sets another one, that an interrupt is there,
in the same word. The processor then waits in HLT, with IF set and the
interrupt pending in its APIC, until another one lets QEMU look again: who
runs a hypervisor in QEMU may watch for that."""
import contextlib
import re
import threading
import time

from .failure import Failure

EVERY = 10                      # seconds
IF = 0x200                      # in RFLAGS
KEY = "shift"                   # an interrupt that nobody minds


def _sleepers(monitor):
    """The processors that wait though they have what they wait for."""
    return {number for number, registers
            in enumerate(monitor.all_registers())
            if registers["HLT"] and registers["RFL"] & IF
            and re.search(r"^IRR\s+\d", monitor.human(f"info lapic {number}"),
                          re.MULTILINE)}


def _look(monitor):
    sleepers = _sleepers(monitor)
    if not sleepers:
        return
    time.sleep(1)
    for number in sleepers & _sleepers(monitor):
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
