# SPDX-License-Identifier: MIT
"""How the installed system ends, and starts again."""
from harness.case import case
from harness.failure import check
from system import disk

ENDS_WITHIN = 600


@case(each=[("seabios", "pc"), ("ovmf", "q35")],
      targets=("microxen", "native"), timeout=disk.TIMEOUT)
def reboot_comes_back(test, firmware, machine):
    """After `reboot` firmware, GRUB and the system come up once more."""
    session = disk.boot(test, firmware=firmware, machine=machine)
    session.reboot()
    session.check_running()


@case(each=[("seabios", "pc"), ("seabios", "q35"), ("ovmf", "q35")],
      targets=("microxen", "native"), timeout=disk.TIMEOUT)
def power_button(test, firmware, machine):
    """The ACPI power button reaches logind, which ends the system."""
    session = disk.boot(test, firmware=firmware, machine=machine)
    session.check_running()
    session.machine.monitor.execute("system_powerdown")
    event = session.machine.monitor.wait_event("SHUTDOWN", ENDS_WITHIN)
    check(event["reason"] == "guest-shutdown", f"it ended by {event}")
    check(session.machine.wait_exit(30) == 0, "QEMU ended with an error")
