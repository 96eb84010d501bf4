# SPDX-License-Identifier: MIT
"""Machines with UEFI firmware: OVMF in two flash chips."""
import gzip
import pathlib
import shutil
import subprocess
import tempfile

from . import kernels, paths
from .failure import Failure

CODE = pathlib.Path("/usr/share/OVMF/OVMF_CODE_4M.fd")
VARIABLES = pathlib.Path("/usr/share/OVMF/OVMF_VARS_4M.fd")


def new_variables(name):
    """A fresh chip for variables, as build/boot/NAME.fd."""
    if not CODE.exists():
        raise Failure("no OVMF here; tools/setup check installs it")
    path = paths.SCRATCH / f"{name}.fd"
    shutil.copy(VARIABLES, path)
    return path


def drives(variables):
    """QEMU's arguments for the two chips; for the machine q35."""
    chip = "if=pflash,format=raw"
    return ["-drive", f"{chip},readonly=on,file={CODE}",
            "-drive", f"{chip},file={variables}"]


def initrd_with_efivarfs(kernel):
    """Our initramfs, and /efivarfs.ko of a kernel of Debian 12's in it."""
    done = subprocess.run(
        [paths.TOP / "tools" / "fetch-module", "bookworm", kernel,
         "efivarfs"], stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
        check=False)
    if done.returncode:
        raise Failure(done.stdout.decode())
    module = (kernels.vmlinuz(kernel).parent / "modules" / "efivarfs.ko")
    with tempfile.TemporaryDirectory(dir=paths.SCRATCH) as folder:
        shutil.copy(module, folder)
        archive = subprocess.run(
            ["cpio", "--quiet", "--create", "--format=newc"], cwd=folder,
            input=b"efivarfs.ko\n", stdout=subprocess.PIPE, check=True)
    path = paths.SCRATCH / "efivarfs-initramfs.gz"
    # The kernel unpacks one archive behind the other.
    path.write_bytes(paths.INITRAMFS.read_bytes()
                     + gzip.compress(archive.stdout))
    return path
