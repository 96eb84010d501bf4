# SPDX-License-Identifier: MIT
"""Machines with the installed disk, under either firmware."""
import gzip
import pathlib
import subprocess

from harness import paths
from harness.failure import Failure

from .session import Session

HERE = pathlib.Path(__file__).resolve().parents[1]
IMAGE = paths.BUILD / "disk" / "debian.img"
OVMF = pathlib.Path("/usr/share/OVMF/OVMF_CODE_4M.fd")
OVMF_VARIABLES = pathlib.Path("/usr/share/OVMF/OVMF_VARS_4M.fd")

# What a case with two boots and much I/O may take on a busy machine.
TIMEOUT = 1800


def _run(*command):
    done = subprocess.run(command, stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, check=False)
    if done.returncode:
        raise Failure(f"{command[0]}: {done.stdout.decode()}")


def snapshot(file, more):
    """QEMU's argument for a drive; what is written goes to a temporary file
    that ends with QEMU, so that `file` stays clean."""
    return f"file={file},format=raw,snapshot=on,{more}"


def scratch(size):
    """A file as large as a scratch disk is to be, which is only read."""
    file = IMAGE.parent / f"scratch-{size >> 20}M.img"
    with open(file, "ab") as opened:
        opened.truncate(size)
    return file


def _firmware(name):
    if name == "seabios":
        return []
    if not OVMF.exists():
        raise Failure("no OVMF here; tools/setup disk installs it")
    return ["-drive", f"if=pflash,format=raw,readonly=on,file={OVMF}",
            "-drive", snapshot(OVMF_VARIABLES, "if=pflash")]


def copy_with(test, image):
    """A copy of the disk with another image (bytes) of microxen on it."""
    packed = pathlib.Path(f"{test.log_stem}.gz")
    packed.write_bytes(gzip.compress(image))
    copy = pathlib.Path(f"{test.log_stem}.img")
    _run("cp", "--sparse=always", str(IMAGE), str(copy))
    _run(str(HERE / "put-image"), str(packed), str(copy))
    packed.unlink()
    return copy


def boot(test, *, firmware="seabios", system=None, image=None,
         options=(), **settings):
    """Boot the disk and log in; a Session.

    system: "microxen" or "native", else what the test's target says.
    image: another disk than the usual one.
    """
    if not IMAGE.exists():
        raise Failure(f"{IMAGE} is not there; run make disk")
    machine = test.start(
        [*_firmware(firmware),
         "-drive", snapshot(image or IMAGE, "if=none,id=debian"),
         "-device", "virtio-blk-pci,drive=debian,bootindex=0"],
        options=options, **settings)
    session = Session(machine, system or test.target.name)
    session.start()
    return session
