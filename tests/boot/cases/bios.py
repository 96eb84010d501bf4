# SPDX-License-Identifier: MIT
"""What only a BIOS knows, asked by calling it in real mode."""
import contextlib
import pathlib
import struct

from harness import drivers
from harness.case import case
from harness.failure import check

MIB = 1 << 20
# The last has no MBR: Linux takes the signatures that Xen gives for those of
# the first disks.
DISKS = {"first": (8 * MIB, 0x1234abcd), "second": (12 * MIB, 0xfeedbeef),
         "third": (16 * MIB, None)}
DEVICES = ("int13_dev80", "int13_dev81", "int13_dev82")


@contextlib.contextmanager
def disks(test):
    """The images, as QEMU's arguments."""
    arguments, files = [], []
    for name, (size, signature) in DISKS.items():
        path = pathlib.Path(f"{test.log_stem}.{name}")
        files.append(path)
        with open(path, "wb") as file:
            file.truncate(size)
            if signature is not None:
                file.seek(0x1b8)
                file.write(struct.pack("<I", signature))
                file.seek(0x1fe)
                file.write(b"\x55\xaa")
        arguments += ["-drive", f"file={path},format=raw,if=ide"]
    try:
        yield arguments
    finally:
        for path in files:
            path.unlink()


def boot(test, image_options=""):
    """A kernel with its edd module; where the machine has three disks."""
    with disks(test) as arguments:
        machine = test.boot(drivers.vmlinuz(), options=arguments,
                            initrd=drivers.initramfs("edd"),
                            kernel_options="edd=on",
                            image_options=image_options)
        shell = machine.login()
    shell.status("modprobe edd")
    return shell


def read(shell, name):
    """A file of edd's, for each device that it knows; None: not there."""
    values = []
    for device in DEVICES:
        status, text = shell.status(f"cat /sys/firmware/edd/{device}/{name}")
        values.append(int(text, 0) if status == 0 else None)
    return values


@case(quick=True)
def disks_are_known(test):
    """EDD: how large the disks are that the BIOS boots from, what is their
    MBR's signature."""
    shell = boot(test)
    check(read(shell, "sectors") == [size // 512
                                     for size, _ in DISKS.values()],
          f"sectors: {read(shell, 'sectors')}")
    check(read(shell, "mbr_signature") == [signature for _, signature
                                           in DISKS.values()],
          f"MBR signatures: {read(shell, 'mbr_signature')}")
    check(read(shell, "legacy_sectors_per_track") == [63, 63, 63],
          f"geometry: {read(shell, 'legacy_sectors_per_track')}")
    check("fixed disk" in shell.run(
        "cat /sys/firmware/edd/int13_dev80/extensions").lower(),
        "the extensions are unknown")


@case(targets=("microxen", "xen"),
      each=("edd=skipmbr", "edd=off", "no-real-mode"))
def less_is_asked(test, option):
    """The options by which no signatures are read, or the BIOS is not asked
    for disks, or for nothing."""
    shell = boot(test, option)
    known = read(shell, "sectors")
    wanted = ([size // 512 for size, _ in DISKS.values()]
              if option == "edd=skipmbr" else [None] * len(DISKS))
    check(known == wanted, f"sectors: {known}")
    check(read(shell, "mbr_signature") == [None] * len(DISKS),
          "there are MBR signatures")
