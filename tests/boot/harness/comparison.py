# SPDX-License-Identifier: MIT
"""Compares what the programs of ../programs have printed on two machines."""
import subprocess

from . import paths
from .failure import Failure

PROGRAM = paths.TOP / "tests" / "boot" / "programs" / "compare-programs"


def check_logs(native, tested):
    """Fail if the console logs differ in what isn't explained."""
    done = subprocess.run([PROGRAM, native, tested], stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, text=True, check=False)
    if done.returncode:
        raise Failure(done.stdout)
