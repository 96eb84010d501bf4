# SPDX-License-Identifier: MIT
"""Stress for as long as SOAK, in minutes, says; `make soak` takes an hour.

--target native does the same without microxen, to compare with.
"""
import os
import re
import time

from harness import inspect_guest, paths
from harness.case import case
from harness.failure import check

MINUTES = float(os.environ.get("SOAK") or 4)
INITRAMFS = paths.SCRATCH / "soak.gz"
CPU = "max,vendor=GenuineIntel"
TURN = 15                       # seconds for each kind of stress

CLASSES = ("context", "fork", "futex", "mmap", "mremap", "tlb-shootdown",
           "signal", "sigq", "timer", "fault", "vm", "pipe", "yield",
           "membarrier", "clone", "poll", "sem", "userfaultfd")

# Lua, from Debian's source, is right when it compiled right.
BUILD = ("cd /usr/src/lua && begin=$(date +%s) && "
         "export PATH=/usr/bin:$PATH && make -s clean && "
         "make -s -j {jobs} generic 2>/dev/null && "
         "[ $(./lua -e 'print((1 << 62) // 3 & 0xffff)') = 21845 ] && "
         "echo $(($(date +%s) - begin)) s, some 40 rounds of gcc")


def commands(cpus):
    """Each kind of stress, as the shell's command for one turn."""
    yield f"/tests/wakeups {TURN}"
    yield f"/tests/shootdown {TURN}"
    yield "perf bench sched messaging -g 4 -l 200"
    yield "perf bench sched pipe -l 20000"
    yield f"perf bench futex wake -t {2 * cpus}"
    yield f"({BUILD.format(jobs=2 * cpus)})"
    for name in CLASSES:
        size = " --vm-bytes 64m" if name == "vm" else ""
        yield (f"stress-ng --{name} {cpus}{size} --timeout {TURN}"
               " --metrics-brief 2>&1")


def off_and_on(cpus):
    """Takes all processors but the first offline and back."""
    return "; ".join(
        f"echo {state} > /sys/devices/system/cpu/cpu{cpu}/online || exit 1"
        for cpu in range(1, cpus) for state in (0, 1))


def used(shell):
    """Memory in KiB, and interrupts that are bound."""
    text = shell.run("sync; echo 3 > /proc/sys/vm/drop_caches;"
                     " grep MemFree /proc/meminfo; wc -l /proc/interrupts",
                     timeout=120)
    free, bound = re.search(r"(\d+) kB\s+(\d+)", text).groups()
    return int(free), int(bound)


def result(output):
    """What a program says of its speed."""
    figures = [line.strip() for line in output.splitlines()
               if re.search(r"Total time|passes|rounds|metrc|ms \(", line)]
    return "; ".join(figures[-1:])


@case(each=[2, 4], targets=("microxen", "native"),
      timeout=60 * MINUTES + 1800)
def stress(test, cpus):
    """One kind of stress after the other, with processors that go off and
    come back in between: nothing hangs or is lost, the log stays clean,
    neither memory nor event channels get fewer."""
    machine = test.boot("6.1-cloud", initrd=INITRAMFS, memory="2G", cpu=CPU,
                        options=["-smp", str(cpus)])
    shell = machine.login()
    shell.run("mkdir -p /tmp /dev/shm")
    end = time.monotonic() + 60 * MINUTES / 2
    before = used(shell)
    while time.monotonic() < end:
        for command in commands(cpus):
            print(f"{test.target.name}, {cpus} CPUs: {command.split(' -')[0]}"
                  f" {result(shell.run(command, timeout=900))}", flush=True)
            shell.run(f"({off_and_on(cpus)})", timeout=120)
            if time.monotonic() > end:
                break
    after = used(shell)
    inspect_guest.check_log(shell)
    check(int(shell.run("nproc")) == cpus, "not all have come back")
    check(before[0] - after[0] < 64 * 1024,
          f"{before[0] - after[0]} KiB less memory than before")
    check(after[1] == before[1], "not as many interrupts as before")
