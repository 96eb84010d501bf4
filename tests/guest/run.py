#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Runs the guest tests on microxen, and compares with real Xen.

    tests/guest/run.py [TEST...]             check microxen, in both roles
    tests/guest/run.py --record [TEST...]    record what real Xen does

A test whose folder has a file low-half runs a second time with its kernel
in the low half, as TEST-low, and has to print the same there; one with a
file by-page again with its hypercalls by the transfer page, as TEST-page;
one with a file cpus counts on so many processors, others have as many as CPUS
in the environment says; files options and model say what the hypervisor's
command line has besides, and what QEMU's processor is; one with a file endings
has a line for each way that its kernel ends the machine, which is the command
line, and how the machine ended is printed as one more line. What Debian's Xen
printed lies beside each test, xen-4.17.log; `make compare` sees that it still
does. Logs are kept in build/guest. `make check-guest` builds what is needed
first.
"""
import argparse
import concurrent.futures
import pathlib
import sys
import threading

HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent / "boot")]
sys.dont_write_bytecode = True

import compare                                          # noqa: E402
from harness import paths, targets                      # noqa: E402
from harness.failure import Failure                     # noqa: E402
from harness.machine import Machine                     # noqa: E402

LOGS = paths.BUILD / "guest"
XEN = "4.17"
XENS = {"4.17": paths.BUILD / "real-xen",
        "4.20": paths.BUILD / "real-xen-4.20"}
RECORD = f"xen-{XEN}.log"
LOW, PAGE = "-low", "-page"
MEMORY = "256M"
TIMEOUT = 300
ENDS_WITHIN = 40


def folder(test):
    """Where it lies; its other kernels are of the same sources."""
    return HERE / test.removesuffix(LOW).removesuffix(PAGE)


def all_tests():
    """All there are."""
    found = []
    for path in sorted(HERE.glob("*/main.c")):
        name = path.parent.name
        found += [name] + [name + LOW] * (path.parent / "low-half").exists()
        found += [name + PAGE] * (path.parent / "by-page").exists()
    return found


def modules(test, line):
    """The kernel with its command line, and its initrd if it has one."""
    initrd = folder(test) / "initrd"
    found = [(LOGS / f"{test}.elf", line)]
    return found + ([(initrd, "")] if initrd.exists() else [])


def file(test, name, default=""):
    """What one of a test's files says."""
    path = folder(test) / name
    return path.read_text().strip() if path.exists() else default


def processors(test):
    """QEMU's arguments for as many as the test counts on, if it does."""
    number = file(test, "cpus")
    return ["-smp", number] if number else []


def how_it_ended(machine):
    """By what the kernel did, or not at all."""
    try:
        return machine.monitor.wait_event("SHUTDOWN", ENDS_WITHIN)["reason"]
    except Failure:
        return "it stays"


def ending(name, machine):
    """A machine's results, and how it ended, of one that has to."""
    how = how_it_ended(machine)
    machine.console.wait_closed(2)
    lines = compare.results(machine.console.text(), whole=False)
    return {f"{name}, {line}": result
            for line, result in {**lines, "the machine": how}.items()}


def watch(name, machine):
    """A machine's results when it is done."""
    try:
        if name:
            return ending(name, machine)
        machine.wait_exit(TIMEOUT)
        machine.console.wait_closed(5)
        return compare.results(machine.console.text())
    except (Failure, ValueError) as error:
        tail = "".join(f"\n    | {line}"
                       for line in machine.console.last_lines(12))
        raise Failure(f"{error}{tail}\n    again: {machine.command()}"
                      ) from None
    finally:
        machine.close()


def run(test, target, role="", option=""):
    """Run a test on a target; the lines it printed."""
    stem = LOGS / "-".join(filter(None, [test, target.name, role, option]))
    # Xen would drop what its buffer can't hold.
    image = (f"{target.image_line} sync_console {role and 'role=' + role}"
             f" {option} {file(test, 'options')}")
    cpu = file(test, "model", "max")
    if target.name.startswith("xen"):
        cpu += ",-smap"
    found = {}
    for name in file(test, "endings").splitlines() or [""]:
        line = name or file(test, "command-line")
        machine = Machine(target.boot_modules(modules(test, line), image),
                          stem, memory=MEMORY, cpu=cpu,
                          options=["-no-reboot", *processors(test)])
        found |= watch(name, machine)
    return found


def xen(version=XEN):
    """A real Xen as a target."""
    if not (XENS[version] / "xen").exists():
        raise Failure(f"{XENS[version]} is not there; "
                      f"run tools/fetch-xen {version}")
    return targets.real_xen("xen-" + version, XENS[version] / "xen")


def recorded(test):
    """What real Xen printed when it was last asked."""
    path = folder(test) / RECORD
    if not path.exists():
        raise Failure(f"{path} is not there; run make record-guest")
    return compare.results(path.read_text())


def record(test):
    """Ask real Xen, and keep what it says."""
    found = run(test, xen())
    lines = [compare.BEGIN, *(f"{name}: {result}"
                              for name, result in found.items()), compare.END]
    (folder(test) / RECORD).write_text("\n".join(lines) + "\n")
    print(f"{test}: {len(found)} lines recorded", flush=True)


def check_record(test, live):
    """Complaints if real Xen no longer prints what is recorded."""
    kept = recorded(test)
    return [f"{test}: {name}: recorded {kept.get(name)}, "
            f"now {live.get(name)}" for name in {**kept, **live}
            if kept.get(name) != live.get(name)]


class Count:
    """How many checks passed and failed."""

    def __init__(self):
        self.passed = self.failed = 0
        self._lock = threading.Lock()

    def add(self, title, check):
        """Do a check, a function as compare.compare(), and print how it
        went."""
        try:
            good, complaints = check()
        except (Failure, ValueError) as error:
            good, complaints = 0, [str(error)]
        with self._lock:
            self.passed += good
            self.failed += len(complaints)
            print(f"{title}: {good} passed, {len(complaints)} failed",
                  *complaints, sep="\n    ", flush=True)


def boots(tests):
    """(title, test, role, option) of each boot that a check takes."""
    for test in tests:
        # An end is the same in both, and each takes a boot.
        for role in ("initial", "plain")[file(test, "endings") != "":]:
            yield f"{test}, {role} domain", test, role, ""
        if file(test, "cpus", "1") != "1":
            # They wake each other in another way.
            yield (f"{test}, waiting by MWAIT", test, "plain",
                   "mwait-idle=on")


def check(tests, jobs=2):
    """Check microxen, in so many machines at a time; True if all is well."""
    count = Count()
    microxen = targets.target("microxen")

    def check_boot(title, test, role, option):
        count.add(title, lambda: compare.compare(
            test.removesuffix(PAGE), role,
            run(test, microxen, role, option), recorded(test)))

    with concurrent.futures.ThreadPoolExecutor(jobs) as pool:
        for future in [pool.submit(check_boot, *boot)
                       for boot in boots(tests)]:
            future.result()
    print(f"{count.passed} passed, {count.failed} failed")
    return count.failed == 0


def main():
    """Do what the command line says; the exit status."""
    parser = argparse.ArgumentParser(
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--record", action="store_true")
    parser.add_argument("tests", nargs="*", metavar="TEST")
    options = parser.parse_args()
    tests = options.tests or all_tests()
    try:
        if not options.record:
            return 0 if check(tests) else 1
        for test in tests:
            if not test.endswith((LOW, PAGE)):
                record(test)
    except Failure as failure:
        print(failure)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
