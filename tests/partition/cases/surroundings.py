# SPDX-License-Identifier: MIT
"""Surroundings that are not as they should be: a line that says so, in the
outer Xen's log and on the guest's console, and a domain that crashes as a
whole, or goes on with less."""
from harness import kernels, paths
from harness.case import case
from system import domain0

NAMES = ("microxen",)
KERNEL = "6.1-cloud"
ONE = ["memory=512", "vcpus=1", 'on_crash="preserve"']


def boot(test, **files):
    """Domain 0 with these files for guests beside the usual ones."""
    usual = {"vmlinuz": kernels.vmlinuz(KERNEL),
             "initrd": paths.BUILD / "initramfs.gz"}
    return domain0.Domain0(test, usual | files)


def check_refused(dom0, guest, pattern):
    """The line is in both places, and the domain has crashed."""
    guest.expect(pattern, 300)
    # What the outer Xen logs of its guests is on its own console, too.
    dom0.machine.console.expect(pattern, 60)
    dom0.wait_crashed()


@case(quick=True, targets=NAMES, timeout=domain0.TIMEOUT)
def no_kernel(test):
    """The kernel's file is an initrd, which the tools unpack."""
    dom0 = boot(test, vmlinuz=paths.BUILD / "initramfs.gz")
    check_refused(dom0, dom0.create(ONE), "neither a bzImage nor an ELF file")


@case(targets=NAMES, timeout=domain0.TIMEOUT)
def no_module(test):
    """The image is started as a kernel itself, without any module."""
    dom0 = boot(test)
    dom0.describe_alone("microxen", ONE, "console=xen,pv")
    guest = dom0.create_described()
    check_refused(dom0, guest, "No kernel: the loader gave no module")


@case(targets=NAMES, timeout=domain0.TIMEOUT)
def silent_store(test):
    """xenstored stops before the kernel asks it: the log says for what the
    kernel waits, and with the answer it goes on."""
    dom0 = boot(test)
    dom0.describe(ONE)
    dom0.create_unseen(600)
    dom0.shell.run("kill -STOP $(pidof xenstored)")
    # In the outer Xen's log; xl, which shows it, wants the store itself.
    dom0.machine.console.expect("store has not answered the kernel for 10 s",
                                300)
    dom0.wait_quiet()
    dom0.shell.run("kill -CONT $(pidof xenstored)")
    dom0.attach()
    dom0.guest().expect("/ # ", 300)


@case(targets=NAMES, timeout=domain0.TIMEOUT)
def more_cpus(test):
    """The outer Xen has room for 32 vCPUs' state in its shared_info; the
    others are left out."""
    dom0 = boot(test)
    guest = dom0.create(["memory=512", "vcpus=34"])
    guest.expect("2 CPUs are left out, 32 are used at most", 300)
    guest.expect("CPUs: 32, started in", 300)
