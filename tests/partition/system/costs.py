# SPDX-License-Identifier: MIT
"""What a guest costs, counted by the benchmark's plugin for QEMU."""
import dataclasses
import json
import pathlib
import sys
import time

from harness import kernels, paths
from harness.failure import Failure

from . import domain0
from .shims import FOLDER, NAMES

sys.path.append(str(paths.TOP / "bench"))

from measure import record                              # noqa: E402

BENCH = paths.BUILD / "bench"
PROGRAM = BENCH / "overlay" / "tests" / "operations"
RESULTS = paths.BUILD / "partition"
KERNEL = "6.1-cloud"

# What no exit to the outer Xen is needed for, and some to compare.
OPERATIONS = ("null_syscall", "open_close", "pipe_pingpong_rt",
              "sched_yield_switch", "fork_exec_tiny", "anon_write_fault_4k",
              "mprotect_1page", "mmap_touch16_munmap", "signal_self")
EXITS = "vmentry"
TIMEOUT = 3000
# The quickest of some rounds: one that no tick of the timer falls into; and
# mappings where they always are, as they decide how many tables there are.
EXACT = "norandmaps rounds=5"


def _wait_for_end(path):
    """The plugin's file, when the guest has told it all."""
    deadline = time.monotonic() + TIMEOUT
    while time.monotonic() < deadline:
        text = path.read_text(errors="replace") if path.exists() else ""
        if text.endswith("\nend\n") or "\nfailed " in text:
            return text
        time.sleep(1)
    raise Failure(f"the measuring program did not end; see {path}")


def measure(test):
    """The Record of a guest of 512 MiB on the target."""
    out = pathlib.Path(f"{test.log_stem}.plugin").resolve()
    out.unlink(missing_ok=True)
    files = {"vmlinuz": kernels.vmlinuz(KERNEL), "operations": PROGRAM,
             "initrd": BENCH / "initramfs.gz"}
    # As bench/measure/machine.py has it: virtual time is instructions.
    dom0 = domain0.Domain0(test, files, threads="single", options=[
        "-icount", "shift=0,sleep=off", "-seed", "1",
        "-rtc", "base=2026-01-01,clock=vm",
        "-plugin", f"{BENCH / 'plugin.so'},out={out}"])
    dom0.describe(["memory=512", "vcpus=1"],
                  "rdinit=/tests/operations"
                  f" {EXACT} only={','.join(OPERATIONS)}")
    dom0.shell.run(f"/{FOLDER}/operations begin")
    dom0.create_unseen(TIMEOUT)
    found = record.parse(_wait_for_end(out))
    _file(test.target.name).write_text(
        json.dumps(dataclasses.asdict(found), indent=1) + "\n")
    return found


def _file(name):
    return RESULTS / f"costs-{name}.json"


def recorded():
    """{target: Record} of all targets that were measured."""
    return {name: record.Record(**json.loads(_file(name).read_text()))
            for name in NAMES if _file(name).exists()}


def start(found):
    """Instructions from `xl create` to init."""
    return found.start[record.OWN] + found.start[record.GUEST]


def _rows(records):
    yield ["instructions", *records]
    yield ["xl create to init, M",
           *(f"{start(found) / 1e6:.0f}" for found in records.values())]
    for name in OPERATIONS:
        yield [name, *(f"{found.total(name):,.0f}"
                       for found in records.values())]
    yield ["exits", *("" for _ in records)]
    yield ["xl create to init",
           *(f"{found.start[EXITS]:,}" for found in records.values())]
    for name in OPERATIONS:
        yield [name, *(f"{found.operations[name][EXITS]:.2f}"
                       for found in records.values())]
    yield ["RAM of the kernel, MiB",
           *(f"{found.memory / 1024:.2f}" for found in records.values())]


def table():
    """All that was recorded, side by side."""
    rows = list(_rows(recorded()))
    return "\n".join(f"    {head:24}" + "".join(f"{cell:>14}"
                                                for cell in cells)
                     for head, *cells in rows)


def write_table():
    """Keep it, with what it is of, in build/partition/costs.txt."""
    release = next(iter(recorded().values())).release
    (RESULTS / "costs.txt").write_text(
        f"Kernel {KERNEL} ({release}), 512 MiB and one vCPU under Xen 4.17 on"
        " QEMU's TCG with\n-icount. microxen, with pvops=all, xen-shim, as a PV"
        " domain, as a PVH domain.\n\n" + table() + "\n")
