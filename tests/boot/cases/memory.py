# SPDX-License-Identifier: MIT
"""RAM of all sizes, and where the kernel finds it."""
import re

from harness import inspect_guest, kernels
from harness.case import case
from harness.failure import check

MIB = 1 << 20
BOUNCE_BUFFER = 64 * MIB
# Linux's direct map on x86-64 with four levels and without KASLR, which is
# what it has under Xen.
DIRECT_MAP = 0xffff888000000000


def bytes_of(memory):
    """128M or 16G as a number."""
    return int(memory[:-1]) << {"M": 20, "G": 30}[memory[-1]]


def exchange_pool(machine):
    """The addresses of the low frames that microxen keeps for devices; it
    says so where there are any."""
    match = re.search(r"(\d+) MiB at (0x[0-9a-f]+) are kept for 32-bit",
                      machine.console.text())
    if not match:
        return range(0)
    start = int(match.group(2), 16)
    return range(start, start + int(match.group(1)) * MIB)


def needs_pool(test, kernel, memory):
    """The initial domain, on a machine with RAM above 4 GiB."""
    return (test.target.name == "microxen" and not kernels.is_cloud(kernel)
            and bytes_of(memory) >= 4 << 30)


def check_all_there(shell, memory, pool):
    """The kernel has all RAM but a small share.

    That is 8 bytes for each frame of the machine-to-physical table, what
    firmware keeps, the frames for devices, and some MiB of code and data.
    """
    all_of_it = bytes_of(memory)
    missing = all_of_it - inspect_guest.ram_bytes(shell)
    allowed = 6 * MIB + all_of_it // 256 + len(pool)
    check(missing <= allowed,
          f"{missing // 1024} KiB of {memory} missing to the kernel")


def check_identity_map(machine, shell, step, pool):
    """Through the processor's page tables, each page of RAM lies where the
    kernel believes: the frame is the page's own number, or one of those
    that it was exchanged for."""
    pages = inspect_guest.ram_pages(shell, step)
    with machine.monitor.stopped():
        for page in pages:
            found = machine.monitor.physical_of(DIRECT_MAP + page)
            check(found == page or found in pool, f"page {page:#x} of the kernel lies at "
                  + ("nothing" if found is None else f"{found:#x}"))


def check_final_tables(machine, memory, pool):
    """What microxen finds in both tables as the kernel powers off."""
    machine.console.send("poweroff\n")
    for table in ("m2p", "p2m"):
        _, match = machine.console.expect(
            rf"{table}: (\d+) frames are themselves, (\d+) are not"
            r"(?:, (\d+) were exchanged)?\r", 60)
        same, other, traded = (int(count or 0) for count in match.groups())
        check(other == 0, match.group().decode())
        check(traded >= BOUNCE_BUFFER // 4096 if pool else traded == 0,
              match.group().decode())
        check(same >= bytes_of(memory) * 9 // 10 // 4096,
              f"{table} has only {same} frames")


@case(quick={("6.1-cloud", "128M"), ("6.1-generic", "5G")},
      targets=("microxen", "native"),
      each=[(kernel, memory)
            for kernel in ("6.1-cloud", "6.1-generic", "newest-generic")
            for memory in ("256M", "1G", "3G", "4G", "5G", "16G")]
      + [("6.1-cloud", "128M"), ("5.10-cloud", "128M")])
def all_of_it(test, kernel, memory):
    """From 128 MiB to 16 GiB, across the hole below 4 GiB.

    The kernel has all RAM but a small share, and its frames are the
    machine's: looked at through the page tables, in a thousand places, and
    in all of its p2m and the m2p, as they are at its end. The exception are
    those that were exchanged for low ones, for 32-bit devices.
    """
    machine = test.boot(kernel, memory=memory, image_options="p2m-check",
                        kernel_options="nokaslr no5lvl")
    shell = machine.login()
    pool = exchange_pool(machine)
    check(bool(pool) == needs_pool(test, kernel, memory),
          f"{len(pool) // MIB} MiB are kept for 32-bit devices")
    inspect_guest.check_log(shell)
    check_all_there(shell, memory, pool)
    step = max(bytes_of(memory) // 1000 // 4096 * 4096, 4096)
    check_identity_map(machine, shell, step, pool)
    if test.target.name == "microxen":
        check_final_tables(machine, memory, pool)


@case(each=[(kernel, machine)
            for kernel in ("6.1-generic", "newest-generic")
            for machine in ("pc", "q35")], targets=("microxen",))
def bounce_buffer(test, kernel, machine):
    """With RAM above 4 GiB, too, Linux has a buffer for 32-bit devices."""
    shell = test.boot(kernel, memory="5G", machine=machine).login()
    inspect_guest.check_log(shell)
    log = shell.run("dmesg")
    check("software IO TLB: mapped" in log, "no bounce buffer was mapped")


@case(targets=("microxen",))
def no_frames_for_devices(test):
    """exchange-pool=0 leaves p2m the identity and Linux without a bounce
    buffer, and one that is larger than memory is as good as none."""
    for size in ("0", "8G"):
        shell = test.boot("6.1-generic", memory="5G",
                          image_options=f"exchange-pool={size}").login()
        log = shell.run("dmesg")
        check("software IO TLB: No low mem" in log,
              f"a bounce buffer in spite of exchange-pool={size}")


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


def time_before_kernel(test, memory):
    """Milliseconds, a million instructions each, from microxen's start to
    the kernel's. QEMU's memory is only there where it is written to."""
    sparse = f"memory-backend-ram,id=ram,size={memory},reserve=off"
    machine = test.boot("6.1-generic", memory=memory, threads="single",
                        options=["-smp", "1",
                                 "-icount", "shift=0,sleep=off",
                                 "-M", "memory-backend=ram",
                                 "-object", sparse])
    _, match = machine.console.expect(r"The kernel starts, (\d+) ms", 120)
    test.close_machines()
    return int(match.group(1))


@case(targets=("microxen",), each=["16G", "512G"])
def time_does_not_grow(test, memory):
    """Each GiB of RAM takes the kernel's start back by less than 1 ms."""
    small = time_before_kernel(test, "1G")
    large = time_before_kernel(test, memory)
    gib = bytes_of(memory) >> 30
    print(f"{memory}: {(large - small) / (gib - 1):.2f} ms/GiB")
    check(large - small < gib - 1,
          f"{small} ms with 1 GiB, {large} ms with {gib}")


BALLOON = "/sys/devices/system/xen_memory/xen_memory0"


def balloon_to(shell, kib):
    """Ask the kernel's balloon for it, and wait until it is there."""
    shell.run(f"echo {kib} > {BALLOON}/target_kb; for i in $(seq 60); do"
              f" [ $(cat {BALLOON}/info/current_kb) = {kib} ] && break;"
              f" sleep 1; done; [ $(cat {BALLOON}/info/current_kb) = {kib} ]",
              timeout=120)


@case(targets=("microxen",), timeout=900,
      each=[("5.10-generic", "pvops=off"), ("6.1-generic", "pvops=off"),
            ("newest-generic", "pvops=off")]
      + [(kernel, "pvops=all") for kernel in kernels.GENERIC])
def balloon(test, kernel, option):
    """The kernel gives memory back and gets it again, each frame under its
    own number, and can use it."""
    machine = test.boot(kernel, image_options=f"{option} p2m-check")
    shell = machine.login()
    before = int(shell.run(f"cat {BALLOON}/info/current_kb"))
    balloon_to(shell, before - 100 * 1024)
    balloon_to(shell, before)
    shell.run("dd if=/dev/zero of=/tmp/data bs=1M count=300 && rm /tmp/data",
              timeout=120)
    inspect_guest.check_log(shell)
    shell.console.send("poweroff -f\n")
    check(machine.wait_exit(120) == 0, "QEMU's exit status isn't 0")
    found = re.findall(r"m2p: \d+ frames are themselves, (\d+) are not",
                       machine.console.text())
    check(found and set(found) == {"0"}, f"frames that aren't: {found}")


@case(targets=("microxen",), each=[(kernel, option)
                                   for kernel in kernels.GENERIC
                                   for option in ("pvops=off", "pvops=all")])
def more_than_there_is(test, kernel, option):
    """The balloon is asked for more than the kernel began with, and memory
    is plugged in: there is no more, and nothing breaks."""
    machine = test.boot(kernel, memory="1G,slots=2,maxmem=2G",
                        image_options=f"{option} p2m-check")
    shell = machine.login()
    before = int(shell.run(f"cat {BALLOON}/info/current_kb"))
    shell.run(f"echo {before + 300 * 1024} > {BALLOON}/target_kb; sleep 5")
    machine.monitor.execute("object-add", **{
        "qom-type": "memory-backend-ram", "id": "more", "size": 128 * MIB})
    machine.monitor.execute("device_add", driver="pc-dimm", memdev="more",
                            id="dimm")
    shell.run("sleep 5; sync")
    after = int(shell.run(f"cat {BALLOON}/info/current_kb"))
    check(after == before, f"{before} KiB have become {after}")
    shell.run("mount -t tmpfs -o size=95% tmpfs /tmp; dd if=/dev/zero"
              " of=/tmp/data bs=1M count=700 && rm /tmp/data", timeout=120)
    inspect_guest.check_log(shell)
    machine.console.send("poweroff -f\n")
    check(machine.wait_exit(120) == 0, "QEMU's exit status isn't 0")
