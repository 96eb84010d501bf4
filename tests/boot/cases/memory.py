# SPDX-License-Identifier: MIT
"""RAM of all sizes, and where the kernel finds it."""
from harness import inspect_guest
from harness.case import case
from harness.failure import check

MIB = 1 << 20
# Linux's direct map on x86-64 with four levels and without KASLR, which is
# what it has under Xen.
DIRECT_MAP = 0xffff888000000000


def bytes_of(memory):
    """128M or 16G as a number."""
    return int(memory[:-1]) << {"M": 20, "G": 30}[memory[-1]]


def check_all_there(shell, memory):
    """The kernel has all RAM but a small share.

    That is 8 bytes for each frame of the machine-to-physical table, what
    firmware keeps, and some MiB of code and data.
    """
    all_of_it = bytes_of(memory)
    missing = all_of_it - inspect_guest.ram_bytes(shell)
    allowed = 6 * MIB + all_of_it // 256
    check(missing <= allowed,
          f"{missing // 1024} KiB of {memory} missing to the kernel")


def check_identity_map(machine, shell, step):
    """Through the processor's page tables, each page of RAM lies where the
    kernel believes: the frame is the page's own number."""
    pages = inspect_guest.ram_pages(shell, step)
    with machine.monitor.stopped():
        for page in pages:
            found = machine.monitor.physical_of(DIRECT_MAP + page)
            check(found == page, f"page {page:#x} of the kernel lies at "
                  + ("nothing" if found is None else f"{found:#x}"))


def check_final_tables(machine, memory):
    """What microxen finds in both tables as the kernel powers off."""
    machine.console.send("poweroff\n")
    for table in ("m2p", "p2m"):
        _, match = machine.console.expect(
            rf"{table}: (\d+) frames are themselves, (\d+) are not", 60)
        same, other = (int(count) for count in match.groups())
        check(other == 0, match.group().decode())
        check(same >= bytes_of(memory) * 9 // 10 // 4096,
              f"{table} has only {same} frames")


@case(quick={("6.1-cloud", "128M"), ("6.1-generic", "5G"),
             ("6.1-cloud", "16G")},
      targets=("microxen", "native"),
      each=[(kernel, memory)
            for kernel in ("6.1-cloud", "6.1-generic", "newest-generic")
            for memory in ("256M", "1G", "3G", "4G", "5G", "16G")]
      + [("6.1-cloud", "128M"), ("5.10-cloud", "128M")])
def all_of_it(test, kernel, memory):
    """From 128 MiB to 16 GiB, across the hole below 4 GiB.

    The kernel has all RAM but a small share, and its frames are the
    machine's: looked at through the page tables, in a thousand places, and
    in all of its p2m and the m2p, as they are at its end.
    """
    machine = test.boot(kernel, memory=memory, image_options="p2m-check",
                        kernel_options="nokaslr no5lvl")
    shell = machine.login()
    inspect_guest.check_log(shell)
    check_all_there(shell, memory)
    step = max(bytes_of(memory) // 1000 // 4096 * 4096, 4096)
    check_identity_map(machine, shell, step)
    if test.target.name == "microxen":
        check_final_tables(machine, memory)


@case(each=["6.1-generic", "newest-generic"], targets=("microxen",))
def low_frames_for_devices(test, kernel):
    """With exchange-pool= Linux has its bounce buffer above 4 GiB too."""
    shell = test.boot(kernel, memory="5G",
                      image_options="exchange-pool=68M").login()
    inspect_guest.check_log(shell)
    log = shell.run("dmesg")
    check("software IO TLB: mapped" in log, "no bounce buffer was mapped")


@case()
def all_of_it_is_usable(test):
    """Filling nearly all of 1 GiB with a pattern, on both sides of where the
    kernel began, and reading it back."""
    shell = test.boot("6.1-cloud").login()
    shell.run("mount -t tmpfs -o size=95% tmpfs /tmp")
    shell.run("dd if=/dev/urandom of=/tmp/1 bs=1M count=64")
    for copy in range(2, 12):
        shell.run(f"cp /tmp/1 /tmp/{copy}", timeout=120)
    sums = shell.run("md5sum /tmp/*", timeout=300).split()[::2]
    check(len(set(sums)) == 1, f"copies differ: {sums}")
