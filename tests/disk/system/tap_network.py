# SPDX-License-Identifier: MIT
"""A network card's other side with several queues, which QEMU's user
network has not: a tap device in a network namespace of its own, where an
echo server runs. Nobody has to be root for it."""
import contextlib
import fcntl
import json
import pathlib
import socket
import struct
import subprocess
import sys

if __name__ == "__main__":
    sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
    sys.path.insert(1, str(pathlib.Path(__file__).resolve().parents[2]
                           / "boot"))

from harness.failure import Failure, check              # noqa: E402
from system.echo_server import EchoServer               # noqa: E402

HOST = "10.9.0.2"
GUEST = "10.9.0.15"
DEVICE = "tap0"

# linux/if_tun.h
TUNSETIFF = 0x400454ca
IFF_TAP = 0x0002
IFF_NO_PI = 0x1000
IFF_VNET_HDR = 0x4000
IFF_MULTI_QUEUE = 0x0100


class TapNetwork:
    """Runs until close(); its queues are open files for QEMU to inherit."""

    def __init__(self, queues, size, connections, timeout):
        self._ours, theirs = socket.socketpair()
        self._ours.settimeout(timeout)
        with theirs:
            self._process = subprocess.Popen(
                ["unshare", "--user", "--map-root-user", "--net",
                 sys.executable, "-B", __file__, str(theirs.fileno()),
                 str(queues), str(size), str(connections), str(timeout)],
                pass_fds=[theirs.fileno()])
        message, self.files, *_ = socket.recv_fds(self._ours, 1024, queues)
        if not message:
            raise Failure("no tap device can be made here")
        self.port = json.loads(message)
        check(len(self.files) == queues, "too few queues")

    def options(self, name):
        """QEMU's arguments for the network `name`."""
        files = ":".join(str(file) for file in self.files)
        return ["-netdev", f"tap,id={name},fds={files}"]

    def results(self):
        """EchoServer.serve's of each connection, when all have ended."""
        return [tuple(result) for result in json.loads(self._ours.recv(4096))]

    def close(self):
        """End the server; the network goes with it."""
        with contextlib.suppress(ProcessLookupError):
            self._process.kill()
        self._process.wait()
        self._ours.close()


def open_queue():
    """One more queue of the tap device."""
    file = open("/dev/net/tun", "r+b", buffering=0)
    flags = IFF_TAP | IFF_NO_PI | IFF_VNET_HDR | IFF_MULTI_QUEUE
    fcntl.ioctl(file, TUNSETIFF,
                struct.pack("16sH22x", DEVICE.encode(), flags))
    return file


def serve(connection, queues, size, connections, timeout):
    """What runs inside the namespace."""
    files = [open_queue() for _ in range(queues)]
    for words in (("address", "add", f"{HOST}/24", "dev", DEVICE),
                  ("link", "set", DEVICE, "up")):
        subprocess.run(["ip", *words], check=True)
    server = EchoServer(size, timeout, HOST)
    socket.send_fds(connection, [json.dumps(server.port).encode()],
                    [file.fileno() for file in files])
    for file in files:
        file.close()
    connection.sendall(json.dumps(server.serve_many(connections)).encode())


if __name__ == "__main__":
    numbers = [int(word) for word in sys.argv[1:]]
    serve(socket.socket(fileno=numbers[0]), *numbers[1:])
