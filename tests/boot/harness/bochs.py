# SPDX-License-Identifier: MIT
"""Bochs, for what QEMU's processors lack: x2APIC, TSC deadline and XSAVES.

There is no input and no monitor: it boots an ISO image and its first serial
line goes to a file.
"""
import dataclasses
import os
import pathlib
import shutil
import subprocess
import time

from . import paths
from .failure import Failure, Skipped

MEMORY_MB = 512

# `sync=none` runs it at its own speed; ips sets its TSC's rate.
CONFIGURATION = """
plugin_ctrl: unmapped=1, biosdev=1, serial=1
config_interface: textconfig
display_library: rfb, options="timeout=0"
memory: guest={memory}, host={memory}
romimage: file={bios}
vgaromimage: file={vga_bios}
vga: extension=none
boot: cdrom
ata0: enabled=1, ioaddr1=0x1f0, ioaddr2=0x3f0, irq=14
ata0-master: type=cdrom, path={image}, status=inserted
com1: enabled=1, mode=file, dev={com1}
clock: sync=none
cpu: model={cpu}, count={cpus}, ips=50000000, reset_on_triple_fault=0
log: {log}
panic: action=fatal
error: action=ignore
info: action=ignore
debug: action=ignore
"""


@dataclasses.dataclass(frozen=True)
class Bochs:
    """One version of it."""

    command: tuple
    environment: dict
    share: pathlib.Path


def installed():
    """This machine's own."""
    if not shutil.which("bochs"):
        raise Skipped("no bochs here; tools/setup all installs it")
    return Bochs(("bochs",), {}, pathlib.Path("/usr/share/bochs"))


def fetched():
    """The newer one of tools/fetch-bochs, with the libraries it came with."""
    root = paths.BUILD / "bochs" / "root" / "usr"
    if not root.exists():
        raise Skipped("no newer bochs here; tools/fetch-bochs fetches it")
    libraries = root / "lib" / "x86_64-linux-gnu"
    return Bochs((libraries / "ld-linux-x86-64.so.2", "--library-path",
                  libraries, root / "bin" / "bochs-bin"),
                 {"LTDL_LIBRARY_PATH": str(libraries / "bochs" / "plugins")},
                 root / "share" / "bochs")


def run(version, image, cpu, log_stem, until, timeout, cpus=1):
    """Boot `image` until the text `until` is on the serial line; all that
    was there."""
    com1 = pathlib.Path(f"{log_stem}.com1")
    configuration = pathlib.Path(f"{log_stem}.bochsrc")
    commands = pathlib.Path(f"{log_stem}.commands")
    com1.unlink(missing_ok=True)
    commands.write_text("c\n")
    configuration.write_text(CONFIGURATION.format(
        memory=MEMORY_MB, bios=version.share / "BIOS-bochs-latest",
        vga_bios=version.share / "VGABIOS-lgpl-latest", image=image,
        com1=com1, cpu=cpu, cpus=cpus, log=f"{log_stem}.bochs"))
    with open(f"{log_stem}.stderr", "wb") as errors:
        process = subprocess.Popen(
            [*version.command, "-q", "-f", configuration, "-rc", commands],
            stdin=subprocess.DEVNULL, stdout=errors, stderr=errors,
            env={**os.environ, **version.environment})
    try:
        return _wait(process, com1, until, time.monotonic() + timeout)
    finally:
        process.kill()
        process.wait()


def _wait(process, com1, until, deadline):
    while True:
        ended = process.poll() is not None
        text = com1.read_text(errors="replace") if com1.exists() else ""
        if until in text:
            return text
        if ended or time.monotonic() > deadline:
            raise Failure(f"no {until!r} on Bochs' serial line:\n"
                          + text[-1500:])
        time.sleep(1)
