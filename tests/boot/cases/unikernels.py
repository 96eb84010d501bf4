# SPDX-License-Identifier: MIT
"""PV kernels other than Linux, from the distribution's packages."""
from harness import paths
from harness.case import case
from harness.failure import Failure

PVGRUB = paths.BUILD / "pvgrub" / "grub-x86_64-xen.bin"
PROMPT = r"grub> "


def command(machine, line, answer):
    """Type a line at GRUB's prompt, and wait for what comes of it."""
    machine.console.send(line + "\n")
    machine.console.expect(answer, 30)
    machine.console.expect(PROMPT, 30)


@case(quick={"256M"}, each=["64M", "256M", "5G"], targets=("microxen",))
def pvgrub(test, memory):
    """Debian's GRUB for PV domains (grub-xen-host): linked to address 0,
    where a machine has no RAM for it, hypercalls from the low half, console
    and store by their rings. It finds no device, as a plain domain has none,
    stops at its prompt, understands commands, and restarts the machine."""
    if not PVGRUB.exists():
        raise Failure(f"{PVGRUB} is not there; run tools/fetch-pvgrub")
    machine = test.start(
        test.target.boot_modules([(PVGRUB, "")], test.target.image_line),
        memory=memory)
    machine.console.expect(r"Role: plain domain", 60)
    machine.console.expect(r"Welcome to GRUB!", 60)
    machine.console.expect(PROMPT, 60)
    command(machine, "echo $grub_cpu-$grub_platform", r"x86_64-xen")
    command(machine, "ls", r"\(memdisk\)")
    command(machine, "cat (memdisk)/grub.cfg", r"pvboot-x86_64\.elf")
    command(machine, "no-such-command", r"can't find command")
    machine.console.send("reboot\n")
    machine.monitor.wait_event("RESET", 30)
