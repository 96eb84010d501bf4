# SPDX-License-Identifier: MIT
"""As KVM's guest: its clock, x2APIC and the TSC's deadlines."""
import re
import time

from harness import kernels, kvm_host, paths
from harness.case import case
from harness.failure import check

SECONDS = 20
# The host is emulated: what it types and prints takes its time.
LATE = 5

MULTIBOOT = ('-M pc -smp {cpus} -kernel /boot/microxen'
             ' -append "console=com1 com1=115200,8n1 {image_options}"'
             ' -initrd "/boot/vmlinuz console=hvc0,/boot/initramfs.gz"')
BY_TSC = (r"TSC: \S+ MHz, as we are told", r"APIC timer: TSC deadline",
          r"clock +hardware: the TSC")
BY_KVM = (r"Clock: KVM's, {why}", r"APIC timer: \S+ MHz",
          r"clock +outer: KVM")


def check_clock(guest):
    """It runs as fast as ours."""
    begin = time.monotonic()
    first, second = (int(line) for line in guest.run(
        f"date +%s; sleep {SECONDS}; date +%s", SECONDS * 4).split())
    took = time.monotonic() - begin
    check(SECONDS <= second - first <= took + 1,
          f"{second - first} s passed in the guest, {took:.0f} s here")
    check(took <= SECONDS + LATE, f"sleep {SECONDS} took {took:.0f} s")


def run(test, kernel, cpus, host_options, image_options, expected):
    """Boot to the shell; the log has these, and time passes."""
    host = kvm_host.start(test, {"microxen": test.target.image,
                                 "vmlinuz": kernels.vmlinuz(kernel),
                                 "initramfs.gz": paths.INITRAMFS},
                          host_options)
    guest, log = kvm_host.boot_guest(
        host, MULTIBOOT.format(cpus=cpus, image_options=image_options))
    for line in (r'Hypervisor: "KVMKVMKVM"', r"APIC: x2APIC", *expected):
        check(re.search(line, log), f"no {line!r} in the log")
    check(int(guest.run("nproc")) == cpus, "not all CPUs are there")
    check_clock(guest)
    text = guest.run("dmesg")
    check(not re.search(r"rcu: INFO|soft lockup|WARNING: CPU|BUG:", text),
          text)


@case(targets=("microxen",), timeout=1500,
      each=[("6.1-cloud", 1), ("6.1-generic", 2), ("newest-cloud", 1)])
def stable_tsc(test, kernel, cpus):
    """KVM tells the TSC's rate, and that the TSC is stable: it is the
    clock, and its deadlines the timer."""
    run(test, kernel, cpus, "", "", BY_TSC)


@case(targets=("microxen",), timeout=1500,
      each=[("6.1-cloud", 2), ("5.10-generic", 1)])
def unstable_tsc(test, kernel, cpus):
    """Where KVM doesn't trust the TSC its own clock is used, for each CPU,
    and the kernel sees it in its vcpu_time_info."""
    run(test, kernel, cpus, "tsc=unstable", "",
        [line.format(why="since the TSC isn't stable") for line in BY_KVM])


@case(targets=("microxen",), timeout=1500, each=["6.12-cloud"])
def clock_by_option(test, kernel):
    """clock=outer takes KVM's clock, the TSC be as it may."""
    run(test, kernel, 1, "", "clock=outer",
        [line.format(why="by option") for line in BY_KVM])
