# SPDX-License-Identifier: MIT
"""Xen's own tools in an initial domain, with Debian's daemons: what they
tell on microxen and on real Xen, which is booted beside it."""
import re

from harness import drivers, paths, targets
from harness.case import case
from harness.failure import Failure, check

TOOLS = paths.BUILD / "xen-tools"
INITRAMFS = paths.BUILD / "partition" / "dom0.gz"
ANY = r".*"
# What `xl info` says otherwise: {field: (Xen's, microxen's)}, both regular
# expressions; one alone is for both, of what is never the same twice.
DIFFERENT = {
    "cpu_mhz": r"\d+\.\d+",
    "hw_caps": r"([0-9a-f]{8}:?){8,}",
    "virt_caps": (r"pv ?.*", "pv"),
    "total_memory": r"\d+",
    "free_memory": (r"\d+", "0"),
    "sharing_freed_memory": ANY,
    "sharing_used_memory": ANY,
    "xen_extra": (r"\.\d+.*", "-microxen"),
    "xen_version": (r"4\.17\.\d+.*", "4.17-microxen"),
    "xen_caps": (r"xen-3.0-x86_64 ?.*", "xen-3.0-x86_64 ?"),
    "xen_scheduler": ("credit2", "null"),
    "xen_changeset": (ANY, "microxen .+"),
    "xen_commandline": ANY,
    "cc_compiler": ANY,
    "cc_compile_by": ANY,
    "cc_compile_domain": ANY,
    "cc_compile_date": ANY,
    "build_id": ANY,
}


def boot(test, target):
    """A domain 0 with Xen's daemons; its shell."""
    for needed in (TOOLS / "xen", INITRAMFS):
        if not needed.exists():
            raise Failure(f"{needed} is not there; run make dom0-inputs")
    machine = test.start(
        target.boot(drivers.vmlinuz(), INITRAMFS, "quiet", ""),
        cpu="max,-smap", options=["-smp", "2"])
    return machine, machine.login()


def fields(text):
    """{field: value} of `xl info`."""
    return dict(re.findall(r"^(\w+) *: ?(.*?) *$", text, re.MULTILINE))


def compare_info(xens, ours):
    """The same fields, and the same values but for those above."""
    check(set(xens) == set(ours),
          f"xl info: other fields: {set(xens) ^ set(ours)}")
    for name, values in DIFFERENT.items():
        if isinstance(values, str):
            values = (values, values)
        for value, wanted in zip((xens[name], ours[name]), values):
            check(re.fullmatch(wanted, value),
                  f"xl info: {name} is {value!r}, not {wanted!r}")
    for name in set(xens) - set(DIFFERENT):
        check(xens[name] == ours[name], f"xl info: {name} is"
              f" {ours[name]!r}, of Xen {xens[name]!r}")


def compare_vcpus(xens, ours):
    """The same vCPUs; where each runs is Xen's to choose, and fixed here."""
    rows = [re.findall(r"^(\S+ +\d+ +\d+) +(\d+|-) +\S+ +\S+ +(.*)$", table,
                       re.MULTILINE) for table in (xens, ours)]
    check([row[0] for row in rows[0]] == [row[0] for row in rows[1]],
          f"xl vcpu-list: {ours}, of Xen {xens}")
    for number, (_, cpu, affinity) in enumerate(rows[1]):
        check(int(cpu) == number and affinity == f"{cpu} / {cpu}",
              f"xl vcpu-list: vCPU {number} is not CPU {number}'s: {ours}")


def without_times(table):
    """A table's rows, without memory and seconds that went by."""
    return [re.sub(r"\d+\.\d+|(?<=Domain-0)( +\d+) +\d+", r"\1", row).split()
            for row in table.splitlines()]


def without_scheduler(pools):
    """The rows of `xl cpupool-list` without the third word."""
    rows = [row.split() for row in pools.splitlines()]
    return [row[:2] + row[3:] for row in rows]


def check_log(machine, log):
    """`xl dmesg` is what the hypervisor printed."""
    console = machine.console.text().replace("\r", "")
    lines = [line for line in log.replace("\r", "").splitlines() if line]
    known = [line for line in lines if line in console]
    check(len(lines) >= 10 and len(known) >= len(lines) * 9 / 10,
          f"xl dmesg: {len(known)} of {len(lines)} lines were printed")


@case(targets=("microxen",), timeout=1200)
def xl(test):
    """xl of Debian's Xen 4.17 in domain 0, with two vCPUs: info, list,
    vcpu-list, cpupool-list, dmesg and uptime, and the same on real Xen: the
    same fields, rows and values but for those that are the hypervisor's
    own, its memory and its scheduler, which CPU runs what, and times."""
    answers = []
    for target in (targets.real_xen("xen", TOOLS / "xen"), test.target):
        machine, shell = boot(test, target)
        answers.append({
            "info": fields(shell.run("xl info")),
            "vcpus": shell.run("xl vcpu-list"),
            "list": without_times(shell.run("xl list")),
            "pools": without_scheduler(shell.run("xl cpupool-list"))})
        check_log(machine, shell.run("xl dmesg"))
        check(re.search(r"Domain-0 +0 +\S", shell.run("xl uptime")),
              "xl uptime does not know domain 0")
        machine.close()
    xens, ours = answers
    compare_info(xens.pop("info"), ours.pop("info"))
    compare_vcpus(xens.pop("vcpus"), ours.pop("vcpus"))
    for table, rows in xens.items():
        check(rows == ours[table],
              f"xl {table}: {ours[table]}, of Xen {rows}")
