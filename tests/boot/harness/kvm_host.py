# SPDX-License-Identifier: MIT
"""A host with KVM: QEMU's TCG emulates SVM, and a Linux with KVM in it runs
another QEMU, whose guest is what is tested."""
import gzip
import pathlib
import tempfile

from . import cpio, kernels, lost_interrupt, paths, targets
from .failure import Skipped
from .shell import Shell

INITRAMFS = paths.SCRATCH / "kvm.gz"
# What the partition's tests found to be emulated right.
CPU = "EPYC,-smap,-monitor,-xsave"
QEMU = ("/qemu/lib/ld-linux-x86-64.so.2 --library-path /qemu/lib"
        " /qemu/qemu-system-x86_64 -L /qemu/share -accel kvm -cpu host"
        " -m 512M -nographic -nodefaults -serial stdio")
GUEST_TIMEOUT = 600


def start(test, files, kernel_options=""):
    """Boot one that has `files` (name: path) in /boot; its shell."""
    if not INITRAMFS.exists():
        raise Skipped(f"no {INITRAMFS.name} here; make check-boot-all"
                      " makes it")
    initrd = pathlib.Path(f"{test.log_stem}.initrd")
    initrd.write_bytes(INITRAMFS.read_bytes()
                       + gzip.compress(_archive(files), 1))
    machine = test.start(
        targets.Native().boot(kernels.vmlinuz("6.1-generic"), initrd,
                              f"no5lvl {kernel_options}", ""),
        memory="2G", cpu=CPU, threads="single", options=["-smp", "1"])
    lost_interrupt.watch(machine)
    shell = machine.login()
    initrd.unlink()
    shell.run("modprobe kvm-amd && ls /dev/kvm")
    return shell


def _archive(files):
    with tempfile.TemporaryDirectory() as folder:
        boot = pathlib.Path(folder) / "boot"
        boot.mkdir()
        for name, path in files.items():
            (boot / name).symlink_to(path)
        return cpio.pack(folder, ["boot", *(f"boot/{name}"
                                            for name in files)])


def boot_guest(shell, arguments):
    """Start a guest; its own shell, and what it printed until then."""
    console = shell.console
    console.send(f"{QEMU} {arguments}\n")
    before, _ = console.expect(r"Linux \S+ on \S+ hypervisor", GUEST_TIMEOUT)
    console.expect(r"/ # ", 60)
    guest = Shell(console)
    guest.run("dmesg -n 1")
    return guest, before.decode("utf-8", "replace")
