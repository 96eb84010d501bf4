# SPDX-License-Identifier: MIT
"""Whole workloads: bench/workloads, on one CPU and on several."""
import json
import subprocess
import sys
import time

from harness.failure import Failure

from . import chart, machine, table
from .record import GUEST, OWN

CPUS = (1, 4)
TIMEOUT = 1800
INITRAMFS = machine.OUT / "workloads.gz"
MILLION = 1e6


def _parse(text):
    """{name: {kind of instruction: how many}} of what the plugin wrote."""
    found, name, ended = {}, None, False
    for line in text.splitlines():
        kind, *words = line.split() or [""]
        if kind == "workload":
            name = words[0]
        elif kind == "counts" and name:
            found[name] = {key: int(number) for key, number in
                           (word.split("=") for word in words)}
        elif kind == "ticks" and name:
            found[name]["elapsed"] = int(words[0])
        elif kind == "failed":
            raise Failure(line)
        ended = ended or kind == "end"
    if not ended:
        raise Failure("the workloads did not come to their end")
    return found


def run(target, kernel, cpus, seed):
    """Run them on a target with so many CPUs: of all of them the
    instructions are counted. What happens by chance depends on the seed."""
    stem = machine.OUT / f"workloads-{target.name}-{cpus}"
    out = stem.with_suffix(".plugin")
    out.unlink(missing_ok=True)
    options = f"rdinit=/tests/workloads CPUS={cpus} {machine.NO_ISOLATION}"
    boot = target.boot(kernel, INITRAMFS, options, "")
    begun = time.monotonic()
    settings = machine.SEVERAL if cpus > 1 else machine.SETTINGS
    subprocess.run([machine.QEMU, *settings, "-seed", str(seed),
                    "-smp", str(cpus), *boot,
                    "-serial", f"file:{stem}.console",
                    "-plugin", f"{machine.OUT / 'plugin.so'},out={out}"],
                   check=False, stdin=subprocess.DEVNULL, timeout=TIMEOUT)
    print(f"  {target.name:9}{time.monotonic() - begun:5.0f} s  workloads,"
          f" {cpus} CPUs", file=sys.stderr, flush=True)
    try:
        return _parse(out.read_text(errors="replace"))
    except Failure as failure:
        raise Failure(f"{target.name}, {cpus} CPUs: {failure}; see"
                      f" {stem}.console") from None


def whole(counts):
    """All instructions of one workload."""
    return counts[GUEST] + counts[OWN]


def typical(boots):
    """Of several runs: each workload as in the median one."""
    return {name: sorted((one[name] for one in boots),
                         key=whole)[len(boots) // 2] for name in boots[0]}


def _rows(found, cpus):
    names = list(found)
    hosted = [name for name in names if name != "native"]
    head = [f"millions of instructions, {cpus} CPU{'s' * (cpus > 1)}"]
    head += ["native"] if "native" in names else []
    for name in hosted:
        head += [name, "own"] + ["to native"] * ("native" in names)
    rows = [head]
    for workload in next(iter(found.values()))[cpus]:
        counts = {name: found[name][cpus][workload] for name in names}
        row = [workload]
        if "native" in names:
            row.append(f"{whole(counts['native']) / MILLION:.1f}")
        for name in hosted:
            row += [f"{whole(counts[name]) / MILLION:.1f}",
                    f"{counts[name][OWN] / MILLION:.2f}"]
            if "native" in names:
                ratio = whole(counts[name]) / whole(counts["native"])
                row.append(f"{ratio:.2f}")
        rows.append(row)
    return rows


def measure(kernel, path, names, boots, figures=None):
    """Measure all, and write workloads.{txt,json} and workloads-N.svg; text
    and pictures to the folder `figures` as well, named after the kernel."""
    found = {name: {cpus: typical([run(machine.target(name), path, cpus,
                                       boot + 1) for boot in range(boots)])
                    for cpus in CPUS} for name in names}
    print("\n" + report(kernel, boots, found, machine.OUT / "workloads"))
    (machine.OUT / "workloads.json").write_text(json.dumps(
        {"kernel": kernel, "workloads": found}, indent=1) + "\n")
    if figures:
        report(kernel, boots, found, figures / f"{kernel}-workloads")


def report(kernel, boots, found, stem):
    """Text, which is returned, and pictures; their names begin with `stem`."""
    several = f" Medians of {boots} boots." if boots > 1 else ""
    text = "\n\n".join([f"Kernel {kernel}, 1 GiB, QEMU's TCG, with -icount"
                        f" where there is one CPU.{several}",
                        *(table.text(_rows(found, cpus)) for cpus in CPUS)])
    stem.with_name(f"{stem.name}.txt").write_text(text + "\n")
    if "native" in found:
        for cpus in CPUS:
            _chart(found, cpus, stem.with_name(f"{stem.name}-{cpus}.svg"))
    return text


def _chart(found, cpus, path):
    names = [name for name in found if name != "native"]
    groups = [(workload, [whole(found[name][cpus][workload]) / whole(counts)
                          for name in names])
              for workload, counts in found["native"][cpus].items()]
    chart.write(path, f"Instructions of workloads on {cpus}"
                f" CPU{'s' * (cpus > 1)}, native is 1", names, groups)
