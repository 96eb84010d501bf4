# SPDX-License-Identifier: MIT
"""A server on the host, which sends much and wants it back unchanged."""
import hashlib
import random
import socket
import threading

CHUNK = 1 << 20


class EchoServer:
    """Each connection gets `size` bytes and has to return them."""

    def __init__(self, size, timeout, address="127.0.0.1"):
        self._block = random.Random(1).randbytes(CHUNK)
        self._count = size // CHUNK
        self._timeout = timeout
        self._listener = socket.create_server((address, 0))
        self.port = self._listener.getsockname()[1]

    def _send(self, connection):
        try:
            for number in range(self._count):
                connection.sendall(self._numbered(number))
            connection.shutdown(socket.SHUT_WR)
        except OSError:
            pass                # then too little comes back

    def _numbered(self, number):
        """No two blocks are alike, so that their order matters."""
        return number.to_bytes(8, "big") + self._block[8:]

    def _expected(self):
        digest = hashlib.sha256()
        for number in range(self._count):
            digest.update(self._numbered(number))
        return digest.digest()

    def serve(self):
        """Serve one connection; (bytes that came back, whether right)."""
        self._listener.settimeout(self._timeout)
        connection, _ = self._listener.accept()
        connection.settimeout(self._timeout)
        with connection:
            sender = threading.Thread(target=self._send, args=(connection,),
                                      daemon=True)
            sender.start()
            digest, total = hashlib.sha256(), 0
            while data := connection.recv(CHUNK):
                digest.update(data)
                total += len(data)
            sender.join()
        return total, digest.digest() == self._expected()

    def serve_many(self, connections):
        """Serve that many at the same time; serve()'s of each."""
        results = []
        threads = [threading.Thread(
            target=lambda: results.append(self.serve()), daemon=True)
            for _ in range(connections)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(self._timeout)
        return results

    def close(self):
        """Take no more connections."""
        self._listener.close()
