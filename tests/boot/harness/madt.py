# SPDX-License-Identifier: MIT
"""ACPI's MADT as a case wants it (ACPI 6.4, 5.2.12)."""
import struct

LOCAL_APIC = struct.pack("<BBBBI", 0, 8, 0, 0, 1)


def io_apic(address, gsi_base, number=0):
    """An I/O APIC's entry."""
    return struct.pack("<BBBBII", 1, 12, number, 0, address, gsi_base)


def override(irq, gsi, flags):
    """What another pin than that of its number has, or another trigger."""
    return struct.pack("<BBBBIH", 2, 10, 0, irq, gsi, flags)


# What QEMU's machines really have.
IO_APIC = io_apic(0xfec00000, 0)
OVERRIDES = override(0, 2, 0) + b"".join(override(irq, irq, 0xd)
                                         for irq in (5, 9, 10, 11))


def table(entries, checksum=0):
    """The whole table; its sum is right if `checksum` is 0."""
    length = 44 + len(entries)
    text = b"APIC" + struct.pack("<IBB6s8sI4sI", length, 1, 0, b"TEST  ",
                                 b"TEST    ", 1, b"TEST", 1)
    text += struct.pack("<II", 0xfee00000, 1) + entries
    total = (checksum - sum(text)) % 256
    return text[:9] + bytes([total]) + text[10:]
