# SPDX-License-Identifier: MIT
"""pvops=: the kernel gets its own native operations back."""
import re
import struct

from harness import drivers, grub_iso, inspect_guest, kernels, paths, repack
from harness.case import case
from harness.debugger import Debugger
from harness.failure import check
from harness.image import symbol

LEVELS = ("mmu", "all")
QUICK = {("5.10-generic", "all"), ("6.12-cloud", "mmu"),
         ("newest-generic", "all")}
GROUPS = {"mmu": "mmu:", "all": "mmu, cpu, irq:"}
REPLACED = r"pv_ops: (.*:) (\d+) operations are native now"
ALONE = r"pv_ops: left alone, (.*)"


def check_replaced(machine, level):
    """microxen said so, and not the opposite."""
    text = machine.console.text()
    match = re.search(REPLACED, text)
    check(match, "nothing was replaced: "
          + "; ".join(re.findall(ALONE, text)))
    check(match.group(1) == GROUPS[level], match.group(0))
    check(int(match.group(2)) > 20, match.group(0))


def check_writable_code(shell):
    """The kernel found no page that is writable and executable."""
    log = shell.run("dmesg")
    found = re.findall(r"Checked W\+X mappings: (.*)", log)
    check(found and all(line.startswith("passed") for line in found),
          f"W+X check: {found}")


def power_off(machine, shell):
    """Power off; both tables of frames are still the identity."""
    shell.console.send("poweroff -f\n")
    check(machine.wait_exit(120) == 0, "QEMU's exit status isn't 0")
    for table in ("m2p", "p2m"):
        match = re.search(table + r": \d+ frames are themselves, (\d+) are"
                          " not", machine.console.text())
        check(match, f"{table} was not checked")
        check(match.group(1) == "0", match.group(0))


@case(quick=QUICK, targets=("microxen",),
      each=[(kernel, level) for kernel in kernels.ALL for level in LEVELS])
def reaches_shell(test, kernel, level):
    """A stock kernel with its own operations comes up to a shell, runs
    programs and powers off: no warning in its log, no page writable and
    executable, and p2m is the identity to the end."""
    machine = test.boot(kernel, image_options=f"pvops={level} p2m-check")
    shell = machine.login()
    check_replaced(machine, level)
    inspect_guest.check_log(shell)
    check_writable_code(shell)
    shell.run("for i in $(seq 200); do sh -c : & done; wait", timeout=240)
    inspect_guest.check_log(shell)
    power_off(machine, shell)


@case(quick={("6.1-cloud", 4)}, targets=("microxen",),
      each=[("6.1-cloud", 4), ("6.1-generic", 2), ("5.10-generic", 4),
            ("6.12-generic", 2), ("newest-cloud", 4),
            ("6.1-generic", 2, "max,-fsgsbase")])
def several_processors(test, kernel, cpus, cpu="max"):
    """Processes that fork, share memory and move between processors see no
    stale translation; the log stays clean."""
    machine = test.boot(kernel, image_options="pvops=all p2m-check", cpu=cpu,
                        options=["-smp", str(cpus)])
    shell = machine.login()
    check_replaced(machine, "all")
    check(int(shell.run("nproc")) == cpus, "not all processors are there")
    shell.run("/tests/shootdown 10", timeout=240)
    shell.run("for i in $(seq 200); do sh -c : & done; wait", timeout=240)
    inspect_guest.check_log(shell)
    power_off(machine, shell)


def without_btf(image):
    """An ELF file whose BTF doesn't begin as it should."""
    magic = b"\x9f\xeb\x01\x00\x18\x00\x00\x00"
    check(image.count(magic) == 1, "no BTF is found, or more than one")
    return image.replace(magic, bytes(len(magic)))


@case(quick=True, targets=("microxen",))
def left_alone(test):
    """A kernel whose BTF is damaged runs as without pvops=; one line says
    why."""
    kernel = repack.made("no-btf", lambda: without_btf(
        repack.elf("6.1-cloud").read_bytes()))
    machine = test.boot(kernel, image_options="pvops=all p2m-check")
    shell = machine.login()
    found = re.findall(ALONE, machine.console.text())
    check([line.strip() for line in found]
          == ["the image's BTF is damaged"], f"the log says {found}")
    inspect_guest.check_log(shell)
    power_off(machine, shell)


@case(targets=("microxen",))
def traded_frames(test):
    """Where the bounce buffer's frames were exchanged, p2m is no identity:
    nothing is replaced. Without exchange it is."""
    machine = test.boot("6.1-generic", memory="5G",
                        image_options="pvops=all")
    machine.login()
    check(re.search("pv_ops: left alone, p2m is not the identity",
                    machine.console.text()), "nothing says why not")
    machine.close()
    machine = test.boot("6.1-generic", memory="5G",
                        image_options="pvops=all exchange-pool=0 p2m-check")
    shell = machine.login()
    check_replaced(machine, "all")
    inspect_guest.check_log(shell)
    power_off(machine, shell)


# sysfs says whether the kernel merges pages; not all have it.
MERGE = "echo 1 > /sys/kernel/mm/ksm/run 2>/dev/null"


@case(quick={("6.1-generic", 1)}, targets=("microxen",),
      each=[("5.10-generic", 1), ("6.1-generic", 1), ("6.12-generic", 2),
            ("newest-generic", 1), ("newest-cloud", 4)])
def huge_pages(test, kernel, cpus):
    """Programs get pages of 2 MiB, and their memory keeps what is in it
    when those are shared, taken apart, moved, made again and merged."""
    machine = test.boot(kernel, image_options="pvops=all p2m-check",
                        options=["-smp", str(cpus)])
    shell = machine.login()
    check_replaced(machine, "all")
    shell.run("echo always > /sys/kernel/mm/transparent_hugepage/enabled")
    shell.status(MERGE)
    for _ in range(3):
        output = shell.run("/tests/huge-pages", timeout=240)
        huge = int(re.search(r"huge (\d+) KiB", output).group(1))
        check(huge >= 32 * 1024, f"only {huge} KiB are of large pages")
    inspect_guest.check_log(shell)
    power_off(machine, shell)


TRACING = "/sys/kernel/tracing"


@case(targets=("microxen",),
      each=["5.10-generic", "6.1-generic", "6.12-generic", "newest-generic"])
def traced(test, kernel):
    """The kernel patches its own code, that of the functions nobody calls
    any more too: it traces all functions, and breaks at some of Xen's."""
    machine = test.boot(kernel, image_options="pvops=all p2m-check")
    shell = machine.login()
    check_replaced(machine, "all")
    shell.run(f"mount -t tracefs none {TRACING}; cd {TRACING}")
    shell.run("echo function > current_tracer", timeout=240)
    shell.run("for i in $(seq 20); do sh -c : & done; wait", timeout=240)
    seen = shell.run("wc -l < trace", timeout=240)
    check(int(seen) > 1000, f"only {seen} lines in the trace")
    shell.run("echo nop > current_tracer", timeout=240)
    shell.run("for name in xen_set_pte xen_load_sp0 xen_flush_tlb"
              " xen_pin_page native_set_pte native_load_tls; do"
              " echo p:$name $name >> kprobe_events; done 2>/dev/null;"
              " grep -q xen kprobe_events")
    shell.run("echo 1 > events/kprobes/enable", timeout=240)
    shell.run("for i in $(seq 20); do sh -c : & done; wait", timeout=240)
    shell.run("echo 0 > events/kprobes/enable; echo > kprobe_events",
              timeout=240)
    inspect_guest.check_log(shell)
    power_off(machine, shell)


@case(quick={("6.1-generic", 1, "all")}, targets=("microxen",),
      each=[(kernel, cpus, level) for kernel in kernels.GENERIC
            for cpus, level in ((1, "all"), (2, "all"), (1, "off"))]
      + [("6.1-cloud", 4, "all"), ("newest-cloud", 4, "all")])
def page_states(test, kernel, cpus, level):
    """What the kernel keeps in entries beside frames is right: pages whose
    faults a program serves itself, soft-dirty ones, merged ones, those that
    a debugger writes to, hugetlbfs's."""
    machine = test.boot(kernel, image_options=f"pvops={level} p2m-check",
                        options=["-smp", str(cpus)])
    shell = machine.login()
    if level != "off":
        check_replaced(machine, level)
    for _ in range(3):
        output = shell.run("/tests/page-states", timeout=240).strip()
        print(output)
        check(level == "off" or "hugetlb: right" in output,
              "there were no huge pages")
    inspect_guest.check_log(shell)
    power_off(machine, shell)


def boot_with_modules(test, kernel, level, *modules, **settings):
    """A machine and its shell; the kernel's own modules are there."""
    machine = test.boot(drivers.vmlinuz(kernel),
                        initrd=drivers.initramfs(*modules, kernel=kernel),
                        image_options=f"pvops={level} p2m-check", **settings)
    shell = machine.login()
    if level != "off":
        check_replaced(machine, level)
    return machine, shell


def counted(shell, name):
    """A count of /proc/vmstat's; 0: it has none of that name."""
    return int(shell.run(f"sed -n 's/^{name} //p' /proc/vmstat").strip()
               or 0)


@case(targets=("microxen",), timeout=900,
      each=[(kernel, cpus, level) for kernel in kernels.GENERIC
            for cpus, level in ((1, "all"), (2, "all"))]
      + [("6.1-generic", 1, "off")])
def swapped(test, kernel, cpus, level):
    """Small and large pages go to swap and come back as they were."""
    disk = f"{test.log_stem}.disk"
    with open(disk, "wb") as file:
        file.truncate(1 << 30)
    machine, shell = boot_with_modules(
        test, kernel, level, "virtio_pci", "virtio_blk", memory="256M",
        options=["-drive", f"if=none,id=disk,format=raw,file={disk}",
                 "-device", "virtio-blk-pci,drive=disk",
                 "-smp", str(cpus)])
    shell.run("modprobe virtio_pci; modprobe virtio_blk; mkswap /dev/vda"
              " && swapon /dev/vda")
    if level == "all":
        shell.run("echo always > /sys/kernel/mm/transparent_hugepage/enabled")
    print(shell.run("/tests/swapping 180", timeout=600).strip())
    for name in ("pswpout", "pswpin"):
        check(counted(shell, name) > 10000, f"{name} is too small")
    check(level == "off" or counted(shell, "thp_split_page")
          + counted(shell, "thp_swpout"), "no large page was swapped out")
    shell.run("swapoff /dev/vda", timeout=120)
    inspect_guest.check_log(shell)
    power_off(machine, shell)


# With code that is patched by the processor's features, and calls of pv_ops.
MODULES = ("bfq", "jbd2", "xor", "raid6_pq", "aesni_intel", "twofish_x86_64",
           "serpent_avx_x86_64", "usbcore", "xen_evtchn", "nvme", "bridge")


@case(targets=("microxen",),
      each=[(kernel, "all") for kernel in kernels.GENERIC]
      + [("6.1-generic", "off")])
def modules(test, kernel, level):
    """Modules are loaded, work as far as they do without a device, and are
    unloaded, several times."""
    machine, shell = boot_with_modules(test, kernel, level, *MODULES)
    for _ in range(5):
        for module in MODULES:
            shell.run(f"modprobe {module}", timeout=120)
        shell.run("brctl addbr br0 && ifconfig br0 up && ifconfig br0 down"
                  " && brctl delbr br0")
        for module in reversed(MODULES):
            shell.status(f"rmmod {module}")
    loaded = shell.run("cat /proc/modules")
    check(not re.search(f"^({'|'.join(MODULES)}) ", loaded, re.MULTILINE),
          loaded)
    inspect_guest.check_log(shell)
    power_off(machine, shell)


# GRUB takes these out of the memory map.
HOLES = ("0x7000000 0x7001000", "0x7654000 0x8123000", "256M 260M",
         "0x1ffff000 0x20000000", "0x20001000 0x20003000", "700M 900M")


@case(targets=("microxen",),
      each=[("6.1-generic", "off"), ("5.10-generic", "all"),
            ("6.1-generic", "all"), ("6.12-generic", "all"),
            ("newest-generic", "all"), ("6.1-cloud", "all")])
def holes(test, kernel, level):
    """RAM is full of holes, large and small; p2m becomes the identity, and
    what is there can be used."""
    lines = [f"cutmem {hole}" for hole in HOLES]
    lines += [f"multiboot2 /image {test.target.image_line} p2m-check"
              f" pvops={level}",
              f"module2 /vmlinuz {test.target.console}",
              "module2 --nounzip /initrd"]
    path = grub_iso.make(f"holes-{kernel}-{level}", "\n".join(lines),
                         {"image": test.target.image,
                          "initrd": paths.INITRAMFS,
                          "vmlinuz": kernels.vmlinuz(kernel)})
    try:
        machine = test.start(["-cdrom", str(path), "-boot", "d"],
                             memory="2G")
        shell = machine.login()
    finally:
        path.unlink()
    if level != "off":
        check_replaced(machine, level)
        check_writable_code(shell)
    ranges = shell.run("grep -c 'System RAM' /proc/iomem")
    check(int(ranges) > len(HOLES), f"{ranges} ranges of RAM only")
    shell.run("mount -t tmpfs -o size=90% tmpfs /tmp;"
              " dd if=/dev/zero of=/tmp/data bs=1M count=1200 &&"
              " rm /tmp/data", timeout=240)
    shell.run("/tests/huge-pages", timeout=240)
    inspect_guest.check_log(shell)
    power_off(machine, shell)


CR4_PGE = 1 << 7
RFLAGS_IF = 1 << 9
KERNEL_TEXT = 0xffffffff81000000
STUBS = 0xffffffff80000000                  # and these: src/pvops/stubs.c
SAFE_HALT = STUBS + 1152
READ_MSR = STUBS + 1280
WRITE_MSR = STUBS + 1408


def flags_seen(machine, times):
    """Of the kernel's RFLAGS, as often: is IF set? A set of answers."""
    seen = set()
    for _ in range(times):
        with machine.monitor.stopped():
            registers = machine.monitor.registers()
        if registers["RIP"] >= KERNEL_TEXT:
            seen.add(bool(registers["RFL"] & RFLAGS_IF))
    return seen


@case(targets=("microxen",), quick={("6.1-generic", "all", "")},
      each=[(kernel, "all", "") for kernel in kernels.GENERIC]
      + [("6.1-generic", "off", ""), ("6.1-generic", "cpu", ""),
         ("6.1-generic", "all", "xen.fifo_events=0")])
def interrupt_flag(test, kernel, level, options):
    """While a kernel works it turns interrupts off: with its own flag IF is
    clear then, else it never is. With the 2-level events it isn't its own.
    Global pages are on where the kernel writes CR4 itself."""
    machine = test.boot(kernel, image_options=f"pvops={level}",
                        kernel_options=options)
    shell = machine.login()
    own = level == "all" and not options
    shell.run("(dd if=/dev/zero of=/dev/null bs=1 & while :; do echo; done"
              " > /dev/null) & true")
    seen = flags_seen(machine, 500)
    check(seen == ({True, False} if own else {True}),
          f"IF in the kernel was {seen}")
    cr4 = machine.monitor.registers()["CR4"]
    check(bool(cr4 & CR4_PGE) == (level in ("cpu", "all")),
          f"CR4 is {cr4:#x}")
    inspect_guest.check_log(shell)


@case(targets=("microxen",), quick=True)
def nmi_behind_sti(test):
    """An NMI that strikes idle between its STI and its SYSCALL ends the
    shadow that keeps interrupts out there: it goes back to the STI, with
    interrupts off."""
    machine = test.boot("6.1-generic", image_options="pvops=all",
                        options=["-smp", "1"])
    machine.login()
    stub = SAFE_HALT - symbol("pvops_safe_halt")
    sti = stub + symbol("pvops_safe_halt_sti")
    syscall = sti + 1
    with Debugger(machine.monitor) as debugger:
        debugger.run_to(syscall)
        machine.monitor.human("nmi")
        debugger.run_to(sti, syscall)
        registers = machine.monitor.registers()
    check(registers["RIP"] == sti, f"RIP is {registers['RIP']:#x}")
    check(not registers["RFL"] & RFLAGS_IF, "interrupts are on")


NMIS = 3


@case(targets=("microxen",), quick={("6.1-generic", "write_msr_halves")},
      each=[("6.1-generic", "read_msr"), ("6.1-generic", "write_msr_halves"),
            ("newest-cloud", "read_msr"), ("newest-cloud", "write_msr")])
def nmi_with_swapped_gs(test, kernel, stub):
    """A context switch takes the base of the user's GS by SWAPGS; an NMI in
    between waits until the kernel's GS is back, and is not lost."""
    machine = test.boot(kernel, image_options="pvops=all p2m-check",
                        options=["-smp", "1"])
    shell = machine.login()
    place = READ_MSR if stub == "read_msr" else WRITE_MSR
    swapped = (place - symbol(f"pvops_{stub}")
               + symbol(f"pvops_{stub}_swapped"))
    with Debugger(machine.monitor) as debugger:
        for _ in range(NMIS):
            debugger.run_to(swapped)
            machine.monitor.human("nmi")
            debugger.run_to(SAFE_HALT)
    counted_nmis = shell.run("sed -n 's/^ *NMI: *\\([0-9]*\\).*/\\1/p'"
                             " /proc/interrupts")
    check(int(counted_nmis) == NMIS,
          f"{counted_nmis} NMIs were counted, not {NMIS}")
    power_off(machine, shell)


# Two functions of /proc's, as the debugger writes them, and a number of the
# kernel's by which they wait for each other.
STATE = "panic_timeout"
WAITING, GO_ON = 1, 2
# xen/xen.h
UPDATE_VA_MAPPING = 14
UVMF_TLB_FLUSH, UVMF_ALL = 1, 1 << 2
# A page of the kernel's data; the bit is one that hardware ignores.
PTE_DATA, PTE_IGNORED = 1 << 63 | 0x63, 1 << 9


def set_state(address, state):
    """Code that does it: movl."""
    return b"\xc7\x04\x25" + struct.pack("<II", address, state)


def await_state(address, state):
    """Code that does it: pause; cmpl; jne to the pause."""
    return (b"\xf3\x90\x83\x3c\x25" + struct.pack("<IB", address, state)
            + b"\x75\xf4")


def waits_without_interrupts(address):
    """Code that is in state WAITING until that is GO_ON."""
    return (b"\x9c\xfa" + set_state(address, WAITING)   # pushf; cli
            + await_state(address, GO_ON)
            + b"\x9d\x31\xc0\xc3")                    # popf; return 0


def flushes_everywhere(address, virtual, entry):
    """Code that waits for the state WAITING and then has a page's translation
    forgotten by all CPUs, as the kernel does when it trades frames; then the
    state is GO_ON."""
    return (await_state(address, WAITING)
            + b"\x51\x41\x53"                          # push %rcx, %r11
            + b"\x48\xbf" + struct.pack("<Q", virtual)
            + b"\x48\xbe" + struct.pack("<Q", entry)
            + b"\xba" + struct.pack("<I", UVMF_TLB_FLUSH | UVMF_ALL)
            + b"\xb8" + struct.pack("<I", UPDATE_VA_MAPPING)
            + b"\x0f\x05\x41\x5b\x59"                  # syscall; pop both
            + set_state(address, GO_ON)
            + b"\x31\xc0\xc3")                         # return 0


@case(targets=("microxen",), quick={"6.1-generic"},
      each=["5.10-generic", "6.1-generic", "newest-generic"])
def flush_under_lock(test, kernel):
    """A CPU that waits with interrupts off, as for a lock, doesn't keep
    another one waiting that asks for a flush on all while it has that."""
    machine = test.boot(kernel, image_options="pvops=all p2m-check",
                        options=["-smp", "2"])
    shell = machine.login()
    check_replaced(machine, "all")
    found = {name: int(shell.run("sed -n 's/^\\([0-9a-f]*\\) . "
                                 f"{name}$/\\1/p' /proc/kallsyms"), 16)
             for name in (STATE, "loadavg_proc_show", "uptime_proc_show")}
    state = found[STATE] & 0xffffffff           # sign-extended in the code
    entry = (machine.monitor.physical_of(found[STATE]) & ~0xfff
             | PTE_DATA | PTE_IGNORED)
    with Debugger(machine.monitor) as debugger:
        debugger.write(found["loadavg_proc_show"],
                       waits_without_interrupts(state))
        debugger.write(found["uptime_proc_show"],
                       flushes_everywhere(state, found[STATE], entry))
    shell.run("taskset 1 cat /proc/uptime & taskset 2 cat /proc/loadavg;"
              " wait", timeout=60)
    check(int(shell.run("cat /proc/sys/kernel/panic")) == GO_ON,
          "nobody waited")
    inspect_guest.check_log(shell)
    power_off(machine, shell)
