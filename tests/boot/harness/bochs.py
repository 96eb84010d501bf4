# SPDX-License-Identifier: MIT
"""Bochs, for what QEMU's processors lack: x2APIC and TSC deadline.

There is no input and no monitor: it boots an ISO image and its first serial
line goes to a file.
"""
import pathlib
import shutil
import subprocess
import time

from .failure import Failure, Skipped

BIOS = pathlib.Path("/usr/share/bochs/BIOS-bochs-latest")
VGA_BIOS = pathlib.Path("/usr/share/bochs/VGABIOS-lgpl-latest")
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
cpu: model={cpu}, count=1, ips=50000000, reset_on_triple_fault=0
log: {log}
panic: action=fatal
error: action=ignore
info: action=ignore
debug: action=ignore
"""


def run(image, cpu, log_stem, until, timeout):
    """Boot `image` until the text `until` is on the serial line; all that
    was there."""
    if not shutil.which("bochs"):
        raise Skipped("no bochs here; tools/setup all installs it")
    com1 = pathlib.Path(f"{log_stem}.com1")
    configuration = pathlib.Path(f"{log_stem}.bochsrc")
    commands = pathlib.Path(f"{log_stem}.commands")
    com1.unlink(missing_ok=True)
    commands.write_text("c\n")
    configuration.write_text(CONFIGURATION.format(
        memory=MEMORY_MB, bios=BIOS, vga_bios=VGA_BIOS, image=image,
        com1=com1, cpu=cpu, log=f"{log_stem}.bochs"))
    with open(f"{log_stem}.stderr", "wb") as errors:
        process = subprocess.Popen(
            ["bochs", "-q", "-f", configuration, "-rc", commands],
            stdin=subprocess.DEVNULL, stdout=errors, stderr=errors)
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
