# SPDX-License-Identifier: MIT
"""Debian's kernels, as tools/fetch-kernel leaves them."""
from . import paths
from .failure import Failure

GENERIC = ("5.10-generic", "6.1-generic", "6.12-generic", "newest-generic")
CLOUD = ("5.10-cloud", "6.1-cloud", "6.12-cloud", "newest-cloud")
ALL = GENERIC + CLOUD

# Small and quick to boot; for cases where any kernel will do.
ANY = "6.1-cloud"
ANY_GENERIC = "6.1-generic"


def vmlinuz(name):
    """The path of a kernel, by its name."""
    path = paths.KERNELS / name / "vmlinuz"
    if not path.exists():
        raise Failure(f"{path} is not there; run tools/fetch-kernel {name}")
    return path


def is_cloud(name):
    """Whether it was built without support for the initial domain."""
    return name.endswith("-cloud")
