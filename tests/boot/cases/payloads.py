# SPDX-License-Identifier: MIT
"""Every way a kernel's image can be packed."""
from harness import compression, inspect_guest, kernels, repack
from harness.case import case

FORMATS = tuple(compression.COMPRESS)


@case(quick={"gzip"}, each=FORMATS,
      targets=("microxen", "xen"))
def bzimage(test, name):
    """A bzImage with its payload in each of Linux's formats reaches a
    shell. (Debian's own kernels have lz4, xz and zstd.)"""
    kernel = kernel_for(test)
    path = repack.made(
        f"bzimage-{name}", lambda: repack.bzimage_of(
            kernel, compression.pack(name, repack.elf(kernel).read_bytes())))
    inspect_guest.check_log(test.boot(path).login())


@case(quick=True, targets=("microxen", "xen"))
def plain_elf(test):
    """An ELF file as it comes out of a kernel's build."""
    path = repack.elf(kernel_for(test))
    inspect_guest.check_log(test.boot(path).login())


@case(quick=True, targets=("microxen", "xen"))
def unpacked_bzimage(test):
    """A bzImage whose payload is an ELF file, not packed at all."""
    kernel = kernel_for(test)
    path = repack.made("bzimage-plain", lambda: repack.bzimage_of(
        kernel, repack.elf(kernel).read_bytes()))
    inspect_guest.check_log(test.boot(path).login())


def kernel_for(test):
    """A quick kernel; real Xen takes generic ones only."""
    return (kernels.ANY_GENERIC if test.target.name == "xen"
            else kernels.ANY)
