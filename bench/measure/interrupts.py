# SPDX-License-Identifier: MIT
"""The way of an interrupt, from its vector to the kernel's handler."""
import dataclasses
import subprocess
import sys
import time

from harness import image
from harness.failure import Failure

from . import machine, table
from .record import GUEST, OWN, counts_of

TARGETS = ("native", "microxen", "pvops")
INITRAMFS = machine.OUT / "interrupts.gz"
TIMEOUT = 1800
# As microxen has them anyway: what one boot tells of is true of another.
SAME_ADDRESSES = "nokaslr"
# The entry stubs of vectors (entry/entry.h, EXCEPTION_STUB_SIZE): those of
# exceptions, which come first, are left out.
STUB_SIZE, FIRST_INTERRUPT, VECTORS = 16, 32, 256


@dataclasses.dataclass(frozen=True)
class Interrupt:
    """One that is measured: `handler` is the kernel's function, `first` its
    native entry stub, or the first of several, which end with `last`."""

    name: str
    label: str
    handler: str
    first: str
    last: str | None = None


ALL = (
    Interrupt("timer", "timer, in a program", "hrtimer_interrupt",
              "asm_sysvec_apic_timer_interrupt"),
    Interrupt("device", "device (keyboard controller), in a program",
              "i8042_interrupt", "irq_entries_start",
              "spurious_entries_start"),
)


@dataclasses.dataclass
class Found:
    """What a run told: the kernel's release and symbols, and for each
    interrupt the counts of each time that it came."""

    release: str = ""
    symbols: dict = dataclasses.field(default_factory=dict)
    times: dict = dataclasses.field(default_factory=dict)

    def typical(self, interrupt):
        """The counts of the median one."""
        times = sorted(self.times.get(interrupt.name, ()), key=_whole)
        if not times:
            raise Failure(f"no {interrupt.name} interrupt came by its stub"
                          f" to {interrupt.handler}")
        return times[len(times) // 2]


def _whole(one):
    return one[GUEST] + one[OWN]


def _parse(text):
    found, now, ended = Found(), None, False
    for line in text.splitlines():
        kind, *words = line.split() or [""]
        if kind == "kernel_release":
            found.release = words[0]
        elif kind == "symbol":
            found.symbols[words[0]] = int(words[1], 16)
        elif kind == "interrupts":
            now = words[0]
        elif kind == "path" and words[0] == now:
            found.times.setdefault(now, []).append(counts_of(words[1:]))
        elif kind == "failed":
            raise Failure(f"the measuring program failed: {line}")
        ended = ended or kind == "end"
    if not ended:
        raise Failure("the measuring program did not come to its end")
    return found


def _run(target, kernel, options, arguments=()):
    """Run bench/interrupts on a target, the plugin with more arguments."""
    stem = machine.OUT / f"interrupts-{target}"
    out = stem.with_suffix(".plugin")
    out.unlink(missing_ok=True)
    boot = machine.target(target).boot(
        kernel, INITRAMFS, f"rdinit=/tests/interrupts {options}", "")
    plugin = [machine.OUT / "plugin.so", f"out={out}", *arguments]
    begun = time.monotonic()
    subprocess.run([machine.QEMU, *machine.SETTINGS, "-seed", "1", *boot,
                    "-serial", f"file:{stem}.console",
                    "-plugin", ",".join(map(str, plugin))],
                   check=False, stdin=subprocess.DEVNULL, timeout=TIMEOUT)
    print(f"  {target:9}{time.monotonic() - begun:5.0f} s  interrupts",
          file=sys.stderr, flush=True)
    try:
        return _parse(out.read_text(errors="replace"))
    except Failure as failure:
        raise Failure(f"{target}: {failure}; see {stem}.console") from None


def _symbols(kernel):
    """The addresses of the kernel's symbols that are needed, from the
    target that starts soonest."""
    names = {name for one in ALL
             for name in (one.handler, one.first, one.last) if name}
    words = f"{SAME_ADDRESSES} symbols={','.join(sorted(names))}"
    found = _run("native", kernel, words).symbols
    if names - found.keys():
        raise Failure("the kernel has no symbol "
                      + ", ".join(sorted(names - found.keys())))
    return found


def _stubs(target, interrupt, symbols):
    """Where a target's entry stubs for an interrupt are: the first address
    and the one behind the last. microxen's vectors of devices vary."""
    if target == "native":
        first = symbols[interrupt.first]
        return first, symbols.get(interrupt.last, first + 1)
    stubs = image.in_first_copy("exception_stubs")
    return (stubs + FIRST_INTERRUPT * STUB_SIZE,
            stubs + VECTORS * STUB_SIZE)


def _path(target, interrupt, symbols):
    """The plugin's argument."""
    first, last = _stubs(target, interrupt, symbols)
    handler = symbols[interrupt.handler]
    return f"path={interrupt.name}:{first:x}:{last:x}:{handler:x}"


def _rows(typical):
    names = list(typical)
    hosted = [name for name in names if name != "native"]
    head = ["median instructions, vector to kernel's handler"]
    head += ["native"] if "native" in names else []
    for name in hosted:
        head += [name, "own"] + ["to native"] * ("native" in names)
    rows = [head]
    for one in ALL:
        whole = {name: _whole(typical[name][one.name]) for name in names}
        row = [one.label]
        row += [f"{whole['native']}"] if "native" in names else []
        for name in hosted:
            row += [f"{whole[name]}", f"{typical[name][one.name][OWN]}"]
            if "native" in names:
                row.append(f"{whole[name] / whole['native']:.2f}")
        rows.append(row)
    return rows


def _report(kernel, release, typical):
    head = (f"Kernel {kernel} ({release}), one CPU, 1 GiB, QEMU's TCG with"
            " -icount.")
    return f"{head}\n\n{table.text(_rows(typical))}\n"


def _typical(name, found):
    try:
        return {one.name: found.typical(one) for one in ALL}
    except Failure as failure:
        raise Failure(f"{name}: {failure}; see"
                      f" {machine.OUT}/interrupts-{name}.plugin") from None


def measure(kernel, path, names, figures=None):
    """Measure on the targets `names`, and write interrupts.txt; to the folder
    `figures` as well, named after the kernel."""
    if not set(names) <= set(TARGETS):
        raise Failure("interrupts are measured on " + ", ".join(TARGETS))
    symbols = _symbols(path)
    found = {name: _run(name, path, SAME_ADDRESSES,
                        [_path(name, one, symbols) for one in ALL])
             for name in names}
    text = _report(kernel, next(iter(found.values())).release,
                   {name: _typical(name, one) for name, one in found.items()})
    print("\n" + text, end="")
    (machine.OUT / "interrupts.txt").write_text(text)
    if figures:
        figures.mkdir(exist_ok=True)
        (figures / f"{kernel}-interrupts.txt").write_text(text)
