# SPDX-License-Identifier: MIT
"""The entry that update-grub made, under each firmware."""
import struct

from harness import paths
from harness.case import case
from harness.failure import check
from system import disk, messages

FIRMWARE = [("seabios", "pc"), ("seabios", "q35"), ("ovmf", "q35")]


@case(quick={("seabios", "pc"), ("ovmf", "q35")}, each=FIRMWARE,
      targets=("microxen", "native"), timeout=disk.TIMEOUT)
def reaches_multi_user(test, firmware, machine):
    """GRUB's own menu entry leads to a system that has started whole, with
    a shell on the console and one on the screen; poweroff ends it."""
    session = disk.boot(test, firmware=firmware, machine=machine)
    session.check_running()
    session.run("systemctl is-active getty@tty1")
    end_by(session, "poweroff")


@case(each=FIRMWARE, targets=("microxen",), timeout=disk.TIMEOUT)
def no_other_complaints(test, firmware, machine):
    """Warnings and errors in the kernel's log and the journal are those of
    a native boot of the same disk, but for allowed-differences.txt."""
    found = {}
    for system in messages.SIDES:
        session = disk.boot(test, firmware=firmware, machine=machine,
                            system=system)
        session.check_running()
        found[system] = messages.collect(session)
        test.close_machines()
    wrong = messages.differences(found["native"], found["microxen"])
    check(not wrong, "\n".join(wrong))


@case(targets=("microxen",), timeout=disk.TIMEOUT)
def boot_services_exited(test):
    """A GRUB that is not asked to keep UEFI's boot services leaves them
    before it starts the image, which then comes up as well."""
    image = disk.copy_with(test, without_boot_services(
        paths.IMAGE.read_bytes()))
    try:
        session = disk.boot(test, firmware="ovmf", machine="q35",
                            image=image)
        session.check_running()
        end_by(session, "poweroff")
    finally:
        test.close_machines()
        image.unlink()


def without_boot_services(image):
    """The image with a type that nobody knows for the tag which asks for
    them; it is optional. Multiboot2 Specification 2.0, 3.1.2 and 3.1.14."""
    header = image.index(struct.pack("<I", 0xe85250d6))
    tag = image.find(struct.pack("<HHI", 7, 1, 8), header, header + 256)
    check(tag > 0, "the header asks for no boot services")
    return image[:tag] + struct.pack("<H", 0x7fff) + image[tag + 2:]


def end_by(session, command):
    """The machine switches itself off."""
    session.console.send(command + "\n")
    event = session.machine.monitor.wait_event("SHUTDOWN", 600)
    check(event["reason"] == "guest-shutdown", f"it ended by {event}")
    check(session.machine.wait_exit(30) == 0, "QEMU ended with an error")
