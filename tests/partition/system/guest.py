# SPDX-License-Identifier: MIT
"""A guest, seen through its console."""
from harness.console import FATAL
from harness.shell import Shell

BOOT_TIMEOUT = 900


class Guest:
    """Is starting."""

    def __init__(self, console):
        self.console = console

    def login(self, timeout=BOOT_TIMEOUT):
        """Wait for the shell of our initramfs."""
        self.console.expect(r"Linux \S+ on \S+ hypervisor", timeout,
                            unless=FATAL)
        self.console.expect(r"/ # ", 120, unless=FATAL)
        shell = Shell(self.console)
        shell.run("dmesg -n 1", timeout=120)
        return shell

    def expect(self, pattern, timeout=BOOT_TIMEOUT):
        """Wait for text on its console; the match."""
        return self.console.expect(pattern, timeout)[1]

    def send(self, text):
        """Type."""
        self.console.send(text)
