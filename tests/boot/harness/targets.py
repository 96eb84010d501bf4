# SPDX-License-Identifier: MIT
"""What a kernel can be booted on: nothing, real Xen, or microxen.

Native and Xen are there to compare with, and to try the cases themselves.
"""
import gzip
import pathlib

from . import paths
from .failure import Failure


class Native:
    """The kernel alone, its console on the first serial line."""

    name = "native"
    console = "console=ttyS0"

    def add(self, image_options):
        """There is no image."""

    def boot(self, vmlinuz, initrd, kernel_options, image_options):
        """QEMU's arguments for a boot; `image_options` have no taker."""
        del image_options
        line = f"{self.console} {kernel_options}".strip()
        return ["-kernel", str(vmlinuz), "-initrd", str(initrd),
                "-append", line]


class Multiboot:
    """An image that takes the kernel and its initrd as modules."""

    console = "console=hvc0"
    image_console = "console=com1 com1=115200,8n1"

    def __init__(self, name, image, always=""):
        self.name = name
        self.image = image
        self.image_line = f"{self.image_console} {always}".strip()

    def add(self, image_options):
        """More words of the image's own, in each boot."""
        self.image_line = f"{self.image_line} {image_options}".strip()

    def boot(self, vmlinuz, initrd, kernel_options, image_options):
        """QEMU's arguments for a boot."""
        line = f"{self.console} {kernel_options}".strip()
        return self.boot_modules([(vmlinuz, line), (initrd, "")],
                                 f"{self.image_line} {image_options}".strip())

    def boot_modules(self, modules, image_line):
        """The same from modules (file, line), none of them needed."""
        arguments = ["-kernel", str(self.image), "-append", image_line]
        if modules:
            # QEMU separates modules with commas and takes two for one.
            words = [f"{file} {line}".strip().replace(",", ",,")
                     for file, line in modules]
            arguments += ["-initrd", ",".join(words)]
        return arguments


def _debians_xen():
    """Debian's xen.gz, unpacked, as QEMU wants it."""
    packed = sorted(pathlib.Path("/boot").glob("xen-*-amd64.gz"))
    if not packed:
        raise Failure("no real Xen here; install xen-hypervisor-4.17-amd64")
    image = paths.SCRATCH / "xen"
    image.parent.mkdir(parents=True, exist_ok=True)
    image.write_bytes(gzip.decompress(packed[-1].read_bytes()))
    return real_xen("xen", image)


def real_xen(name, image):
    """Xen itself, from a file that is unpacked."""
    # TCG of QEMU 7.2 applies supervisor rules to Xen's IRETQ to ring 3.
    return Multiboot(name, image, always="smap=off")


def target(name):
    """The target of that name, checked to be there."""
    if name == "native":
        return Native()
    if name == "xen":
        return _debians_xen()
    if not paths.IMAGE.exists():
        raise Failure(f"{paths.IMAGE} is not there; run make first")
    return Multiboot("microxen", paths.IMAGE)


NAMES = ("microxen", "xen", "native")
