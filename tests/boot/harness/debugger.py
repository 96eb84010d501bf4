# SPDX-License-Identifier: MIT
"""QEMU's gdb stub, as far as it takes to break something on purpose."""
import re
import socket

from .failure import Failure

TIMEOUT = 30


class Debugger:
    """Stops the machine while it is connected."""

    def __init__(self, monitor):
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        monitor.human(f"gdbserver tcp:127.0.0.1:{port}")
        self._socket = socket.create_connection(("127.0.0.1", port), TIMEOUT)
        self._socket.settimeout(TIMEOUT)
        self._received = b""

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self._command("D")
        self._socket.close()

    def _packet(self):
        """The contents of the next packet."""
        while not re.search(rb"\$[^#]*#..", self._received):
            self._received += self._socket.recv(4096)
        match = re.search(rb"\$([^#]*)#..", self._received)
        self._received = self._received[match.end():]
        self._socket.sendall(b"+")
        return match.group(1).decode()

    def _send(self, text):
        """Send a packet of the remote protocol."""
        checksum = sum(text.encode()) & 0xff
        self._socket.sendall(f"${text}#{checksum:02x}".encode())

    def _command(self, text):
        """Send a packet; the contents of the reply."""
        self._send(text)
        reply = self._packet()
        while reply.startswith(("T", "S")):     # that it has stopped
            reply = self._packet()
        return reply

    def run_to(self, *addresses):
        """Go on until a processor comes to one of these virtual
        addresses."""
        for address in addresses:
            self._command(f"Z1,{address:x},1")
        self._send("c")
        while not self._packet().startswith(("T", "S")):
            pass
        for address in addresses:
            self._command(f"z1,{address:x},1")

    def write(self, address, data):
        """Write to virtual memory, whatever its protection."""
        reply = self._command(f"M{address:x},{len(data):x}:{data.hex()}")
        if reply != "OK":
            raise Failure(f"the gdb stub could not write {address:#x}: "
                          f"{reply}")
