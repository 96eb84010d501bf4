# SPDX-License-Identifier: MIT
"""UEFI: GRUB from an ISO image under OVMF, and the firmware's services."""
import contextlib
import re

from harness import drivers, grub_iso, ovmf, paths, repack
from harness.case import case
from harness.failure import check
from harness.image import symbol
from harness.own_memory import NOWHERE, spoil

# Who ends boot services: the image, as its header asks for, or GRUB.
BOTH = ("on", "ended")

CONFIGURATION = """{video}
multiboot2 /image placeholder {image_line} {options}
module2 /vmlinuz placeholder {kernel_line}
module2 --nounzip /initrd"""

BOOT_TIMEOUT = 300
# EFI_GLOBAL_VARIABLE; and one of our own, as firmware allows no other names
# there.
GLOBAL = "8be4df61-93ca-11d2-aa0d-00e098032b8c"
VARIABLE = ("/sys/firmware/efi/efivars/"
            "MicroxenTest-5e1f1bd0-6b3c-4d0c-9a33-0d5a6e7f0c11")
# Attributes: non-volatile, at boot, at run time; then the contents.
CONTENTS = r"\007\000\000\000kept\001\377"
RUNTIME_SERVICES = b"RUNTSERV"
GET_NEXT_VARIABLE_NAME = 24 + 7 * 8     # in EFI_RUNTIME_SERVICES


@contextlib.contextmanager
def machine(test, boot_services="on", options="", modules=(),
            video="insmod efi_gop"):
    """A machine that boots from such an ISO, with variables of its own."""
    name = test.name.replace(":", "-")      # others run at the same time
    image = test.target.image
    if boot_services == "ended":
        image = repack.made("ending-boot-services",
                            lambda: ovmf.ending_boot_services(
                                test.target.image))
    initrd = drivers.initramfs(*modules) if modules else paths.INITRAMFS
    iso = grub_iso.make(name, CONFIGURATION.format(
        video=video, image_line=test.target.image_line, options=options,
        kernel_line=test.target.console),
        {"image": image, "initrd": initrd, "vmlinuz": drivers.vmlinuz()},
        firmware="efi")
    variables = ovmf.new_variables(name)
    try:
        yield test.start([*ovmf.drives(variables), "-cdrom", str(iso)],
                         machine="q35")
    finally:
        iso.unlink()
        test.close_machines()
        variables.unlink()


def check_clean(shell):
    """The kernel complained of nothing."""
    log = shell.run("dmesg")
    bad = re.search(r".*(WARNING:|BUG:|Call Trace|\[Firmware Bug\]).*", log)
    check(not bad, f"dmesg has {bad and bad.group()}")
    return log


@case(quick={"ended"}, each=BOTH, targets=("microxen",), timeout=600)
def shell(test, boot_services):
    """6.1 comes up, knows the firmware and its ACPI tables, and `poweroff`
    ends QEMU."""
    with machine(test, boot_services) as booted:
        booted.console.expect(rf"EFI's boot services {boot_services}", 120)
        booted.console.expect("runtime services are used", 30)
        inside = booted.login(BOOT_TIMEOUT)
        log = check_clean(inside)
        check("efi: EFI v2" in log, "the kernel found no EFI")
        check("ACPI: RSDP" in log, "the kernel found no ACPI")
        tables = inside.run("cat /sys/firmware/efi/systab")
        check("ACPI20=" in tables, f"its tables are {tables}")
        booted.console.send("poweroff\n")
        event = booted.monitor.wait_event("SHUTDOWN", 60)
        check(event["reason"] == "guest-shutdown", f"it ended by {event}")


@case(targets=("microxen",), timeout=600)
def no_graphics(test):
    """GRUB leaves the screen as the firmware has it and tells nothing of
    it: the firmware is asked."""
    with machine(test, video="") as booted:
        inside = booted.login(BOOT_TIMEOUT)
        log = check_clean(inside)
        check("EFI VGA frame buffer device" in log,
              "the kernel has no framebuffer")


def mount(inside):
    """The file system of variables."""
    inside.run("modprobe efivarfs")
    inside.run("mount -t efivarfs efivarfs /sys/firmware/efi/efivars")


@case(each=BOTH, targets=("microxen",), timeout=900)
def variable_survives(test, boot_services):
    """The firmware's variables are there, and one that is written is there
    after a reboot."""
    with machine(test, boot_services, modules=("efivarfs",)) as booted:
        inside = booted.login(BOOT_TIMEOUT)
        mount(inside)
        names = inside.run("ls /sys/firmware/efi/efivars")
        for name in ("BootOrder", "Boot0000", "ConOut", "PlatformLang"):
            check(f"{name}-{GLOBAL}" in names, f"{name} is not in {names}")
        inside.run(f"printf '{CONTENTS}' > /tmp/wanted")
        inside.run(f"dd bs=64 if=/tmp/wanted of={VARIABLE}")
        inside.run(f"cmp {VARIABLE} /tmp/wanted")
        booted.console.send("reboot\n")
        booted.monitor.wait_event("RESET", 60)

        inside = booted.login(BOOT_TIMEOUT)
        mount(inside)
        inside.run(f"printf '{CONTENTS}' > /tmp/wanted")
        inside.run(f"cmp {VARIABLE} /tmp/wanted")
        check_clean(inside)


@case(targets=("microxen",), timeout=600)
def no_runtime_services(test):
    """With `efi=no-rs' the firmware is known and never called."""
    with machine(test, options="efi=no-rs", modules=("efivarfs",)) as booted:
        booted.console.expect("runtime services are not used", 120)
        inside = booted.login(BOOT_TIMEOUT)
        inside.run("test -d /sys/firmware/efi")
        inside.run("modprobe efivarfs; true")
        check(inside.status("mount -t efivarfs efivarfs"
                            " /sys/firmware/efi/efivars")[0] != 0
              or not inside.run("ls /sys/firmware/efi/efivars").strip(),
              "there are variables")


def read_own_memory(booted, address, size):
    """Bytes of the address space that is loaded."""
    file = paths.SCRATCH / "own-memory"
    # JSON has no unsigned numbers of 64 bits.
    booted.monitor.execute("memsave", val=address - (1 << 64), size=size,
                           filename=str(file))
    return file.read_bytes()


@case(targets=("microxen",), timeout=600)
def fault_in_firmware_is_explained(test):
    """A runtime service that jumps nowhere: a panic that says whose fault
    it is."""
    with machine(test, modules=("efivarfs",)) as booted:
        inside = booted.login(BOOT_TIMEOUT)
        table = read_own_memory(booted, symbol("efi"),
                                0x1000).index(RUNTIME_SERVICES)
        spoil(booted, symbol("efi") + table + GET_NEXT_VARIABLE_NAME,
              NOWHERE)
        inside.run("modprobe efivarfs")
        booted.console.send("mount -t efivarfs efivarfs"
                            " /sys/firmware/efi/efivars\n")
        booted.console.expect(
            "Panic: unexpected exception in the EFI firmware", 60)
        booted.console.expect("Backtrace:", 20)
        booted.monitor.wait_event("RESET", 60)
