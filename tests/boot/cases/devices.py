# SPDX-License-Identifier: MIT
"""Devices with their own drivers: data comes through whole, interrupts
arrive, by messages and by lines."""
import dataclasses
import hashlib
import random
import re
import socket
import threading

from harness import drivers, inspect_guest
from harness.case import case
from harness.failure import check

MIB = 1 << 20
DISK_MIB = 32
NET_MIB = 8
# A driver that lost an interrupt, or got one that is nobody's.
LOST = re.compile(r"timed? ?out|nobody cared|No irq handler|swiotlb buffer is"
                  r" full|I/O error|failed command|lost interrupt|hung",
                  re.IGNORECASE)


@dataclasses.dataclass
class Device:
    """A device of QEMU's, the modules that drive it, what it is called in
    the guest, and its interrupts: name in /proc/interrupts, and kind."""

    qemu: tuple
    modules: tuple
    name: str
    interrupt: str
    kind: str


DISKS = {
    "nvme": Device(("nvme,drive=disk,serial=1",), ("nvme",),
                   "nvme0n1", r"nvme0q\d", "msi-x"),
    "ahci": Device(("ich9-ahci,id=ahci", "ide-hd,drive=disk,bus=ahci.0"),
                   ("ahci", "sd_mod"), "sda", r"ahci\[", "msi"),
    "virtio-blk": Device(("virtio-blk-pci,drive=disk",),
                         ("virtio_pci", "virtio_blk"),
                         "vda", r"virtio0-req", "msi-x"),
    "virtio-scsi": Device(("virtio-scsi-pci,id=scsi",
                           "scsi-hd,drive=disk,bus=scsi.0"),
                          ("virtio_pci", "virtio_scsi", "sd_mod"),
                          "sda", r"virtio0-request", "msi-x"),
}

NETS = {
    "e1000e": Device(("e1000e,netdev=net",), ("e1000e",),
                     "eth0", r"eth0", "msi-x"),
    "rtl8139": Device(("rtl8139,netdev=net",), ("8139cp",),
                      "eth0", r"eth0", "ioapic-level"),
    "virtio-net": Device(("virtio-net-pci,netdev=net",),
                         ("virtio_pci", "virtio_net"),
                         "eth0", r"virtio0-(in|out)put", "msi-x"),
}

MACHINES = [("pc", "1G"), ("q35", "1G"), ("pc", "6G"), ("q35", "6G")]


def start(test, device, machine, memory, options):
    """Boot with a device and load its driver."""
    for words in device.qemu:
        options += ["-device", words]
    shell = test.boot(drivers.vmlinuz(), machine=machine, memory=memory,
                      initrd=drivers.initramfs(*device.modules),
                      options=options).login()
    for module in device.modules:
        shell.run(f"modprobe {module}")
    return shell


def check_interrupts(test, shell, device, least, most):
    """About as many as the work took, and of the kind that the device is
    for."""
    count, kinds = inspect_guest.interrupts(shell, device.interrupt)
    check(least <= count <= most,
          f"{count} interrupts, not {least} to {most}: {kinds}")
    if test.target.name != "native":
        check(any(f"-{device.kind} " in kind for kind in kinds),
              f"no -{device.kind} among {kinds}")
    spurious = shell.run("cat /proc/interrupts | grep -E '^ *(ERR|MIS):'")
    check(all(line.split()[1] == "0" for line in spurious.splitlines()),
          spurious)


def check_log(shell):
    """The kernel complains of nothing, nor does a driver."""
    inspect_guest.check_log(shell)
    bad = [line for line in shell.run("dmesg").splitlines()
           if LOST.search(line)]
    check(not bad, "in dmesg:\n" + "\n".join(bad))


@case(quick={("nvme", "q35", "6G")},
      each=[(disk, *machine) for disk in DISKS for machine in MACHINES])
def disk(test, disk, machine, memory):
    """A disk is read, and what was read is written to its second half; the
    sums are right in the guest and in the file."""
    device = DISKS[disk]
    data = random.Random(1).randbytes(DISK_MIB * MIB)
    image = f"{test.log_stem}.disk"
    with open(image, "wb") as file:
        file.write(data)
        file.truncate(2 * len(data))
    options = ["-drive", f"if=none,id=disk,format=raw,file={image}"]
    shell = start(test, device, machine, memory, options)
    node = f"/dev/{device.name}"
    shell.run(f"for i in 1 2 3 4 5 6 7 8 9; do [ -b {node} ] && break;"
              f" sleep 1; done; [ -b {node} ]")
    wanted = hashlib.md5(data).hexdigest()
    half = f"bs=1M count={DISK_MIB}"
    shell.run(f"dd if={node} of=/tmp/data {half}", timeout=120)
    check(wanted in shell.run("md5sum /tmp/data"), "read wrong data")
    shell.run(f"dd if=/tmp/data of={node} seek={DISK_MIB} {half} conv=fsync",
              timeout=120)
    shell.run("echo 3 >/proc/sys/vm/drop_caches")
    sums = shell.run(f"dd if={node} skip={DISK_MIB} {half} | md5sum",
                     timeout=120)
    check(wanted in sums, "what was written is read wrong")
    check_interrupts(test, shell, device, DISK_MIB // 2, 300 * DISK_MIB)
    check_log(shell)
    shell.run("sync")
    with open(image, "rb") as file:
        file.seek(len(data))
        check(file.read() == data, "what was written is wrong in the file")


class Echo:
    """A server for one connection, which sends back what it gets."""

    def __init__(self):
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = self._listener.getsockname()[1]
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self):
        connection, _ = self._listener.accept()
        with connection, self._listener:
            while data := connection.recv(65536):
                connection.sendall(data)


@case(quick={("rtl8139", "pc", "6G")},
      each=[(net, *machine) for net in NETS for machine in MACHINES])
def net(test, net, machine, memory):
    """What is sent through a network card comes back the same."""
    device = NETS[net]
    server = Echo()
    shell = start(test, device, machine, memory,
                  ["-netdev", "user,id=net", "-nic", "none"])
    shell.run(f"ifconfig {device.name} 10.0.2.15 up")
    shell.run(f"dd if=/dev/urandom of=/tmp/data bs=1M count={NET_MIB}")
    shell.run(f"sleep 2; nc 10.0.2.2 {server.port} </tmp/data >/tmp/back",
              timeout=240)
    shell.run("cmp /tmp/data /tmp/back")
    check_interrupts(test, shell, device, NET_MIB, 4000 * NET_MIB)
    check_log(shell)
