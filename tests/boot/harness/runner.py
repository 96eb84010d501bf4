# SPDX-License-Identifier: MIT
"""Runs cases, some at a time, and says how they went."""
import concurrent.futures
import threading
import time
import traceback

from . import stale_code
from .case import Test
from .failure import Failure, Skipped

LINES_SHOWN = 60


class Report:
    """Prints a line for each case as it ends."""

    def __init__(self, total):
        self._total = total
        self._done = 0
        self._lock = threading.Lock()
        self._failures = []
        self.counts = {"ok": 0, "FAILED": 0, "skipped": 0}

    def add(self, name, outcome, seconds, detail):
        """A case has ended."""
        with self._lock:
            self._done += 1
            self.counts[outcome] += 1
            print(f"[{self._done:3}/{self._total}] {outcome:7} {name}"
                  f" ({seconds:.0f} s)", flush=True)
            self._print(detail)
            if outcome == "FAILED":
                self._failures.append((name, detail))

    @staticmethod
    def _print(detail):
        for line in detail:
            print(f"    {line}", flush=True)

    def close(self):
        """The closing line. What failed comes once more before it: who keeps
        the end of a log only wants to know it."""
        for name, detail in self._failures:
            print(f"FAILED  {name}")
            self._print(detail)
        line = f"{self.counts['ok']} passed, {self.counts['FAILED']} failed"
        if self.counts["skipped"]:
            line += f", {self.counts['skipped']} skipped"
        print(line, flush=True)


def _evidence(test):
    """What helps to understand a failure, from the last machine."""
    if not test.machines:
        return []
    machine = test.machines[-1]
    return [*(f"| {line}" for line in
              machine.console.last_lines(LINES_SHOWN)),
            *test.places,
            *(f"qemu: {line}" for line in machine.errors().splitlines()),
            f"logs: {test.log_stem}*",
            f"again: {machine.command()}"]


def _attempt(the_case, target):
    """How it went, what to print of that, and the test itself."""
    test = Test(the_case, target)
    outcome, detail = "ok", []
    try:
        with test:
            the_case.function(test, *the_case.arguments)
            test.check_no_triple_fault()
    except Skipped as reason:
        outcome, detail = "skipped", [str(reason)]
    except Failure as failure:
        outcome, detail = "FAILED", str(failure).splitlines()
    except Exception:                       # pylint: disable=broad-except
        outcome, detail = "FAILED", traceback.format_exc().splitlines()
    if outcome == "FAILED":
        if test.out_of_time:
            detail.insert(0, f"out of time ({the_case.timeout:.0f} s)")
        detail += _evidence(test)
    return outcome, detail, test


def _ran_stale_code(test):
    return any(stale_code.was_run(console.text())
               for machine in test.machines for console in machine.consoles)


def _run(the_case, target, report):
    start = time.monotonic()
    outcome, detail, test = _attempt(the_case, target)
    if outcome == "FAILED" and _ran_stale_code(test):
        outcome, detail, _ = _attempt(the_case, target)
        detail.insert(0, stale_code.REASON)
    report.add(the_case.name, outcome, time.monotonic() - start, detail)


def run(cases, target, jobs):
    """Run cases on a target; True if none failed."""
    report = Report(len(cases))
    with concurrent.futures.ThreadPoolExecutor(jobs) as pool:
        for future in [pool.submit(_run, the_case, target, report)
                       for the_case in cases]:
            future.result()
    report.close()
    return report.counts["FAILED"] == 0
