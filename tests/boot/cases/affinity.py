# SPDX-License-Identifier: MIT
"""Physical interrupts go to the processor that the kernel wants."""
import re
import time

from harness import drivers, inspect_guest, qemu
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


@case(each=["6.1-generic", "newest-generic"],
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


def controllers(count):
    """QEMU's options for disks of zeros, each behind a controller of its
    own with one interrupt by MSI."""
    for index in range(count):
        yield from ("-blockdev",
                    f"null-co,node-name=disk{index},size={1 << 30},read-zeroes=on",
                    "-device", f"ich9-ahci,id=ahci{index}", "-device",
                    f"ide-hd,drive=disk{index},bus=ahci{index}.0")


def move_all(test, times, **settings):
    """Boot with a few disks that are read all the time, move their
    interrupts from processor to processor, all at the same time and around
    so many times; none is lost. The shell."""
    cpus = 4
    options = settings.pop("options", ())
    shell = test.boot(
        drivers.vmlinuz(), cpu=CPU,
        initrd=drivers.initramfs("ahci", "sd_mod"),
        options=["-smp", str(cpus), *controllers(cpus), *options],
        **settings).login()
    shell.run("modprobe ahci; modprobe sd_mod; for i in 1 2 3 4 5 6 7 8 9;"
              f" do [ -b /dev/sd{chr(ord('a') + cpus - 1)} ] && break;"
              " sleep 1; done")
    masks = " ".join(f"{1 << cpu:x}" for cpu in range(cpus))
    shell.run("move() { for i in $(seq " + str(times) + "); do"
              f" for mask in {masks}; do"
              " echo $mask > /proc/irq/$1/smp_affinity || return 1;"
              " done; done; }")
    shell.run("read_disk() { while [ ! -e /tmp/end ]; do"
              " dd if=/dev/sd$1 of=/dev/null bs=64k count=64 iflag=direct"
              " 2>/dev/null || return 1; done; }")
    letters = " ".join(chr(ord("a") + index) for index in range(cpus))
    shell.run(f"readers=; for disk in {letters}; do read_disk $disk &"
              " readers=\"$readers $!\"; done")
    shell.run("movers=; for irq in $(grep 'ahci\\[' /proc/interrupts |"
              " cut -d: -f1); do move $irq & movers=\"$movers $!\"; done;"
              f" [ $(echo $movers | wc -w) = {cpus} ] &&"
              " for pid in $movers; do wait $pid || exit 1; done",
              timeout=600)
    shell.run("> /tmp/end; for pid in $readers; do wait $pid || exit 1;"
              " done", timeout=60)
    log = shell.run("dmesg")
    inspect_guest.check_log(shell)
    check(not re.search(r"timed? ?out|nobody cared|failed command", log),
          "the log speaks of lost interrupts")
    return shell


@case(targets=("microxen", "native"), timeout=900,
      each=["pvops=off", "pvops=all"])
def moves_at_the_same_time(test, option):
    """Interrupts of disks that are read are moved from processor to
    processor, all at the same time, and none is lost. `pc` has one pair of
    ports for all configuration, so each move stops the other processors; by
    NMIs where the kernel has the interrupt flag."""
    shell = move_all(test, 20, machine="pc", image_options=option)
    print(shell.run("grep 'ahci\\[' /proc/interrupts"))


@case(quick={"pvops=all"}, targets=("microxen", "native"), timeout=900,
      each=["pvops=off", "pvops=all"])
def moves_in_a_hurry(test, option):
    """The same where nobody is stopped: they move many times while some
    processor takes no interrupts, and vectors are wanted again that it still
    has some pending for."""
    move_all(test, 200, machine="q35,sata=off", image_options=option)


@case(quick={("pvops=off", "0x20")}, targets=("microxen", "native"),
      timeout=900, each=[(option, version)
                         for version in ("0x20", "0x11")
                         for option in ("pvops=off", "pvops=all")])
def moves_levels_in_a_hurry(test, option, version):
    """The same with level interrupts, of I/O APICs that take an EOI and of
    those that don't."""
    shell = move_all(test, 200, machine="q35,sata=off", image_options=option,
                     kernel_options="pci=nomsi",
                     options=["-global", f"ioapic.version={version}"])
    check("msi" not in shell.run("grep 'ahci\\[' /proc/interrupts").lower(),
          "they are no level interrupts")
