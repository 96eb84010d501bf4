# SPDX-License-Identifier: MIT
"""QEMU's monitor (QMP), by which a case looks at the machine itself."""
import contextlib
import itertools
import json
import re
import threading
import time

from .failure import Failure

ANSWER_TIMEOUT = 30


class Monitor:
    """Commands of any thread; events are kept until somebody asks."""

    def __init__(self, connection):
        self._connection = connection
        self._stream = connection.makefile("rb")
        self._numbers = itertools.count()
        self._answers = {}
        self._events = []
        self._closed = False
        self._change = threading.Condition()
        threading.Thread(target=self._read, daemon=True).start()
        self.execute("qmp_capabilities")

    def _read(self):
        with contextlib.suppress(OSError):
            for line in self._stream:
                self._take(json.loads(line))
        with self._change:
            self._closed = True
            self._change.notify_all()

    def _take(self, message):
        with self._change:
            if "event" in message:
                self._events.append(message)
            elif "QMP" not in message:
                self._answers[message.get("id")] = message
            self._change.notify_all()

    def execute(self, command, **arguments):
        """Run a QMP command and return what it returns."""
        number = next(self._numbers)
        request = {"execute": command, "arguments": arguments, "id": number}
        with self._change:
            self._connection.sendall(json.dumps(request).encode())
            if not self._change.wait_for(
                    lambda: number in self._answers or self._closed,
                    ANSWER_TIMEOUT):
                raise Failure(f"QEMU's monitor does not answer {command}")
            if number not in self._answers:
                raise Failure(f"QEMU ended before it answered {command}")
            answer = self._answers.pop(number)
        if "error" in answer:
            raise Failure(f"{command}: {answer['error']['desc']}")
        return answer["return"]

    def human(self, line):
        """Run a command of the human monitor and return its text."""
        return self.execute("human-monitor-command",
                            **{"command-line": line})

    def events(self, name):
        """The data of all events `name` until now."""
        with self._change:
            return [event.get("data", {}) for event in self._events
                    if event["event"] == name]

    def wait_event(self, name, timeout):
        """Wait for an event and return its data."""
        with self._change:
            found = self._change.wait_for(
                lambda: self._closed or any(
                    event["event"] == name for event in self._events),
                timeout)
        events = self.events(name)
        if not events:
            why = "QEMU ended" if found else f"not within {timeout} s"
            raise Failure(f"no event {name} from QEMU: {why}")
        return events[-1]

    @contextlib.contextmanager
    def stopped(self):
        """Hold the processors: only then do their registers say where they
        are, as translated code leaves RIP behind."""
        self.execute("stop")
        try:
            yield
        finally:
            self.execute("cont")

    def registers(self):
        """CPL, RIP, CR0, CR3, CR4, EFER and so on, as integers."""
        return _registers(self.human("info registers"))

    def all_registers(self):
        """The same of each processor."""
        return [_registers(text) for text in
                self.human("info registers -a").split("CPU#")[1:]]

    def physical_of(self, virtual):
        """Walk the page tables as the processor would now; None: unmapped."""
        text = self.human(f"gva2gpa {virtual:#x}")
        match = re.search(r"gpa: (0x[0-9a-f]+)", text)
        return int(match.group(1), 16) if match else None

    def vga_text(self):
        """The VGA text screen, 80 by 25, without the ends of its lines where
        a line goes on below."""
        dump = self.human("xp /4000xb 0xb8000")
        cells = bytes(int(byte, 16)
                      for byte in re.findall(r"0x([0-9a-f]{2})\b", dump))
        text = cells[::2].decode("cp437")
        rows = [text[at:at + 80] for at in range(0, 2000, 80)]
        return "".join(row if row[-1] != " " else row.rstrip() + "\n"
                       for row in rows)

    def wait_vga(self, pattern, timeout):
        """Wait for a regular expression on the VGA text screen."""
        deadline = time.monotonic() + timeout
        while True:
            text = self.vga_text()
            if re.search(pattern, text, re.MULTILINE):
                return
            if time.monotonic() > deadline:
                raise Failure(f"no {pattern!r} on the VGA screen:\n{text}")
            time.sleep(0.5)


def _registers(text):
    """Those that QEMU prints for one processor."""
    pairs = re.findall(r"\b([A-Z][A-Z0-9]{1,3}) *=([0-9a-f]+)", text)
    return {name: int(value, 16) for name, value in pairs}
