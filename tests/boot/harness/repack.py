# SPDX-License-Identifier: MIT
"""Kernels changed on purpose. Files are made once and kept in build/boot."""
import struct
import threading

from . import bzimage, compression, kernels, paths

PT_NOTE = 4
_lock = threading.Lock()


def _made(name, make):
    """The path of a file with what make() returns in it."""
    path = paths.SCRATCH / name
    with _lock:
        if not path.exists():
            path.parent.mkdir(parents=True, exist_ok=True)
            unfinished = path.with_name(path.name + ".new")
            unfinished.write_bytes(make())
            unfinished.rename(path)
    return path


def made(name, make):
    """As _made(), but again for each run: nothing stale is tested."""
    path = paths.SCRATCH / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(make())
    return path


def elf(kernel):
    """The ELF file inside a kernel."""
    image = kernels.vmlinuz(kernel)
    return _made(f"{kernel}-{image.stat().st_mtime_ns}.elf",
                 lambda: compression.unpack(
                     bzimage.payload(image.read_bytes())))


def bzimage_of(kernel, payload):
    """The bytes of a bzImage with that payload."""
    return bzimage.wrap(kernels.vmlinuz(kernel).read_bytes(), payload)


def without_xen_notes(image):
    """An ELF file whose Xen notes have another owner's name."""
    image = bytearray(image)
    offset, = struct.unpack_from("<Q", image, 32)
    size, count = struct.unpack_from("<HH", image, 54)
    for at in range(offset, offset + size * count, size):
        kind, _, begin, _, _, length = struct.unpack_from("<IIQQQQ", image,
                                                          at)
        if kind == PT_NOTE:
            notes = image[begin:begin + length]
            image[begin:begin + length] = notes.replace(b"Xen\0", b"Nox\0")
    return bytes(image)
