# SPDX-License-Identifier: MIT
"""From GRUB's menu to root's shell, on the first serial line."""
from harness.console import FATAL
from harness.failure import Failure, check
from harness.shell import Shell

# Emulated, on a host that has other things to do as well.
MENU_TIMEOUT = 240
LOGIN_TIMEOUT = 900
REBOOT_TIMEOUT = 600
PASSWORD = "microxen"

# Each is a line up in GRUB's menu, more than it has above the default.
TO_THE_TOP = "\x10" * 8


class Session:
    """A machine on which root is logged in."""

    def __init__(self, machine, system):
        self.machine = machine
        self.console = machine.console
        self.system = system
        self.shell = Shell(machine.console)

    def start(self):
        """Pick the entry in GRUB's menu and log in."""
        self.pick_entry()
        self.login()

    def pick_entry(self):
        """The default is the one with Xen; natively it's the first one."""
        self.console.expect(r"executed automatically", MENU_TIMEOUT)
        self.console.send(TO_THE_TOP + "\r" if self.system == "native"
                          else "\r")

    def login(self):
        """Log in as root, and see that it is the system that was wanted."""
        self.console.expect(r"disk login: ", LOGIN_TIMEOUT, unless=FATAL)
        self.console.send("root\n")
        self.console.expect(r"Password: ", 120, unless=FATAL)
        self.console.send(PASSWORD + "\n")
        self.console.expect(r"root@disk:.*# ", 240, unless=FATAL)
        # No line editor, and no messages of the kernel's in between.
        self.console.send("exec env TERM=dumb sh\n")
        self.shell.run("dmesg -n 1", timeout=240)
        found = self.shell.status("cat /sys/hypervisor/type")[1].strip()
        check((found == "xen") == (self.system == "microxen"),
              f"booted on {found!r}, not on {self.system}")

    def reboot(self):
        """Have the system start its machine anew, and log in again."""
        self.console.send("reboot\n")
        event = self.machine.monitor.wait_event("RESET", REBOOT_TIMEOUT)
        check(event["guest"], "the reset did not come from the guest")
        self.start()

    def run(self, command, timeout=240):
        """Run a command that has to succeed; its output."""
        return self.shell.run(command, timeout)

    def lines(self, command, timeout=240):
        """The lines that a command prints."""
        return [line for line in self.run(command, timeout).splitlines()
                if line.strip()]

    def check_running(self):
        """The system has started whole: no unit failed."""
        # Meanwhile systemd still prints to the console.
        self.shell.status("systemctl is-system-running --wait",
                          LOGIN_TIMEOUT)
        state = self.shell.status("systemctl is-system-running")[1].strip()
        if state != "running":
            failed = self.run("systemctl --failed --no-legend --no-pager")
            raise Failure(f"the system is {state}:\n{failed}")
        self.run("systemctl is-active multi-user.target")
