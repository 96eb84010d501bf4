# SPDX-License-Identifier: MIT
"""User-space checks, by programs that run inside the kernel.

Each prints what it observes, a line for each observation, and `done` at
its end. What is right is what the same kernel does natively on the same
processor, so a native machine runs beside the one that is tested.
"""
import difflib

from harness import kernels, paths, targets
from harness.case import case
from harness.failure import check

NAMES = tuple(sorted(path.name for path in
                     (paths.BUILD / "programs").glob("*")))
KERNELS = ("6.1-generic", "6.1-cloud", "5.10-cloud", "6.12-cloud",
           "newest-cloud")
RUN_TIMEOUT = 300


def observations(machine, name):
    """What the program says in that machine, as lines."""
    shell = machine.login()
    status, output = shell.status(f"/tests/{name} </dev/null 2>&1",
                                  RUN_TIMEOUT)
    lines = output.splitlines()
    check(status == 0 and lines[-1:] == ["done"],
          f"{name} did not come to its end (status {status}):\n{output}")
    return lines


@case(quick={(name, "6.1-generic") for name in NAMES},
      targets=("microxen", "xen"), timeout=900,
      each=[(name, kernel) for name in NAMES for kernel in KERNELS])
def as_native(test, name, kernel):
    """A program sees what it sees on the native kernel."""
    tested = test.boot(kernel)
    native = test.start(targets.Native().boot(
        kernels.vmlinuz(kernel), paths.INITRAMFS, "", ""))
    expected = observations(native, name)
    found = observations(tested, name)
    difference = list(difflib.unified_diff(
        expected, found, "native", test.target.name, lineterm="", n=0))
    # The failure shows the tested machine's console.
    test.machines.reverse()
    check(not difference, "\n".join(difference))
