# SPDX-License-Identifier: MIT
"""A guest, seen through its console."""
import re

from harness.console import FATAL
from harness.shell import Shell

BOOT_TIMEOUT = 900

# The tools say what they don't like where the console appears.
BAD = re.compile(FATAL.pattern + rb"|xc: error|libxl: error")


class Guest:
    """Is starting."""

    def __init__(self, console):
        self.console = console

    def login(self, timeout=BOOT_TIMEOUT):
        """Wait for the shell of our initramfs."""
        self.console.expect(r"Linux \S+ on \S+ hypervisor", timeout,
                            unless=BAD)
        self.console.expect(r"/ # ", 120, unless=BAD)
        shell = Shell(self.console)
        shell.run("dmesg -n 1", timeout=120)
        return shell

    def expect(self, pattern, timeout=BOOT_TIMEOUT):
        """Wait for text on its console; the match."""
        return self.console.expect(pattern, timeout)[1]

    def send(self, text):
        """Type."""
        self.console.send(text)
