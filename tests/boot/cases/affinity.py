# SPDX-License-Identifier: MIT
"""Physical interrupts go to the processor that the kernel wants."""
import re
import time

from harness import inspect_guest, qemu
from harness.case import case
from harness.failure import check

CPU = "max,vendor=GenuineIntel"
KEYBOARD = 1
KEYS = 40


def counts(shell, irq, cpus=2):
    """How often each processor has had it."""
    line = shell.run(f"grep -E '^ *{irq}:' /proc/interrupts")
    return [int(number) for number in re.findall(r"\d+", line)[1:cpus + 1]]


def press_keys(machine):
    """Two interrupts each, of an edge on the I/O APIC."""
    for _ in range(KEYS):
        machine.monitor.human("sendkey a 10")
        time.sleep(0.05)


def check_keys(machine, shell, cpu, cpus):
    """They arrive where they are sent."""
    shell.run(f"echo {1 << cpu:x} > /proc/irq/{KEYBOARD}/smp_affinity")
    before = counts(shell, KEYBOARD, cpus)
    press_keys(machine)
    new = [count - past for count, past
           in zip(counts(shell, KEYBOARD, cpus), before)]
    check(new[cpu] >= KEYS, f"{new} on the CPUs, sent to {cpu}")
    # One may have been on its way already.
    check(sum(new) - new[cpu] <= 1, f"{new} on the CPUs, sent to {cpu}")


@case(quick={"6.1-generic"}, each=["6.1-generic", "newest-generic"],
      targets=("microxen", "native"))
def follows_the_kernel(test, kernel):
    """The keyboard's interrupt arrives, every time, where
    /proc/irq/1/smp_affinity sends it, there and back."""
    machine = test.boot(kernel, cpu=CPU, options=["-smp", "2"])
    shell = machine.login()
    for cpu in (1, 0, 1):
        check_keys(machine, shell, cpu, 2)
    inspect_guest.check_log(shell)


@case(each=["6.1-generic", "newest-generic"], targets=("microxen",),
      timeout=900)
def reaches_large_apic_ids(test, kernel):
    """So it does on processors whose APIC id no device's message has room
    for; those processors find each other as well."""
    ids = (254, 255, 280)
    sockets = ids[-1] + 1
    options = ["-smp", f"1,sockets={sockets},maxcpus={sockets}"]
    for apic_id in ids:
        options += ["-device", "max-x86_64-cpu,vendor=GenuineIntel,die-id=0,"
                    f"core-id=0,thread-id=0,socket-id={apic_id}"]
    machine = test.boot(kernel, cpu=CPU, machine="q35", options=options,
                        qemu=qemu.fetched())
    shell = machine.login(timeout=600)
    check(int(shell.run("nproc")) == 1 + len(ids), "not all are online")
    for cpu in (1, 2, 3, 0):
        check_keys(machine, shell, cpu, 1 + len(ids))
    shell.run("/tests/wakeups 10 && /tests/shootdown 10", timeout=120)
    inspect_guest.check_log(shell)
