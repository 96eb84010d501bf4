# SPDX-License-Identifier: MIT
"""ISO images with GRUB on them."""
import pathlib
import shutil
import subprocess
import tempfile

from . import paths
from .failure import Failure

# All it takes to read a CD under that firmware and start what is on it.
GRUB = {"bios": "/usr/lib/grub/i386-pc", "efi": "/usr/lib/grub/x86_64-efi"}
MODULES = {
    "bios": "acpi normal iso9660 biosdisk linux mmap multiboot multiboot2"
            " part_msdos vbe",
    "efi": "normal iso9660 fat linux multiboot multiboot2 part_msdos efi_gop",
}


def make(name, configuration, files, firmware="bios"):
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
        _run("grub-mkrescue", "-d", GRUB[firmware], "-o", str(image),
             "--fonts=", "--locales=", "--themes=",
             f"--install-modules={MODULES[firmware]}", str(root))
    return image


def _run(*command):
    done = subprocess.run(command, stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, check=False)
    if done.returncode:
        raise Failure(f"{command[0]}: {done.stdout.decode()}")
