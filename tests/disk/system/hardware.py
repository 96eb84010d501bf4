# SPDX-License-Identifier: MIT
"""Controllers that are tried, each at a PCI address of its own."""
import dataclasses

from harness.failure import Failure

from . import disk


@dataclasses.dataclass(frozen=True)
class Controller:
    """A PCI device, at slot `slot` of bus 0 on pc and q35 alike.

    arguments: QEMU's for what hangs on it; {id} stands for its name, {at}
    for its PCI address, {back} for its drive or network.
    """

    name: str
    slot: int
    arguments: tuple

    @property
    def address(self):
        """As sysfs calls it."""
        return f"0000:00:{self.slot:02x}.0"

    def _devices(self):
        for text in self.arguments:
            yield "-device"
            yield text.format(id=self.name, at=f"addr={self.slot:#x}",
                              back=f"back-{self.name}")


class DiskController(Controller):
    """With one disk, for scratch."""

    def options(self, scratch):
        """QEMU's arguments; `scratch` is a file as large as the disk is to
        be, which is only read."""
        yield "-drive"
        yield disk.snapshot(scratch, f"if=none,id=back-{self.name}")
        yield from self._devices()

    def block_device(self, session):
        """Its disk's device file."""
        found = session.lines("for d in /sys/block/*; do readlink -f $d; "
                              f"done | grep '/{self.address}/' || true")
        if len(found) != 1:
            raise Failure(f"{self.name} has these disks: {found}")
        return "/dev/" + found[0].rsplit("/", 1)[1]


class NetworkController(Controller):
    """In a user network of its own, where the host is 10.0.<slot>.2."""

    @property
    def host(self):
        """The host's address in its network."""
        return f"10.0.{self.slot}.2"

    @property
    def guest(self):
        """What DHCP would give it there."""
        return f"10.0.{self.slot}.15"

    def options(self, _):
        """QEMU's arguments."""
        yield "-netdev"
        yield f"user,id=back-{self.name},net=10.0.{self.slot}.0/24"
        yield from self._devices()

    def interface(self, session):
        """Its name in Linux."""
        folder = f"/sys/bus/pci/devices/{self.address}"
        found = session.lines(f"ls -d {folder}/net/* {folder}/*/net/* "
                              "2>/dev/null || true")
        if len(found) != 1:
            raise Failure(f"{self.name} has these interfaces: {found}")
        return found[0].rsplit("/", 1)[1]


DISKS = (
    DiskController("ahci", 0x10, (
        "ich9-ahci,id={id},{at}", "ide-hd,bus={id}.0,drive={back}")),
    DiskController("nvme", 0x11, (
        "nvme,serial={id},drive={back},max_ioqpairs=8,{at}",)),
    DiskController("virtio-blk", 0x12, (
        "virtio-blk-pci,drive={back},num-queues=4,{at}",)),
    DiskController("virtio-scsi", 0x13, (
        "virtio-scsi-pci,id={id},num_queues=4,{at}",
        "scsi-hd,bus={id}.0,drive={back}")),
    DiskController("xhci", 0x14, (
        "qemu-xhci,id={id},{at}", "usb-storage,bus={id}.0,drive={back}")),
)

NETWORKS = (
    NetworkController("e1000e", 0x15, ("e1000e,netdev={back},{at}",)),
    NetworkController("virtio-net", 0x16, (
        "virtio-net-pci,netdev={back},{at}",)),
    NetworkController("rtl8139", 0x17, ("rtl8139,netdev={back},{at}",)),
)
