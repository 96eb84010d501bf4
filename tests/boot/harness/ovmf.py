# SPDX-License-Identifier: MIT
"""Machines with UEFI firmware: OVMF in two flash chips."""
import pathlib
import shutil
import struct

from . import paths
from .failure import Failure, check

CODE = pathlib.Path("/usr/share/OVMF/OVMF_CODE_4M.fd")
VARIABLES = pathlib.Path("/usr/share/OVMF/OVMF_VARS_4M.fd")

# Multiboot2 Specification 2.0, 3.1
HEADER_MAGIC = 0xe85250d6
HEADER_MAX = 32768
TAG_EFI_BOOT_SERVICES = 7
TAG_UNKNOWN = 0x7fff
OPTIONAL = 1


def new_variables(name):
    """A fresh chip for variables, build/boot/NAME.fd."""
    if not CODE.exists():
        raise Failure("no OVMF here; tools/setup check installs it")
    path = paths.SCRATCH / f"{name}.fd"
    path.parent.mkdir(parents=True, exist_ok=True)
    shutil.copy(VARIABLES, path)
    return path


def drives(variables):
    """QEMU's arguments for the two chips; for the machine q35."""
    chip = "if=pflash,format=raw"
    return ["-drive", f"{chip},readonly=on,file={CODE}",
            "-drive", f"{chip},file={variables}"]


def ending_boot_services(image):
    """The bytes of an image, its header changed so that GRUB ends EFI's
    boot services before it starts the image."""
    data = bytearray(image.read_bytes())
    at = data.index(struct.pack("<I", HEADER_MAGIC), 0, HEADER_MAX) + 16
    while True:
        kind, flags, size = struct.unpack_from("<HHI", data, at)
        check(kind != 0, "the header does not ask for EFI's boot services")
        if kind == TAG_EFI_BOOT_SERVICES:
            break
        at += size + -size % 8
    check(flags & OPTIONAL, "the header insists on EFI's boot services")
    struct.pack_into("<H", data, at, TAG_UNKNOWN)
    return bytes(data)
