# SPDX-License-Identifier: MIT
"""User-space checks, by the programs in ../programs."""
from harness import comparison, kernels, paths, targets
from harness.case import case
from harness.failure import Failure

PROGRAM_TIMEOUT = 400

INTEL = "max,vendor=GenuineIntel"
# Without SMAP, TCG does far calls and IRETQ of user mode right, and the
# programs try those too.
NO_SMAP = "max,-smap"
# Before Ivy Bridge and Zen: segment bases are MSRs alone.
NO_FSGSBASE = "max,-fsgsbase"


def run_all(machine):
    """Run every program in a machine; its console's log has what they
    observe."""
    shell = machine.login()
    for path in sorted((paths.BUILD / "programs").iterdir()):
        status, output = shell.status(
            f"/tests/{path.name} </dev/null 2>&1", PROGRAM_TIMEOUT)
        if status != 0:
            raise Failure(f"{path.name} ended with status {status}:\n"
                          + output[-2000:])


@case(quick={("6.1-cloud", "max")},
      targets=("microxen", "xen"), timeout=1500,
      each=[(kernel, "max") for kernel in kernels.ALL]
      + [("6.1-generic", INTEL), ("newest-cloud", INTEL),
         ("6.1-generic", NO_SMAP), ("5.10-cloud", NO_SMAP),
         ("6.1-generic", NO_FSGSBASE), ("newest-cloud", NO_FSGSBASE)]
      + [(kernel, "max", "pvops=all") for kernel in kernels.GENERIC]
      + [("6.1-generic", NO_FSGSBASE, "pvops=all")])
def as_native(test, kernel, cpu, option=""):
    """All programs see what they see on the same kernel natively, on the
    same processor, but for differences that are known and explained."""
    native = test.start(
        targets.Native().boot(kernels.vmlinuz(kernel), paths.INITRAMFS,
                              "no5lvl", ""), cpu=cpu)
    run_all(native)
    native.close()
    tested = test.boot(kernel, cpu=cpu, image_options=option)
    run_all(tested)
    tested.close()
    comparison.check_logs(native.console.log_path, tested.console.log_path)
