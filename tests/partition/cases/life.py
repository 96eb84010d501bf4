# SPDX-License-Identifier: MIT
"""A guest's life: it starts, is seen, and ends."""
import re
import time

from harness.case import case
from harness.failure import Failure, check
from system import domain0
from system.shims import NAMES

KERNELS = ("5.10-cloud", "6.1-cloud", "6.12-cloud", "newest-cloud",
           "5.10-generic", "6.1-generic", "6.12-generic", "newest-generic")
QUICK = {"6.1-cloud", "6.12-generic"}
SHIM = 4                        # MiB


def check_outside(dom0):
    """What domain 0's tools see of a guest that runs."""
    domains = dom0.domains()
    check("guest" in domains, f"xl list shows no guest: {domains}")
    domid, memory, cpus, state = domains["guest"]
    check((memory, cpus) == ("512", "1"), f"memory and CPUs: {domains}")
    check(re.fullmatch("[rb-]+", state), f"its state: {state}")
    path = f"/local/domain/{domid}"
    check(dom0.store(f"{path}/name") == "guest", "its name in the store")
    check(dom0.store(f"{path}/control/feature-poweroff") == "1",
          "the guest's xenbus driver says nothing in the store")
    check_as_ordinary(dom0, domid)


def check_as_ordinary(dom0, domid):
    """Console, store and vCPU are where tools look for a PV guest's."""
    console = f"/local/domain/{domid}/console"
    check(dom0.store(f"{console}/type") == "xenconsoled", "console/type")
    check(dom0.store(f"{console}/tty").startswith("/dev/pts/"),
          "xenconsoled doesn't serve its console")
    seen = dom0.shell.run(f"xenstore-ls /local/domain/{domid}", timeout=120)
    for node in ("vm", "name", "memory", "control", "cpu", "device", "data"):
        check(re.search(f"^{node} = ", seen, re.MULTILINE),
              f"there is no {node} in the store: {seen}")
    cpus = dom0.shell.run("xl vcpu-list guest", timeout=120).splitlines()
    check(len(cpus) == 2 and cpus[1].split()[:3] == ["guest", domid, "0"],
          f"xl vcpu-list: {cpus}")


def check_inside(dom0, shell):
    """What the guest sees of where it is."""
    uuid = shell.run("cat /sys/hypervisor/uuid").strip()
    seen = dom0.shell.run("xl list -v guest", timeout=120)
    check(uuid in seen, f"uuid {uuid} isn't in {seen}")
    inside = int(shell.run("date +%s"))
    outside = int(dom0.shell.run("date +%s"))
    check(abs(inside - outside) < 60, f"time {inside}, outside {outside}")


@case(each=KERNELS, quick=QUICK, targets=NAMES, timeout=domain0.TIMEOUT)
def starts_and_ends(test, kernel):
    """The kernel comes up to a shell on `xl console`, the tools see an
    ordinary guest, and `poweroff` in it ends it."""
    dom0 = domain0.with_kernel(test, kernel)
    began = time.monotonic()
    guest = dom0.create(["memory=512", "vcpus=1"])
    shell = guest.login()
    print(f"    {kernel}: {time.monotonic() - began:.0f} s to the shell",
          flush=True)
    check_outside(dom0)
    check_inside(dom0, shell)
    guest.send("poweroff\n")
    dom0.wait_gone()


@case(quick=True, targets=NAMES, timeout=domain0.TIMEOUT)
def shut_down_from_outside(test):
    """`xl shutdown` reaches the guest by the store, and it powers off."""
    dom0 = domain0.with_kernel(test, "6.1-cloud")
    guest = dom0.create(["memory=512", "vcpus=1"])
    guest.login()
    dom0.shell.run("xl shutdown guest", timeout=120)
    dom0.wait_gone()


@case(targets=NAMES, timeout=domain0.TIMEOUT)
def takes_sysrq(test):
    """`xl sysrq` is the kernel's key: h makes it say which there are."""
    dom0 = domain0.with_kernel(test, "6.1-cloud")
    guest = dom0.create(["memory=512", "vcpus=1"])
    shell = guest.login()
    shell.run("echo 1 > /proc/sys/kernel/sysrq")
    dom0.shell.run("xl sysrq guest h", timeout=120)
    shell.run("i=0; until dmesg | grep 'sysrq: HELP'; do [ $i -lt 60 ] ||"
              " break; sleep 1; i=$((i+1)); done;"
              " dmesg | grep -q 'sysrq: HELP'", timeout=120)


@case(targets=NAMES, timeout=domain0.TIMEOUT)
def console_daemon_pauses(test):
    """What a guest says while nobody takes it comes whole all the same; when
    nobody does for long, it goes on, and is heard again later."""
    dom0 = domain0.with_kernel(test, "6.1-cloud")
    shell = dom0.create(["memory=512", "vcpus=1"]).login()
    shell.begin("seq 1 2000")
    dom0.shell.run("killall -STOP xenconsoled; sleep 4;"
                   " killall -CONT xenconsoled")
    lines = shell.end(300)[1].split()
    check(lines == [str(number) for number in range(1, 2001)],
          "numbers are missing or out of order")
    if test.target.name != "microxen":
        return                  # others' guests wait for the daemon
    shell.begin("seq 1 20000")
    dom0.shell.run("killall -STOP xenconsoled; sleep 40;"
                   " killall -CONT xenconsoled", timeout=120)
    shell.console.send("\n")
    shell.run("true")


@case(quick=True, targets=NAMES, timeout=domain0.TIMEOUT)
def reboots(test):
    """`reboot` in the guest lets the tools start it once more, and so does
    `xl reboot`."""
    dom0 = domain0.with_kernel(test, "6.1-cloud")
    guest = dom0.create(["memory=512", "vcpus=1"])
    guest.login()
    first = dom0.domains()["guest"][0]
    guest.send("reboot\n")
    guest.expect("reboot: Restarting system", 120)
    second = dom0.wait_for_another(first)
    dom0.attach()
    guest.login()
    dom0.shell.run("xl reboot guest", timeout=120)
    guest.expect("reboot: Restarting system", 120)
    dom0.wait_for_another(second)
    dom0.attach()
    guest.login()


@case(targets=NAMES, timeout=domain0.TIMEOUT)
def crash_is_seen_outside(test):
    """A kernel that panics is a domain that crashed, for on_crash=."""
    dom0 = domain0.with_kernel(test, "6.1-cloud")
    guest = dom0.create(["memory=512", "vcpus=1", 'on_crash="preserve"'])
    guest.login()
    guest.send("echo c > /proc/sysrq-trigger\n")
    guest.expect("Kernel panic", 120)
    dom0.wait_crashed()


def wait_for_cpus(shell, count):
    """Wait until so many vCPUs are up in the guest."""
    shell.run(f"i=0; until [ $(nproc) = {count} ]; do [ $i -lt 120 ] ||"
              " break; sleep 1; i=$((i+1)); done;"
              f" [ $(nproc) = {count} ]", timeout=600)


def take_and_give_cpus(dom0, shell, cpus):
    """`xl vcpu-set`, down to one and up again."""
    dom0.shell.run("xl vcpu-set guest 1", timeout=120)
    wait_for_cpus(shell, 1)
    dom0.shell.run(f"xl vcpu-set guest {cpus}", timeout=120)
    # The kernel leaves it to udev to take what has appeared, and refuses
    # until all of it has.
    for cpu in range(1, cpus):
        online = f"/sys/devices/system/cpu/cpu{cpu}/online"
        shell.run(f"i=0; until echo 1 > {online}; do [ $i -lt 120 ] ||"
                  " break; sleep 1; i=$((i+1)); done 2>/dev/null",
                  timeout=600)
    wait_for_cpus(shell, cpus)


TIMES = 3                       # that vCPUs are taken and given
SEVERAL = (("6.1-cloud", 2), ("6.1-cloud", 4), ("5.10-generic", 2),
           ("6.12-cloud", 4), ("newest-generic", 8))


@case(each=SEVERAL, quick={("6.1-cloud", 2)}, targets=NAMES,
      timeout=domain0.TIMEOUT)
def several_cpus(test, kernel, cpus):
    """All vCPUs come up, take interrupts, go down and up again, by the
    guest's own wish and by `xl vcpu-set`."""
    dom0 = domain0.with_kernel(test, kernel)
    guest = dom0.create(["memory=512", f"vcpus={cpus}"])
    shell = guest.login()
    check(shell.run("nproc").strip() == str(cpus), "not all are up")
    for cpu in range(cpus):
        shell.run(f"taskset {1 << cpu:x} sh -c 'i=0; while [ $i -lt 1000 ];"
                  " do i=$((i+1)); done'", timeout=300)
    shell.run("echo 0 > /sys/devices/system/cpu/cpu1/online", timeout=300)
    shell.run("echo 1 > /sys/devices/system/cpu/cpu1/online", timeout=300)
    check(shell.run("nproc").strip() == str(cpus), "one stayed down")
    for _ in range(TIMES):
        take_and_give_cpus(dom0, shell, cpus)


def wait_for_memory(dom0, mib):
    """Wait until a guest has that much, and what its shim takes, as dom0
    sees it."""
    for _ in range(60):
        now = int(dom0.domains()["guest"][1])
        if mib <= now <= mib + SHIM:
            return
        time.sleep(2)
    raise Failure(f"the guest has {now} MiB, {mib} were asked for")


@case(targets=NAMES, timeout=domain0.TIMEOUT)
def gives_memory_and_takes_it(test):
    """`xl mem-set` makes the guest give memory back to the outer Xen, and
    take it again; what it has at last, it can use."""
    dom0 = domain0.with_kernel(test, "6.1-cloud")
    guest = dom0.create(["memory=512", "vcpus=1"])
    shell = guest.login()
    for mib in (400, 512):
        dom0.shell.run(f"xl mem-set guest {mib}", timeout=120)
        wait_for_memory(dom0, mib)
    shell.run("dd if=/dev/zero bs=1M count=200 of=/tmp/all &&"
              " ! tr -d '\\0' < /tmp/all | grep -q . && rm /tmp/all",
              timeout=900)
