# SPDX-License-Identifier: MIT
"""The formats that Linux packs its payload in, as its build makes them."""
import bz2
import gzip
import lzma
import struct
import subprocess


def _filter(*command):
    def run(data):
        return subprocess.run(command, input=data, check=True,
                              stdout=subprocess.PIPE,
                              stderr=subprocess.DEVNULL).stdout
    return run


def _xz(data):
    # As Linux does: a branch filter, and no check that its decoder lacks.
    filters = [{"id": lzma.FILTER_X86},
               {"id": lzma.FILTER_LZMA2, "preset": 1,
                "dict_size": 32 << 20}]
    return lzma.compress(data, lzma.FORMAT_XZ, lzma.CHECK_CRC32,
                         filters=filters)


def _lzma(data):
    return lzma.compress(data, lzma.FORMAT_ALONE, preset=1)


# The quickest settings; they change nothing for who unpacks.
COMPRESS = {
    "gzip": lambda data: gzip.compress(data, 1, mtime=0),
    "bzip2": lambda data: bz2.compress(data, 1),
    "xz": _xz,
    "lzma": _lzma,
    "lz4": _filter("lz4", "-l", "-1", "-c"),
    "zstd": _filter("zstd", "-1", "-c"),
}

_UNPACK = (
    (b"\x1f\x8b", gzip.decompress),
    (b"BZh", bz2.decompress),
    (b"\xfd7zXZ", lzma.decompress),
    (b"\x5d\x00\x00", lzma.decompress),
    (b"\x02\x21\x4c\x18", _filter("lz4", "-d", "-c")),
    (b"\x28\xb5\x2f\xfd", _filter("zstd", "-d", "-c")),
)


def pack(name, data):
    """A payload as Linux's build makes it: with its size behind, but for
    gzip, which ends in it anyway."""
    packed = COMPRESS[name](data)
    if name != "gzip":
        packed += struct.pack("<I", len(data))
    return packed


def unpack(payload):
    """What is in a payload; one that isn't packed is returned as it is."""
    for magic, decompress in _UNPACK:
        if payload.startswith(magic):
            is_gzip = magic == b"\x1f\x8b"
            return decompress(payload if is_gzip else payload[:-4])
    return payload
