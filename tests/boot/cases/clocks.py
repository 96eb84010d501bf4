# SPDX-License-Identifier: MIT
"""Clocks, sleeps and timers."""
import calendar
import time

from harness.case import case
from harness.failure import check

ROLES = ("6.1-cloud", "6.1-generic")
SECONDS = 15
RATE_LIMIT_PPM = 1000
# How late a wake-up may be where two emulated machines share a host.
LATE_US = 50000


@case(quick={"6.1-generic"}, each=[*ROLES, "newest-cloud", "5.10-generic"],
      targets=("microxen", "native"))
def keep_the_machines_time(test, kernel):
    """CLOCK_MONOTONIC and CLOCK_REALTIME run at the rate of the machine's
    own clock (the ACPI PM timer) within 0.1 %; sleeps and a periodic timer
    are never early, and not late."""
    shell = test.boot(kernel).login()
    output = shell.run(f"/tests/clock-rates {SECONDS}", timeout=120)
    lines = [line.split() for line in output.splitlines()]
    for what, asked, got in lines:
        if what == "rate":
            check(abs(int(got)) <= RATE_LIMIT_PPM,
                  f"CLOCK_{asked.upper()} is {got} ppm too fast")
            continue
        late = int(got) - int(asked)
        # Both are in whole microseconds, and the PM timer has 3.6 in each.
        check(late >= -2, f"{what} of {asked} us took only {got} us")
        check(late <= LATE_US, f"{what} of {asked} us took {got} us")
    check(len(lines) == 8, f"not all was tried:\n{output}")


@case(quick={"6.1-cloud"}, each=ROLES)
def wall_clock(test, kernel):
    """The wall clock comes from the machine's RTC."""
    base = calendar.timegm((2024, 2, 3, 4, 5, 6))
    started = time.monotonic()
    shell = test.boot(
        kernel, options=["-rtc", "base=2024-02-03T04:05:06"]).login()
    found = int(shell.run("date -u +%s").split()[0])
    elapsed = time.monotonic() - started
    check(base <= found <= base + elapsed + 2,
          f"{found - base} s after the RTC's start, {elapsed:.0f} s passed")
