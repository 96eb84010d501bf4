# SPDX-License-Identifier: MIT
"""The shell in our initramfs, used through a console."""
from .console import FATAL
from .failure import Failure

COMMAND_TIMEOUT = 60


class Shell:
    """Runs commands and takes their output.

    The markers are typed with quotes in them, so the echo of what is typed
    never looks like them.
    """

    def __init__(self, console):
        self.console = console

    def begin(self, command):
        """Type a command and wait until it has begun."""
        self.console.send(f"echo @'begin'@; {command}; echo @'end'\"$?\"@\n")
        self.console.expect("@begin@\r*\n", COMMAND_TIMEOUT, unless=FATAL)

    def end(self, timeout=COMMAND_TIMEOUT):
        """Wait for the end of what begin() began; (status, output)."""
        output, match = self.console.expect(r"@end(\d+)@\r*\n", timeout,
                                            unless=FATAL)
        text = output.decode("utf-8", "replace").replace("\r", "")
        return int(match.group(1)), text

    def status(self, command, timeout=COMMAND_TIMEOUT):
        """Run a command; (status, output)."""
        self.begin(command)
        return self.end(timeout)

    def run(self, command, timeout=COMMAND_TIMEOUT):
        """Run a command that has to succeed; its output."""
        status, output = self.status(command, timeout)
        if status != 0:
            raise Failure(f"{command!r} ended with status {status}:"
                          f" {output.strip()}")
        return output
