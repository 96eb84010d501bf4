# SPDX-License-Identifier: MIT
"""Runs bench/operations in QEMU, with the plugin that counts."""
import subprocess
import sys
import time

from harness import targets
from harness.failure import Failure
from harness.paths import BUILD

from . import operations, record

OUT = BUILD / "bench"
QEMU = "qemu-system-x86_64"
XEN = BUILD / "real-xen" / "xen"
# Virtual nanoseconds are executed instructions then. -erms, as TCG counts
# each repetition of a string instruction. The clock is the same each time,
# and RDRAND by -seed, as where a kernel puts what depends on them.
COMMON = ("-accel", "tcg,thread=single", "-m", "1G", "-display", "none",
          "-no-reboot")
CPU = "max,-la57,-erms"
SETTINGS = (*COMMON, "-cpu", CPU,
            "-rtc", "base=2026-01-01,clock=vm", "-icount", "shift=0,sleep=off")
# Several processors, which one thread executes in turns: with -icount they
# hardly get on. Linux distrusts the TSC of several of QEMU's default vendor.
SEVERAL = (*COMMON, "-cpu", "max,vendor=GenuineIntel,-la57,-erms")
# That vendor makes Linux isolate its page tables natively; a Xen PV kernel
# never does.
NO_ISOLATION = "nopti"
TIMEOUT = 3600
# Without news for so long, nothing more comes.
SILENCE = 900


def target(name):
    """One of those of the boot tests, with a real Xen of our own, and
    pvops: microxen with a kernel that has its operations back."""
    if name == "pvops":
        return targets.Multiboot(name, targets.target("microxen").image,
                                 always="pvops=all")
    if name != "xen":
        return targets.target(name)
    if not XEN.exists():
        raise Failure(f"{XEN} is not there; run tools/fetch-xen")
    # TCG of QEMU 7.2 applies supervisor rules to Xen's IRETQ to ring 3.
    return targets.Multiboot("xen", XEN, always="smap=off")


class _Progress:
    """Prints each operation's name as it comes."""

    def __init__(self, name):
        self.name, self.seen, self.begun = name, 0, time.monotonic()
        self.at = self.begun
        self._show("booting")

    def _show(self, what):
        seconds = time.monotonic() - self.begun
        print(f"  {self.name:9}{seconds:5.0f} s  {what}", file=sys.stderr,
              flush=True)

    def look(self, path):
        """Print what is new in the plugin's file."""
        text = path.read_text(errors="replace") if path.exists() else ""
        names = [line.split()[1] for line in text.splitlines()
                 if line.startswith("operation ") and len(line.split()) > 2]
        for name in names[self.seen:]:
            self._show(name)
            self.at = time.monotonic()
        self.seen = len(names)

    def end(self):
        """Say that it is over."""
        self._show("done")


def run_all(the_target, kernel, options="", seed=1):
    """Measure all operations; a Record. The logs that are left are of the
    boot that most are measured in."""
    apart = {}
    for operation in operations.ALL:
        if operation.told and "only=" not in options:
            one = run(the_target, kernel, f"{options}"
                      f" only={operation.called} {operation.told}", seed=seed)
            apart[operation.name] = one.operations[operation.called]
    found = run(the_target, kernel, options, seed=seed)
    found.operations.update(apart)
    return found


def run(the_target, kernel, options="", hot=False, seed=1, cpus=1,
        features=None):
    """Measure on a target; a Record. Logs are kept in build/bench. What the
    kernel does by chance depends on the seed. Of several CPUs the first is
    measured, without -icount. More features of the processor may be asked
    for."""
    stem = OUT / the_target.name
    out, console = stem.with_suffix(".plugin"), stem.with_suffix(".console")
    out.unlink(missing_ok=True)
    boot = the_target.boot(kernel, OUT / "initramfs.gz",
                           f"rdinit=/tests/operations {options}".strip(), "")
    settings, plugin = SETTINGS, f"{OUT / 'plugin.so'},out={out}"
    if features:
        settings = (*SETTINGS, "-cpu", f"{CPU},{features}")
    if hot:
        plugin += ",hot=on"
    if cpus > 1:
        settings, plugin = SEVERAL, plugin + ",marking=on"
    command = [QEMU, *settings, "-smp", str(cpus), "-seed", str(seed), *boot,
               "-serial", f"file:{console}", "-plugin", plugin]
    with open(stem.with_suffix(".stderr"), "w+", encoding="utf-8") as errors:
        with subprocess.Popen(command, stdin=subprocess.DEVNULL,
                              stdout=errors, stderr=errors) as process:
            try:
                _wait(process, _Progress(the_target.name), out)
            finally:
                process.kill()
        errors.seek(0)
        complaint = errors.read().strip()
    if not out.exists():
        raise Failure(f"QEMU did not start: {complaint}")
    try:
        return record.parse(out.read_text(errors="replace"), floor=cpus > 1)
    except Failure as failure:
        raise Failure(f"{the_target.name}: {failure}; see {console} and"
                      f" {out}") from None


def _wait(process, progress, out):
    deadline = time.monotonic() + TIMEOUT
    while process.poll() is None:
        now = time.monotonic()
        if now > deadline or now - progress.at > SILENCE:
            return
        time.sleep(1)
        progress.look(out)
    progress.end()


def missing(the_record):
    """Names of operations that a run did not measure."""
    return [operation.name for operation in operations.ALL
            if operation.name not in the_record.operations]
