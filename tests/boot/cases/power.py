# SPDX-License-Identifier: MIT
"""How a machine ends, restarts or stops."""
from harness import kernels
from harness.case import case
from harness.failure import check

ROLES = ("6.1-cloud", "6.1-generic")
ENDS_WITHIN = 60


def check_resets(machine):
    """The guest, not an accident, reset the machine."""
    event = machine.monitor.wait_event("RESET", ENDS_WITHIN)
    check(event["guest"], "the reset did not come from the guest")


@case(quick={"6.1-generic"}, each=kernels.ALL)
def poweroff_ends_qemu(test, kernel):
    """`poweroff` in the shell switches the machine off."""
    machine = test.boot(kernel)
    machine.login()
    machine.console.send("poweroff\n")
    event = machine.monitor.wait_event("SHUTDOWN", ENDS_WITHIN)
    check(event["reason"] == "guest-shutdown", f"it ended by {event}")
    check(machine.wait_exit(10) == 0, "QEMU ended with an error")


@case(quick={"6.1-cloud"}, each=ROLES)
def reboot_starts_again(test, kernel):
    """`reboot` resets the machine, which then comes up a second time."""
    machine = test.boot(kernel)
    machine.login()
    machine.console.send("reboot\n")
    check_resets(machine)
    machine.login()


@case(quick={"6.1-cloud"}, each=ROLES)
def panic_reboots(test, kernel):
    """A kernel panic with panic=-1 resets the machine at once."""
    machine = test.boot(kernel, kernel_options="panic=-1")
    machine.login()
    machine.console.send("echo c > /proc/sysrq-trigger\n")
    machine.console.expect("Kernel panic", 30)
    check_resets(machine)


@case(quick={"6.1-cloud"}, each=ROLES, targets=("microxen", "xen"))
def noreboot_stops_after_panic(test, kernel):
    """With `noreboot`, a kernel panic leaves the machine as it is, and the
    console says so."""
    machine = test.boot(kernel, kernel_options="panic=-1",
                        image_options="noreboot")
    machine.login()
    machine.console.send("echo c > /proc/sysrq-trigger\n")
    machine.console.expect("Kernel panic", 30)
    machine.console.expect(r"\(XEN\).*noreboot.*", 30)
    check(not machine.console.wait_closed(10), "QEMU has ended")
    check(not machine.monitor.events("RESET"), "the machine was reset")


@case(quick={"6.1-cloud"}, each=ROLES)
def nmi_reaches_the_kernel(test, kernel):
    """An NMI from the machine gets to the kernel, which survives it."""
    machine = test.boot(kernel)
    shell = machine.login()
    shell.run("dmesg -n 8")
    machine.monitor.execute("inject-nmi")
    machine.console.expect("NMI", 30)
    for _ in range(20):
        machine.monitor.execute("inject-nmi")
    shell.run("true")
    log = shell.run("dmesg")
    check("Uhhuh" in log or "NMI" in log, "no NMI in dmesg")
