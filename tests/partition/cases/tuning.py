# SPDX-License-Identifier: MIT
"""Options that change who provides what."""
from harness import inspect_guest
from harness.case import case
from harness.failure import check
from system import domain0
from system.guest import checksum

OPTIONS = "no-grants no-x2apic no-smep pit=outer"
SAID = (r"APIC: xAPIC", r"smep +off, as an option asks",
        r"CPU's rate +outer Xen: none", r"grants +none")


@case(targets=("microxen",), timeout=domain0.TIMEOUT)
def options(test):
    """What options change is in the log's tables, and is so in the kernel,
    which still takes interrupts on both vCPUs."""
    dom0 = domain0.with_kernel(test, "6.1-cloud")
    guest = dom0.create(["memory=512", "vcpus=2"], image_options=OPTIONS)
    for line in SAID:
        guest.expect(line, 300)
    shell = guest.login()
    shell.run("for i in 1 2 3; do taskset 1 sleep 0.1; taskset 2 sleep 0.1;"
              " done")
    log = shell.run("dmesg")
    check("Grant table initialized" not in log, "there are grants")
    check(" smep" not in shell.run("grep -m 1 ^flags /proc/cpuinfo"),
          "the kernel sees SMEP")


@case(each=[("mmu", "6.1-generic"), ("cpu", "6.1-generic"),
            ("all", "6.1-generic"), ("all", "5.10-generic"),
            ("all", "6.12-generic"), ("all", "newest-generic")],
      targets=("microxen",), timeout=domain0.TIMEOUT)
def operations_given_back(test, groups, kernel):
    """A kernel that has its own operations writes page tables and sees to
    its interrupt flag itself, and grants its pages all the same: a disk of
    domain 0's keeps what is written. Processors go off and come back."""
    dom0 = domain0.with_drivers(test, "xen-blkfront", kernel=kernel)
    dom0.shell.run("dd if=/dev/zero of=/tmp/disk bs=1M count=8", timeout=300)
    guest = dom0.create(["memory=512", "vcpus=2",
                         'disk=["format=raw,vdev=xvda,access=rw,'
                         'target=/tmp/disk"]'],
                        image_options=f"pvops={groups}")
    guest.expect(r"pv_ops: mmu.*: \d+ operations are native now", 300)
    shell = guest.login()
    shell.run("modprobe xen-blkfront; until [ -b /dev/xvda ]; do sleep 1;"
              " done", timeout=300)
    written = shell.run("dd if=/dev/urandom bs=1M count=8 2>/dev/null |"
                        " tee /dev/xvda | sha256sum; sync", timeout=600)
    shell.run("for i in 1 2 3; do"
              " echo 0 > /sys/devices/system/cpu/cpu1/online;"
              " echo 1 > /sys/devices/system/cpu/cpu1/online;"
              " taskset 2 sleep 0.1; done", timeout=300)
    read = shell.run("echo 3 > /proc/sys/vm/drop_caches;"
                     " sha256sum /dev/xvda", timeout=600)
    check(checksum(written) == checksum(read),
          f"{written} was written, {read} read")
    inspect_guest.check_log(shell)
    guest.send("poweroff\n")
    dom0.wait_gone()
    outside = dom0.shell.run("sha256sum /tmp/disk", timeout=300)
    check(checksum(written) == checksum(outside), f"the file has {outside}")
