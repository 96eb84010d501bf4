# SPDX-License-Identifier: MIT
"""The installed Debian of tests/disk, whose disk is one of domain 0's or a
file there."""
import os
import shutil
import subprocess

from harness import paths
from harness.failure import Failure

from .domain0 import Domain0

IMAGE = paths.BUILD / "disk" / "debian.img"
OUTER = paths.SCRATCH / "debian-outer.img"
OUTER_SIZE = "3G"
# As domain 0 calls them: its disk, and where that is mounted for a file.
DEVICE = "/dev/vda"
MOUNTED = "/mnt"
KINDS = ("device", "file")


def _root_offset():
    """Where the file system begins, in bytes."""
    dump = subprocess.run(["/sbin/sfdisk", "--dump", IMAGE], check=True,
                          capture_output=True, text=True).stdout
    last = [line for line in dump.splitlines() if "start=" in line][-1]
    return int(last.split("start=")[1].split(",")[0]) * 512


def _taken(name):
    """A copy of the one file in its /boot that begins with `name`."""
    disk = f"{IMAGE}?offset={_root_offset()}"
    listing = subprocess.run(["/sbin/debugfs", "-R", "ls -p /boot", disk],
                             check=True, capture_output=True, text=True)
    [file] = [entry.split("/")[5] for entry in listing.stdout.splitlines()
              if f"/{name}" in entry]
    copy = paths.SCRATCH / f"debian-{name}"
    copy.parent.mkdir(parents=True, exist_ok=True)
    copy.unlink(missing_ok=True)
    subprocess.run(["/sbin/debugfs", "-R", f"dump /boot/{file} {copy}",
                    disk], check=True, capture_output=True)
    return copy


def _outer():
    """A disk whose file system has the image as a file."""
    folder = OUTER.with_suffix(".folder")
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    os.link(IMAGE, folder / IMAGE.name)
    OUTER.unlink(missing_ok=True)
    subprocess.run(["/sbin/mke2fs", "-q", "-t", "ext4", "-d", folder, OUTER,
                    OUTER_SIZE], check=True, stdout=subprocess.DEVNULL)
    shutil.rmtree(folder)
    return OUTER


def start(test, kind):
    """Domain 0 with the disk's kernel and its initrd, and what it calls the
    disk, of one of KINDS."""
    if not IMAGE.exists():
        raise Failure(f"{IMAGE} is not there; run make disk")
    disk = _outer() if kind == "file" else IMAGE
    # What is written ends with QEMU.
    dom0 = Domain0(test, {"vmlinuz": _taken("vmlinuz"),
                          "initrd": _taken("initrd.img")},
                   options=["-drive", f"file={disk},format=raw,if=virtio,"
                                      "snapshot=on"])
    if kind == "device":
        return dom0, DEVICE
    dom0.shell.run("modprobe crc32c_generic; modprobe ext4;"
                   f" mkdir -p {MOUNTED};"
                   f" mount -t ext4 {DEVICE} {MOUNTED}", timeout=120)
    return dom0, f"{MOUNTED}/{IMAGE.name}"
