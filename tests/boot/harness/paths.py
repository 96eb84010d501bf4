# SPDX-License-Identifier: MIT
"""Where things lie; everything is below build/."""
import pathlib

TOP = pathlib.Path(__file__).resolve().parents[3]
BUILD = TOP / "build"
IMAGE = BUILD / "microxen"
SYMBOLS = BUILD / "microxen-syms"
KERNELS = BUILD / "kernels"
MODULES = BUILD / "modules"
LOGS = BUILD / "boot-logs"
# What the cases make: repacked kernels, ISO images and the like.
SCRATCH = BUILD / "boot"
INITRAMFS = SCRATCH / "initramfs.gz"
