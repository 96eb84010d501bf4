# SPDX-License-Identifier: MIT
"""Options that change who provides what."""
from harness.case import case
from harness.failure import check
from system import domain0

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
