# SPDX-License-Identifier: MIT
"""The installed Debian of tests/disk, whose disk is one of domain 0's."""
import subprocess

from harness import paths
from harness.failure import Failure

from .domain0 import Domain0

IMAGE = paths.BUILD / "disk" / "debian.img"
# As domain 0 calls it.
DEVICE = "/dev/vda"


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


def start(test):
    """Domain 0 with the disk, its kernel and its initrd."""
    if not IMAGE.exists():
        raise Failure(f"{IMAGE} is not there; run make disk")
    # What is written ends with QEMU.
    return Domain0(test, {"vmlinuz": _taken("vmlinuz"),
                          "initrd": _taken("initrd.img")},
                   options=["-drive", f"file={IMAGE},format=raw,if=virtio,"
                                      "snapshot=on"])
