# SPDX-License-Identifier: MIT
"""Drivers for the small initramfs, from the kernel's own package."""
import gzip
import pathlib
import threading

from . import cpio, paths
from .failure import Failure

# The kernel that most cases take.
KERNEL = "6.1-generic"


def vmlinuz(kernel=KERNEL):
    """The kernel that the modules belong to."""
    path = paths.MODULES / kernel / "vmlinuz"
    if not path.exists():
        raise Failure(f"{path} is not there; run tools/fetch-kernel"
                      f" --modules {kernel}")
    return path


def _dependencies(folder):
    """{module: (its file, the files it needs)} from modules.dep."""
    found = {}
    for line in (folder / "modules.dep").read_text().splitlines():
        file, needs = line.split(":")
        name = pathlib.Path(file).name.split(".")[0].replace("-", "_")
        found[name] = (file, needs.split())
    return found


def initramfs(*modules, kernel=KERNEL):
    """Our initramfs with these modules, and what they need, behind it;
    'modprobe' in it loads them. What is no module is built in."""
    [folder] = (vmlinuz(kernel).parent / "lib" / "modules").iterdir()
    known = _dependencies(folder)
    files = {"modules.dep"}
    for module in modules:
        file, needs = known.get(module.replace("-", "_"), (None, ()))
        files |= {file, *needs} - {None}
    image = paths.SCRATCH / ("-".join(["initramfs", kernel, *modules])
                             + ".gz")
    image.parent.mkdir(parents=True, exist_ok=True)
    content = (paths.INITRAMFS.read_bytes()
               + gzip.compress(_archive(folder, sorted(files)), 1))
    # Another case may be booting with it at this moment.
    unfinished = image.with_name(f"{image.name}.{threading.get_ident()}")
    unfinished.write_bytes(content)
    unfinished.rename(image)
    return image


def _archive(folder, files):
    """A cpio archive with the files below folder, as the kernel reads it."""
    root = folder.parents[2]
    names = {folder / file for file in files}
    for file in list(names):
        names |= set(file.parents[:len(file.relative_to(root).parents) - 1])
    return cpio.pack(root, (name.relative_to(root) for name in names))
