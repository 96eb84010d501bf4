# SPDX-License-Identifier: MIT
"""Which QEMU: this machine's own, or a newer one for what it lacks."""
import dataclasses

from . import paths
from .failure import Skipped


@dataclasses.dataclass(frozen=True)
class Qemu:
    """One version of it."""

    command: tuple
    environment: dict


INSTALLED = Qemu(("qemu-system-x86_64",), {})


def fetched():
    """The newer one of tools/fetch-qemu, with the libraries it came with;
    its processors have x2APIC."""
    root = paths.BUILD / "qemu" / "root" / "usr"
    if not root.exists():
        raise Skipped("no newer QEMU here; tools/fetch-qemu fetches it")
    libraries = root / "lib" / "x86_64-linux-gnu"
    share = root / "share"
    command = (libraries / "ld-linux-x86-64.so.2", "--library-path",
               libraries, root / "bin" / "qemu-system-x86_64",
               "-L", share / "qemu", "-L", share / "seabios")
    return Qemu(tuple(str(word) for word in command),
                {"QEMU_MODULE_DIR": str(libraries / "qemu")})
