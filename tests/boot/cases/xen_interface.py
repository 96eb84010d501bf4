# SPDX-License-Identifier: MIT
"""What Linux tells its programs of the hypervisor: /sys/hypervisor and
/proc/xen, held against real Xen. `--target xen` shows that the table is
true."""
import re

from harness import drivers
from harness.case import case
from harness.failure import check

ANY = r".*"
SYS = "/sys/hypervisor/"
# Of Debian's Xen 4.17 and its dom0: {file: (Xen's value, microxen's)}, both
# regular expressions; one alone is for both.
VALUES = {
    SYS + "type": "xen",
    SYS + "uuid": "00000000-0000-0000-0000-000000000000",
    SYS + "guest_type": "PV",
    SYS + "version/major": "4",
    SYS + "version/minor": "17",
    SYS + "version/extra": (r"\.\d+", "-microxen"),
    SYS + "properties/capabilities": ("xen-3.0-x86_64 hvm-.*",
                                      "xen-3.0-x86_64 "),
    SYS + "properties/pagesize": "1000",
    SYS + "properties/virtual_start": "ffff800000000000",
    SYS + "properties/changeset": ("", "microxen .+"),
    SYS + "properties/buildid": (ANY, ""),
    SYS + "properties/features": ("000228f0", "000208e0"),
    SYS + "compilation/compiled_by": (".+", "microxen"),
    SYS + "compilation/compile_date": (".+", ""),
    SYS + "compilation/compiler": ".*gcc.*",
    SYS + "pmu/pmu_mode": "",
    SYS + "pmu/pmu_features": "",
    "/proc/xen/capabilities": "control_d",
    "/proc/xen/xsd_kva": "0x[0-9a-f]+",
    "/proc/xen/xensyms": ("ffff82d0.*", ""),
}
SHOW = ("for f in $(find /sys/hypervisor /proc/xen -type f); do"
        " case $f in */privcmd|*/xenbus|*/xsd_port) continue;; esac;"
        " echo \"$f: $(head -n 1 $f 2>/dev/null)\"; done")


@case(targets=("microxen", "xen"))
def values(test):
    """An initial domain's /sys/hypervisor and /proc/xen, file by file: the
    same files as on real Xen, and the same values but for those that name
    the hypervisor and what it was made with, the HVM domains that there
    can't be, NUMA (feature 13), and page tables above 4 GiB of 32-bit
    kernels (feature 4)."""
    machine = test.boot(drivers.vmlinuz(), kernel_options="quiet",
                        initrd=drivers.initramfs("xenfs"))
    shell = machine.login()
    shell.run("modprobe xenfs; mount -t xenfs xenfs /proc/xen")
    found = dict(re.findall(r"^(/\S+): ?(.*)$", shell.run(SHOW),
                            re.MULTILINE))
    check(set(found) == set(VALUES),
          f"other files: {set(found) ^ set(VALUES)}")
    for name, value in VALUES.items():
        if isinstance(value, tuple):
            value = value[test.target.name == "microxen"]
        check(re.fullmatch(value, found[name]),
              f"{name} is {found[name]!r}, not {value!r}")
