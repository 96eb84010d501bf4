# SPDX-License-Identifier: MIT
"""What the plugin has written in a run, taken apart."""
import dataclasses
import math
import re

from harness.failure import Failure

OWN, GUEST = "hypervisor", "guest"
# What isn't an instruction to be counted as dear.
PLAIN = (OWN, GUEST, "elapsed")


@dataclasses.dataclass
class Record:
    """Of one run. Times are in seconds, memory in KiB; an operation has,
    for each kind of instruction, how many it takes, and `elapsed`, the
    virtual nanoseconds; `hot` has how often each of the hypervisor's
    addresses was executed. `start` has the counts of what came before init
    since power-on, or since a beginning was marked."""

    release: str = ""
    power_on: float = 0.0
    kernel_start: float = 0.0
    memory: int = 0
    operations: dict = dataclasses.field(default_factory=dict)
    hot: dict = dataclasses.field(default_factory=dict)
    start: dict = dataclasses.field(default_factory=dict)

    def total(self, name):
        """All instructions of an operation."""
        return self.operations[name][OWN] + self.operations[name][GUEST]


def typical(records):
    """The Record of several boots: each operation as it is in the one with
    the median of its instructions, all else as in the first."""
    def median(name):
        those = sorted((one for one in records if name in one.operations),
                       key=lambda one: one.total(name))
        return those[len(those) // 2]

    return dataclasses.replace(records[0], operations={
        name: median(name).operations[name]
        for name in records[0].operations})


class _Stretches:
    """Stretches of N and of 2 N repetitions in turn; or of N only."""

    def __init__(self, repetitions, lengths=2):
        self.repetitions, self.lengths = repetitions, lengths
        self.counts, self.hot = [], []

    def are_whole(self):
        """Whether there are as many of each length."""
        return len(self.counts) % self.lengths == 0

    def _quickest(self, first):
        return min(range(first, len(self.counts), self.lengths),
                   key=lambda index: self.counts[index]["elapsed"])

    def difference(self, stretches):
        """What one repetition takes, from the quickest of each length."""
        *shorter, longest = (stretches[self._quickest(first)]
                             for first in range(self.lengths))
        return {key: (count - sum(one.get(key, 0) for one in shorter))
                / self.repetitions for key, count in longest.items()}

    def least(self, kind):
        """What one takes of a kind, from the stretches with least of it."""
        *shorter, longest = (min(counts.get(kind, 0)
                                 for counts in self.counts[first::self.lengths])
                             for first in range(self.lengths))
        return (longest - sum(shorter)) / self.repetitions


class _Operation:
    """One that is being measured. What takes long counts, but for the
    hypervisor's own share: that is taken of the short stretches with least
    of it, into which no tick of the timer fell; of two lengths of them, as
    not all timers tick alike. With `floor` all is the least of the long
    ones: without -icount too little gets done between two ticks."""

    def __init__(self, words, floor):
        self.name = words[0]
        self.long = self.now = _Stretches(
            int(words[1]), 1 if words[2:] == ["first"] else 2)
        self.own = math.inf
        self.floor = floor

    def shorter(self, repetitions):
        """What follows are short ones."""
        if self.now is not self.long:
            self.own = min(self.own, self.now.least(OWN))
        self.now = _Stretches(repetitions)

    def add_to(self, record):
        """One repetition's counts, of what there is by now."""
        counts = self.long.difference(self.long.counts)
        counts[OWN] = min(self.own, self.now.least(OWN))
        if self.floor:
            counts = {kind: self.long.least(kind) for kind in counts}
        record.operations[self.name] = counts
        record.hot[self.name] = self.now.difference(self.now.hot)


def counts_of(words):
    """{kind of instruction: how many} of words KIND=NUMBER."""
    return {kind: int(number) for kind, number in
            (word.split("=") for word in words)}


def _seconds(line):
    found = re.search(r"\[ *(\d+\.\d+)\]", line)
    return float(found[1]) if found else 0.0


def _kib(line):
    found = re.search(r"/(\d+)K available", line)
    return int(found[1]) if found else 0


def parse(text, floor=False):
    """The Record of a whole run. With `floor` an operation has what it takes
    when the least comes in between, for when time isn't -icount's."""
    record, operation, now, ended = Record(), None, None, False
    for line in text.splitlines():
        kind, *words = line.split() or [""]
        if kind == "kernel_release":
            record.release = words[0]
        elif kind == "boot_ticks":
            record.power_on = int(words[0]) / 1e9
        elif kind == "boot_log":
            record.kernel_start = _seconds(line)
        elif kind == "memory_log":
            record.memory = _kib(line)
        elif kind == "memory_given":
            record.memory = min(record.memory, int(words[0]))
        elif kind == "operation":
            operation = _Operation(words, floor)
            now = operation.now
        elif kind == "short":
            operation.shorter(int(words[0]))
            now = operation.now
        elif kind == "counts" and not now:
            record.start = counts_of(words)
        elif kind == "counts":
            now.counts.append(counts_of(words))
            now.hot.append({})
        elif kind == "hot" and now:
            now.hot[-1][int(words[0], 16)] = int(words[1])
        elif kind == "ticks":
            now.counts[-1]["elapsed"] = int(words[0])
            if now.are_whole():
                operation.add_to(record)
        elif kind == "failed":
            raise Failure(f"the measuring program failed: {line}")
        ended = ended or kind == "end"
    if not ended:
        raise Failure("the measuring program did not come to its end")
    return record
