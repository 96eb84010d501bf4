# SPDX-License-Identifier: MIT
"""ISO images with GRUB on them."""
import pathlib
import shutil
import subprocess
import tempfile

from . import paths
from .failure import Failure

# All it takes to read a CD under a BIOS and start what is on it.
GRUB_FOR_BIOS = "/usr/lib/grub/i386-pc"
MODULES = "normal iso9660 biosdisk linux multiboot multiboot2 part_msdos"


def make(name, configuration, files):
    """Make build/boot/NAME.iso with GRUB's configuration (text) and files
    {name in the root: path}, and return its path."""
    paths.SCRATCH.mkdir(parents=True, exist_ok=True)
    image = paths.SCRATCH / f"{name}.iso"
    with tempfile.TemporaryDirectory(dir=paths.SCRATCH) as root:
        root = pathlib.Path(root)
        folder = root / "boot" / "grub"
        folder.mkdir(parents=True)
        (folder / "grub.cfg").write_text(
            "set timeout=0\nmenuentry test {\n" + configuration + "\n}\n")
        for file, path in files.items():
            shutil.copy(path, root / file)
        _run("grub-mkrescue", "-d", GRUB_FOR_BIOS, "-o", str(image),
             "--fonts=", "--locales=", "--themes=",
             f"--install-modules={MODULES}", str(root))
    return image


def _run(*command):
    done = subprocess.run(command, stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, check=False)
    if done.returncode:
        raise Failure(f"{command[0]}: {done.stdout.decode()}")
