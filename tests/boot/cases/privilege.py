# SPDX-License-Identifier: MIT
"""At which privilege level code runs, as the processor itself says."""
import random
import time

from harness.case import case
from harness.failure import check

SAMPLES = 400
# Enough to say that it was seen by more than an accident.
ENOUGH = 20
USER_END = 1 << 47
KERNEL_TEXT = 0xffffffff80000000

# User space alone; user space and system calls; the kernel nearly alone.
LOADS = ("while :; do :; done", "yes >/dev/null",
         "dd if=/dev/zero of=/dev/null bs=1M")


def samples(machine):
    """(CPL, RIP) of each processor again and again, at odd moments."""
    pause = random.Random(1)
    for _ in range(SAMPLES):
        time.sleep(pause.uniform(0.003, 0.02))
        with machine.monitor.stopped():
            found = machine.monitor.all_registers()
        for registers in found:
            yield registers["CPL"], registers["RIP"]


@case(quick={"6.1-cloud"}, each=["6.1-generic", "6.1-cloud"])
def kernel_at_0_user_at_3(test, kernel):
    """The kernel's text runs at CPL 0 and user programs at CPL 3.

    Looked at through the monitor while programs keep both busy. Real Xen
    runs the kernel at CPL 3, which shows that the check can tell.
    """
    kernel_level = 3 if test.target.name == "xen" else 0
    machine = test.boot(kernel)
    shell = machine.login()
    for load in LOADS:
        shell.run(f"({load}) & true")
    seen = {"user": 0, "kernel": 0}
    for level, address in samples(machine):
        if address < USER_END:
            seen["user"] += 1
            check(level == 3, f"user code at {address:#x} at CPL {level}")
        elif address >= KERNEL_TEXT:
            seen["kernel"] += 1
            check(level == kernel_level,
                  f"kernel text at {address:#x} at CPL {level}")
        else:
            check(level == 0, f"{address:#x} runs at CPL {level}")
    check(min(seen.values()) >= ENOUGH, f"too little seen: {seen}")


@case(quick=True, each=["6.1-cloud"], targets=("microxen", "native"))
def protections_are_on(test, kernel):
    """SMEP, SMAP, UMIP, FSGSBASE, PKU, write protection and no-execute are
    on where the processor has them, as on the native kernel."""
    machine = test.boot(kernel)
    shell = machine.login()
    with machine.monitor.stopped():
        registers = machine.monitor.registers()
    bits = {"UMIP": 11, "FSGSBASE": 16, "OSXSAVE": 18, "SMEP": 20,
            "SMAP": 21, "PKE": 22}
    off = [name for name, bit in bits.items()
           if not registers["CR4"] >> bit & 1]
    check(not off, f"not on in CR4 {registers['CR4']:#x}: {off}")
    check(registers["CR0"] >> 16 & 1, "CR0.WP is off")
    check(registers["EFER"] >> 11 & 1, "EFER.NXE is off")
    flags = shell.run("grep -m 1 ^flags /proc/cpuinfo").split()
    hidden = [flag for flag in ("smep", "smap", "umip", "fsgsbase", "pku",
                                "nx", "xsave") if flag not in flags]
    check(not hidden, f"not in /proc/cpuinfo: {hidden}")
