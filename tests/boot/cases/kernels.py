# SPDX-License-Identifier: MIT
"""Debian's kernels on QEMU's machines."""
from harness import inspect_guest, kernels
from harness.case import case
from harness.failure import check

MACHINES = ("pc", "q35")
QUICK = {("5.10-generic", "q35"), ("5.10-cloud", "pc"),
         ("6.1-generic", "pc"), ("6.1-cloud", "q35"),
         ("6.12-generic", "q35"), ("6.12-cloud", "pc"),
         ("newest-generic", "pc"), ("newest-cloud", "q35")}


def check_guest(test, shell, kernel):
    """What holds for each kernel wherever it runs."""
    inspect_guest.check_log(shell)
    inspect_guest.check_identity(shell, test.target)
    if test.target.name == "microxen":
        inspect_guest.check_role(shell, not kernels.is_cloud(kernel))


@case(quick=QUICK, each=[(kernel, machine) for kernel in kernels.ALL
                         for machine in MACHINES])
def reaches_shell(test, kernel, machine):
    """A stock kernel comes up to a shell.

    Its log has no WARNING, BUG or call trace, it sees a Xen that says it is
    microxen, and it has the role that its image can take: generic kernels
    are the initial domain, cloud kernels a plain domain.
    """
    shell = test.boot(kernel, machine=machine).login()
    check_guest(test, shell, kernel)


@case(quick={"6.1-cloud"}, each=["6.1-cloud", "6.1-generic"])
def bare_machine(test, kernel):
    """A machine without any default device, not even VGA, will do."""
    shell = test.boot(kernel, options=["-nodefaults"]).login()
    check_guest(test, shell, kernel)


@case(quick=True)
def options_behind_dashes(test):
    """The text behind ' -- ' on the image's own line reaches the kernel,
    after its own words, and nothing of what is before."""
    machine = test.boot(kernel_options="own=1",
                        image_options="-- behind=2 another=3")
    line = machine.login().run("cat /proc/cmdline")
    if test.target.name == "native":
        return
    check("own=1" in line, f"the kernel's own words are lost: {line}")
    check("behind=2 another=3" in line, f"no text behind --: {line}")
    check("com1" not in line, f"the image's own words got through: {line}")


@case(quick=True, targets=("microxen",))
def asked_for_the_other_role(test):
    """role=plain makes a plain domain of a kernel that could be the initial
    one."""
    shell = test.boot("6.1-generic", image_options="role=plain").login()
    inspect_guest.check_log(shell)
    inspect_guest.check_role(shell, initial_domain=False)
