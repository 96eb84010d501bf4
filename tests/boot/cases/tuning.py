# SPDX-License-Identifier: MIT
"""Options that change who provides what."""
import re

from harness import inspect_guest
from harness.case import case
from harness.failure import check

# Those of the boot log's table that Linux shows, as it calls them.
FLAGS = {"sep", "xsave", "avx", "avx2", "fma", "f16c", "pku", "smap", "smep",
         "umip", "fsgsbase"}
CR4_BITS = {"UMIP": 11, "FSGSBASE": 16, "OSXSAVE": 18, "SMEP": 20,
            "SMAP": 21, "PKE": 22}
# Without it Linux drops its APIC driver, and with it all other CPUs.
NEEDED = "apic"


def table(machine):
    """{feature: who provides it} out of the boot log."""
    text = machine.console.text().replace("\r", "")
    lines = text.split("CPU features: provided by")[1].split("Services:")[0]
    return dict(re.findall(r"^\(XEN\) +(\S+) +(.*)$", lines, re.MULTILINE))


def flags(shell):
    """Of them, what Linux has."""
    found = shell.run("grep -m 1 ^flags /proc/cpuinfo").split()
    return FLAGS & set(found)


def bits_set(machine):
    """Of CR4_BITS, those that are on."""
    with machine.monitor.stopped():
        cr4 = machine.monitor.registers()["CR4"]
    return {name for name, bit in CR4_BITS.items() if cr4 >> bit & 1}


@case(quick={"6.1-cloud"}, targets=("microxen",),
      each=["6.1-cloud", "newest-generic"])
def features_off(test, kernel):
    """`no-<feature>`, for each feature in the boot log's table: it says so,
    the kernel is not shown it, and it is not on."""
    machine = test.boot(kernel)
    shell = machine.login()
    there = table(machine)
    check(flags(shell) == FLAGS and bits_set(machine) == set(CR4_BITS),
          f"of these some are not on even without options: {flags(shell)},"
          f" {bits_set(machine)}")
    machine.close()

    names = [name for name in there if name != NEEDED]
    machine = test.boot(kernel, image_options=" ".join(f"no-{name}"
                                                       for name in names))
    shell = machine.login()
    for name, provider in table(machine).items():
        off = provider.startswith(("off, as an option asks", "none:"))
        check(off == (name != NEEDED), f"{name} is provided by {provider}")
    check(not flags(shell), f"Linux has {flags(shell)}")
    check(not bits_set(machine), f"on in CR4: {bits_set(machine)}")
    check("nonstop_tsc" not in shell.run("grep -m 1 ^flags /proc/cpuinfo"),
          "the TSC is shown as invariant")
    inspect_guest.check_log(shell)


# So often that now and then it is on again before the host has let it notice.
TURN_OFF_AND_ON = ("cd /sys/devices/system/cpu/cpu1; for turn in $(seq 30); do"
                   " echo 0 > online && echo 1 > online || exit 1; done")


@case(targets=("microxen",),
      each=[("6.1-generic", "EPYC"), ("newest-cloud", "EPYC"),
            ("6.1-generic", "max"),
            ("6.1-generic", "max,vendor=GenuineIntel")])
def performance_counters(test, kernel, cpu):
    """`vpmu`, on a processor whose family has counters: Linux registers a
    page and an interrupt for each CPU, finds that these count nothing in the
    emulator, and goes on; it takes a CPU off and on. Where there are none
    the log says why, and Linux that there is no VPMU."""
    machine = test.boot(kernel, image_options="vpmu", cpu=cpu,
                        options=["-smp", "2"])
    shell = machine.login()
    has = cpu == "EPYC"
    check(("Performance counters: the kernel's" in machine.console.text())
          == has, "microxen says something else of the counters")
    log = shell.run("dmesg")
    check(("VPMU disabled by hypervisor" in log) != has,
          "Linux says something else of them")
    check("software events only" in log, "they seem to count")
    shell.run(TURN_OFF_AND_ON, timeout=120)
    check(int(shell.run("nproc")) == 2, "not all are online")
    _, found = inspect_guest.interrupts(shell, r"\bpmu\d")
    check(len(found) == 2 * has, f"interrupts: {found}")
    inspect_guest.check_log(shell)
