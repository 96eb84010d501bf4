#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Random hypercalls on microxen: none may hang it or break it.

    tests/random/run.py                      the same calls each time
    tests/random/run.py --minutes N          new ones, for so long
    tests/random/run.py --seed N --calls N   these, in both roles
    tests/random/run.py --replay FILE        what a failure left, shown

When microxen fails, the calls that it takes are narrowed down, and left in
build/random/failure-SEED-ROLE.txt, which --replay runs again, printing each
call. A kernel that ends by its own fault is reported, and is no failure.
`make check-random` builds what is needed first.
"""
import argparse
import pathlib
import random
import re
import sys
import time

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "boot"))
sys.dont_write_bytecode = True

from harness import paths, targets                      # noqa: E402
from harness.failure import Failure                     # noqa: E402
from harness.machine import Machine                     # noqa: E402

OUT = paths.BUILD / "random"
KERNEL = OUT / "random.elf"
ROLES = ("initial", "plain")
SEEDS, CALLS = (1, 2), 30000
TIMEOUT = 120
END = "guest test ends"
# A panic that names the guest is its fault.
PANIC = re.compile(r"\(XEN\).*Panic: (?!.*\bguest\b)(.*)")


def machine_for(plan, role, stem):
    """A machine that starts to make the calls of a plan (text)."""
    file = stem.with_suffix(".plan")
    file.write_text(plan)
    target = targets.target("microxen")
    line = f"{target.image_line} sync_console role={role}"
    return Machine(target.boot_modules([(KERNEL, ""), (file, "")], line),
                   stem, memory="256M", options=["-no-reboot"])


def outcome(plan, role, name="run"):
    """(what is wrong with microxen or "", what the kernel said)."""
    machine = machine_for(plan, role, OUT / name)
    try:
        machine.wait_exit(TIMEOUT)
        hung = ""
    except Failure as failure:
        hung = str(failure)
    finally:
        machine.close()
    text = machine.console.text()
    panic = PANIC.search(text)
    if panic:
        return panic[1].strip(), text
    if hung and "UNEXPECTED" not in text:
        return hung, text
    return "", text


def plan_of(seed, ranges, show=False):
    """The text that the kernel reads."""
    lines = [f"seed {seed}"] + ["show"] * show
    lines += [f"calls {begin} {end}" for begin, end in ranges]
    return "\n".join(lines) + "\n"


def halves(ranges):
    """The ranges, each of more than one call in two."""
    found = []
    for begin, end in ranges:
        middle = (begin + end) // 2
        found += [(begin, middle), (middle, end)] if middle > begin \
            else [(begin, end)]
    return found


def shrink(seed, ranges, role):
    """Leave out what the failure doesn't need."""
    def fails(candidate):
        print(f"    {sum(e - b for b, e in candidate)} calls?",
              file=sys.stderr, flush=True)
        return candidate and outcome(plan_of(seed, candidate), role,
                                     "shrink")[0]
    while True:
        index = len(ranges) - 1
        while index >= 0:
            fewer = ranges[:index] + ranges[index + 1:]
            if fails(fewer):
                ranges = fewer
            index -= 1
        finer = halves(ranges)
        if finer == ranges:
            return ranges
        ranges = finer


def reached(text, calls):
    """The index behind the last call that can have been made."""
    news = re.findall(r"at call (\d+)", text)
    return min(calls, int(news[-1]) + 4096) if news else calls


def check(seed, calls, role):
    """Run, and narrow down a failure; True if all is well."""
    name = f"{seed}-{role}"
    wrong, text = outcome(plan_of(seed, [(0, calls)]), role, name)
    if not wrong:
        last = re.findall(r"UNEXPECTED.*|\(XEN\).*Panic.*|at call \d+", text)
        print(f"seed {seed}, {role} domain: "
              + (f"{calls} calls" if END in text else
                 f"the kernel hurt itself: {last[-1:]}"), flush=True)
        return True
    print(f"seed {seed}, {role} domain: {wrong}", flush=True)
    ranges = shrink(seed, [(0, reached(text, calls))], role)
    file = OUT / f"failure-{name}.txt"
    file.write_text(plan_of(seed, ranges, show=True))
    print(f"    again: tests/random/run.py --role {role} --replay {file}")
    return False


def replay(file, role):
    """Show what a failure's calls do."""
    wrong, text = outcome(pathlib.Path(file).read_text(), role, "replay")
    print(text)
    print(wrong or "nothing is wrong")
    return not wrong


def for_minutes(minutes):
    """New seeds until time is up."""
    end = time.monotonic() + minutes * 60
    good = True
    while time.monotonic() < end:
        seed = random.getrandbits(31)
        good = all([check(seed, CALLS, role) for role in ROLES]) and good
    return good


def main():
    """Do what the command line says; the exit status."""
    parser = argparse.ArgumentParser(
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--minutes", type=float)
    parser.add_argument("--seed", type=int)
    parser.add_argument("--calls", type=int, default=CALLS)
    parser.add_argument("--role", choices=ROLES)
    parser.add_argument("--replay", metavar="FILE")
    options = parser.parse_args()
    roles = [options.role] if options.role else ROLES
    try:
        if options.replay:
            return 0 if replay(options.replay, roles[0]) else 1
        if options.minutes:
            return 0 if for_minutes(options.minutes) else 1
        seeds = SEEDS if options.seed is None else (options.seed,)
        good = [check(seed, options.calls, role)
                for seed in seeds for role in roles]
        return 0 if all(good) else 1
    except Failure as failure:
        print(failure)
        return 1


if __name__ == "__main__":
    sys.exit(main())
