# SPDX-License-Identifier: MIT
"""A guest, seen through its console."""
import re

from harness.console import FATAL
from harness.shell import Shell

BOOT_TIMEOUT = 900

# The tools say what they don't like where the console appears.
BAD = re.compile(FATAL.pattern + rb"|xc: error|libxl: error")


def checksum(output):
    """What sha256sum printed last, behind whatever the kernel said."""
    return output.split()[-2]


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

    def login_to_debian(self):
        """Wait for the installed Debian of tests/disk, and log in as root."""
        self.console.expect(r"disk login: ", BOOT_TIMEOUT, unless=BAD)
        self.console.send("root\n")
        self.console.expect(r"Password: ", 120, unless=BAD)
        self.console.send("microxen\n")
        self.console.expect(r"root@disk:.*# ", 240, unless=BAD)
        # No line editor, and no messages of the kernel's in between.
        self.console.send("exec env TERM=dumb sh\n")
        shell = Shell(self.console)
        shell.run("dmesg -n 1", timeout=240)
        return shell

    def expect(self, pattern, timeout=BOOT_TIMEOUT):
        """Wait for text on its console; the match."""
        return self.console.expect(pattern, timeout)[1]

    def send(self, text):
        """Type."""
        self.console.send(text)
