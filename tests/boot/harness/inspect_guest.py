# SPDX-License-Identifier: MIT
"""What cases ask a kernel about itself, through its shell."""
import re

from .failure import check

# Lines that no kernel writes when all is well; of a CPU model that wants newer
# microcode it says "WARNING: See" with an address.
TROUBLE = re.compile(r"WARNING:(?! See https:)|\bBUG:|kernel BUG|Call Trace"
                     r"|\bOops\b|general protection|unable to handle"
                     r"|detected .*stall|soft lockup|double fault")


def check_log(shell):
    """The kernel's log has no warning, bug or call trace in it."""
    bad = [line for line in shell.run("dmesg").splitlines()
           if TROUBLE.search(line)]
    check(not bad, "in dmesg:\n" + "\n".join(bad))


def check_identity(shell, target):
    """The kernel sees what the target is."""
    kind = shell.status("cat /sys/hypervisor/type")[1].strip()
    if target.name == "native":
        check(kind != "xen", "a native kernel sees a hypervisor")
        return
    check(kind == "xen", f"/sys/hypervisor/type is {kind!r}")
    if target.name == "microxen":
        shell.run("grep -rqi microxen /sys/hypervisor")


def check_role(shell, initial_domain):
    """The initial domain has ACPI and the rest of the hardware; a plain
    domain has none of it."""
    has_acpi = shell.status("[ -e /sys/firmware/acpi/tables/FACP ]")[0] == 0
    check(has_acpi == initial_domain,
          f"initial domain: {initial_domain}, but ACPI tables: {has_acpi}")


def interrupts(shell, name):
    """How many came, to all processors, whose description in
    /proc/interrupts has the pattern `name` in it; and these descriptions."""
    count, found = 0, set()
    for line in shell.run("cat /proc/interrupts").splitlines():
        match = re.match(r"\s*\w+:((?:\s+\d+)+)\s+(.*)", line)
        if match and re.search(name, match.group(2)):
            count += sum(map(int, match.group(1).split()))
            found.add(match.group(2))
    return count, found


def ram_bytes(shell):
    """How much RAM the kernel's memory map has."""
    ranges = re.findall(r"^([0-9a-f]+)-([0-9a-f]+) : System RAM",
                        shell.run("cat /proc/iomem"), re.MULTILINE)
    return sum(int(end, 16) + 1 - int(start, 16) for start, end in ranges)


def ram_pages(shell, step):
    """Physical addresses in RAM: of every range both ends, and one page in
    every `step` bytes between."""
    ranges = re.findall(r"^([0-9a-f]+)-([0-9a-f]+) : System RAM",
                        shell.run("cat /proc/iomem"), re.MULTILINE)
    pages = []
    for first, last in ranges:
        start = -(-int(first, 16) // 4096) * 4096
        end = (int(last, 16) + 1) // 4096 * 4096
        pages += [*range(start, end, step), end - 4096]
    return pages
