# SPDX-License-Identifier: MIT
"""Archives as kernels read them behind an initramfs."""
import subprocess

from .failure import Failure


def pack(folder, names):
    """An archive of these names below folder, what links point to as
    files."""
    listing = "\n".join(sorted(str(name) for name in names))
    done = subprocess.run(["cpio", "--quiet", "--create", "--format=newc",
                           "--dereference", "--owner=0:0"], cwd=folder,
                          input=listing.encode(), stdout=subprocess.PIPE,
                          check=False)
    if done.returncode:
        raise Failure(f"cpio cannot pack {folder}")
    return done.stdout
