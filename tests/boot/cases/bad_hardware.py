# SPDX-License-Identifier: MIT
"""Hardware that is gone, stuck or missing: that costs what it costs, and
the rest goes on."""
import time

from harness import drivers, inspect_guest
from harness.case import case
from harness.failure import check

from . import devices

NVME = devices.DISKS["nvme"]


# A PCI Express port with two MSI messages.
PORT = ("-device", "ioh3420,id=root,slot=1,chassis=1")


def empty_disk(test):
    """An empty disk, in QEMU's words for a drive."""
    image = f"{test.log_stem}.disk"
    with open(image, "wb") as file:
        file.truncate(64 << 20)
    return f"if=none,format=raw,file={image},file.locking=off"


def boot(test, modules, options, **settings):
    """A machine and its shell, with modules that can be loaded."""
    machine = test.boot(drivers.vmlinuz(), options=options,
                        initrd=drivers.initramfs(*modules), **settings)
    return machine, machine.login()


def monitor(machine, line):
    """A command of QEMU's monitor that says nothing if all is well."""
    answer = machine.monitor.human(line).strip()
    check(answer in ("", "OK"), f"{line}: {answer}")


def wait_for(shell, command, seconds=60):
    """Wait until a command of the shell succeeds."""
    shell.run(f"for i in $(seq {seconds}); do {command} && break; sleep 1;"
              f" done; {command}", timeout=4 * seconds)


def count_of(shell, name):
    """How often an interrupt came, by its name in /proc/interrupts."""
    count, found = inspect_guest.interrupts(shell, name)
    check(found, f"no interrupt {name}")
    return count


MSI = 5                         # a PCI capability; PCI 3.0, 6.8.1


def capability(config, number):
    """Where a capability begins in configuration space."""
    at = config[0x34]
    while at and config[at] != number:
        at = config[at + 1]
    check(at, f"no capability {number}")
    return at


@case(quick=True, targets=("microxen",))
def two_messages(test):
    """A PCI Express port gets two MSI messages: the kernel has an interrupt
    for each, the device sends two, and the first one's vector is even."""
    _, shell = boot(test, [], [*PORT], machine="q35")
    for name in ("PCIe PME", "aerdrv"):
        count_of(shell, name)
    port = shell.run("grep -l 0x060400 /sys/bus/pci/devices/*/class")
    config = bytes.fromhex(shell.run(
        f"xxd -p {port.strip()[:-len('class')]}config").replace("\n", ""))
    at = capability(config, MSI)
    control = int.from_bytes(config[at + 2:at + 4], "little")
    check(control & 0x71 == 0x11, f"two messages are enabled: {control:#x}")
    data = config[at + (12 if control & 0x80 else 8)]
    check(0x30 <= data < 0xf0 and data % 2 == 0, f"vector {data:#x}")
    inspect_guest.check_log(shell)


def wait_unplugged(machine, name):
    """Until QEMU has let go of it as well; and the slot's power is off,
    with which the kernel takes a second longer."""
    end = time.monotonic() + 60
    while name in machine.monitor.human("info qtree"):
        check(time.monotonic() < end, f"{name} is still plugged in")
        time.sleep(0.5)
    time.sleep(3)


@case(each=["pc", "q35"])
def unplugged(test, machine):
    """A disk with MSI-X is taken out while it is in use, put back, and
    works again, several times."""
    drive = empty_disk(test)
    qemu, shell = boot(test, NVME.modules, PORT if machine == "q35" else (),
                       machine=machine)
    bus = "root" if machine == "q35" else "pci.0"
    shell.run("modprobe nvme")
    for time_in in range(3):
        # device_del takes the drive along, some time.
        name = f"disk{time_in}"
        monitor(qemu, f"drive_add 0 {drive},id={name}")
        monitor(qemu, f"device_add nvme,id={name}-nvme,drive={name},"
                f"serial=1,bus={bus}")
        wait_for(shell, f"[ -b /dev/{NVME.name} ]")
        shell.run(f"dd if=/dev/{NVME.name} of=/dev/null bs=1M count=8")
        shell.run(f"sh -c 'while dd if=/dev/{NVME.name} of=/dev/null bs=1M;"
                  " do :; done' >/dev/null 2>&1 & true")
        time.sleep(2)
        monitor(qemu, f"device_del {name}-nvme")
        wait_for(shell, f"[ ! -e /dev/{NVME.name} ]")
        wait_unplugged(qemu, f"{name}-nvme")
    inspect_guest.check_log(shell)


# QEMU's "edu" device: what is written here raises its line, or lets go.
EDU_RAISE, EDU_ACKNOWLEDGE = 0x60, 0x64
EDU = "0000:00:08.0"


def raise_line(test, kernel_options):
    """A level interrupt that nobody can end, on the line of a network card;
    the shell, and the word to the device that ends it."""
    _, shell = boot(test, ["8139cp"],
                    ["-nic", "none", "-netdev", "user,id=net",
                     "-device", "rtl8139,netdev=net,addr=4",
                     "-device", f"edu,addr={EDU[8:10]}"], machine="pc",
                    kernel_options=kernel_options)
    shell.run("modprobe 8139cp; ifconfig eth0 10.0.2.15 up; sleep 2")
    bar = int(shell.run(f"head -n 1 /sys/bus/pci/devices/{EDU}/resource")
              .split()[0], 16)
    shell.run(f"echo 1 >/sys/bus/pci/devices/{EDU}/enable")
    shell.run(f"devmem {bar + EDU_RAISE:#x} 32 1")
    return shell, f"devmem {bar + EDU_ACKNOWLEDGE:#x} 32 1"


@case(quick=True)
def stuck_line(test):
    """Linux gives the line up, and the machine goes on."""
    shell, acknowledge = raise_line(test, "")
    wait_for(shell, "dmesg | grep -q 'nobody cared'", 120)
    before = count_of(shell, "eth0")
    shell.run("sleep 3; echo still here")
    check(count_of(shell, "eth0") == before, "the line isn't masked")
    shell.run(acknowledge)


@case(targets=("microxen", "native"))
def line_that_never_rests(test):
    """Linux doesn't give the line up, and is interrupted again at each EOI:
    its programs run all the same, on the only processor."""
    shell, acknowledge = raise_line(test, "noirqdebug")
    before = count_of(shell, "eth0")
    shell.run("for i in 1 2 3; do sleep 1; md5sum /tests/*; done",
              timeout=240)
    check(count_of(shell, "eth0") > before + 10000, "it wasn't stuck")
    shell.run(acknowledge)
    before = count_of(shell, "eth0")
    shell.run("sleep 2")
    check(count_of(shell, "eth0") < before + 100, "it doesn't end")
    inspect_guest.check_log(shell)


@case(targets=("microxen",))
def table_behind_disabled_bar(test):
    """A disk's memory is switched off while its MSI-X entries are in use:
    microxen says so and leaves the table alone, and the disk works again
    when it is back."""
    machine, shell = boot(test, NVME.modules,
                          ["-drive", empty_disk(test) + ",id=disk", "-device",
                           "nvme,drive=disk,serial=1,addr=9"])
    device = "/sys/bus/pci/devices/0000:00:09.0"
    command = f"of={device}/config bs=1 seek=4 conv=notrunc"
    shell.run("modprobe nvme")
    wait_for(shell, f"[ -b /dev/{NVME.name} ]")
    shell.run(f"printf '\\004' | dd {command}")
    shell.run(f"echo 0000:00:09.0 >{device}/driver/unbind", timeout=120)
    check("0000:00:09.0: its MSI-X table isn't there" in
          machine.console.text(), "microxen says nothing")
    shell.run("echo 0000:00:09.0 >/sys/bus/pci/drivers/nvme/bind",
              timeout=120)
    wait_for(shell, f"[ -b /dev/{NVME.name} ]")
    shell.run(f"dd if=/dev/{NVME.name} of=/dev/null bs=1M count=4")
    inspect_guest.check_log(shell)


@case(quick=True, targets=("microxen",))
def without_acpi(test):
    """Without ACPI the kernel still has its network and keyboard, by the I/O
    APIC that is where it usually is, and halts instead of power-off."""
    device = devices.NETS["rtl8139"]
    server = devices.Echo()
    qemu, shell = boot(test, device.modules,
                       ["-no-acpi", "-nic", "none", "-netdev", "user,id=net",
                        "-device", "rtl8139,netdev=net"], machine="pc")
    shell.run("modprobe 8139cp; ifconfig eth0 10.0.2.15 up; sleep 2")
    before = count_of(shell, "i8042")
    qemu.monitor.human("sendkey a")
    wait_for(shell, "true")
    check(count_of(shell, "i8042") > before, "no interrupt of the keyboard")
    shell.run("dd if=/dev/urandom of=/tmp/data bs=1M count=2")
    shell.run(f"nc 10.0.2.2 {server.port} </tmp/data >/tmp/back",
              timeout=120)
    shell.run("cmp /tmp/data /tmp/back")
    devices.check_log(shell)
    qemu.console.send("poweroff\n")
    qemu.console.expect("doesn't power off by itself. Halted", 60)
