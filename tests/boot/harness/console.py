# SPDX-License-Identifier: MIT
"""One serial line of a machine."""
import re
import threading
import time

from .failure import Failure

# A guest that says one of these won't say what a case waits for.
FATAL = re.compile(rb"Kernel panic|\bBUG: |\bOops\b|Panic on CPU"
                   rb"|\(XEN\) Panic|Attempted to kill init")


# Text is searched as it grows; only this much of what was searched before
# is searched again, so no match may be longer.
LONGEST_MATCH = 4096
POLL_SECONDS = 0.03
PIECE_SECONDS = 0.2


class Console:
    """Reads all the time, so that the machine isn't held up.

    expect() goes through the text once, from where it last stopped.
    """

    def __init__(self, connection, log_path):
        self._connection = connection
        self.log_path = log_path
        self._log = open(log_path, "wb", buffering=0)
        self._text = bytearray()
        self._position = 0
        self.piece = None       # characters that are typed at a time
        self._closed = threading.Event()
        self._reads = threading.Event()
        self._reads.set()
        threading.Thread(target=self._read, daemon=True).start()

    def _read(self):
        with self._log:
            while self._reads.wait():
                try:
                    data = self._connection.recv(65536)
                except OSError:
                    break
                if not data:
                    break
                self._log.write(data)
                self._text += data
        self._closed.set()

    def expect(self, pattern, timeout, unless=None):
        """Wait for a regular expression (str); return the text before it
        (bytes) and the match.

        `unless` is another one that ends the wait at once, as a failure.
        """
        wanted = re.compile(pattern.encode(), re.MULTILINE)
        deadline = time.monotonic() + timeout
        begin = searched = self._position
        while True:
            closed = self._closed.is_set()
            text = bytes(self._text[searched:])
            match = wanted.search(text)
            if match:
                self._position = searched + match.end()
                before = bytes(self._text[begin:searched + match.start()])
                return before, match
            bad = unless and unless.search(text)
            if bad:
                raise Failure(f"{bad.group().decode()!r} on the console"
                              f" while waiting for {pattern!r}")
            if closed:
                raise Failure(f"the machine ended before {pattern!r}")
            if time.monotonic() > deadline:
                raise Failure(f"no {pattern!r} within {timeout:.0f} s")
            searched = max(begin, searched + len(text) - LONGEST_MATCH)
            self._closed.wait(POLL_SECONDS)

    def pause(self, seconds):
        """Read nothing for a while, as who is held up; the line's other end
        takes a few hundred characters meanwhile."""
        self._reads.clear()
        time.sleep(seconds)
        self._reads.set()

    def wait_closed(self, timeout):
        """Wait until the machine is gone; False if it stays."""
        return self._closed.wait(timeout)

    def send(self, data):
        """Type `data` (str or bytes)."""
        if isinstance(data, str):
            data = data.encode()
        piece = self.piece or len(data) or 1
        try:
            for start in range(0, len(data), piece):
                time.sleep(PIECE_SECONDS if start else 0)
                self._connection.sendall(data[start:start + piece])
        except OSError:
            raise Failure("the machine ended while it was typed to") \
                from None

    def text(self):
        """All that came until now, as str."""
        return bytes(self._text).decode("utf-8", "replace")

    def last_lines(self, count):
        """The end of the text, for messages."""
        lines = self.text().replace("\r", "").splitlines()
        return lines[-count:]
