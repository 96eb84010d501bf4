# SPDX-License-Identifier: MIT
"""Firmware whose ACPI tables are broken or lie: GRUB puts them in place of
QEMU's."""
from harness import grub_iso, inspect_guest, kernels, madt, paths
from harness.case import case
from harness.failure import check

KERNEL = "6.1-generic"
GRUB = ("acpi --exclude=APIC /madt\n"
        "multiboot /image {image_line}\n"
        "module /vmlinuz {kernel_line}\n"
        "module --nounzip /initrd")
CPU = madt.LOCAL_APIC

# name: the MADT, and what microxen has to say of it.
MADTS = {
    "phantom": (madt.table(CPU + madt.IO_APIC + madt.OVERRIDES
                           + madt.io_apic(0xfed90000, 24, 1)),
                "IO-APIC at 0xfed90000 doesn't answer: left out"),
    "in-ram": (madt.table(CPU + madt.IO_APIC + madt.OVERRIDES
                          + madt.io_apic(0x3000000, 24, 1)),
               "IO-APIC at 0x3000000 is RAM: left out"),
    "far-gsis": (madt.table(CPU + madt.IO_APIC + madt.OVERRIDES
                            + madt.io_apic(0xfec00000, 0xfffffff0, 1)),
                 "IO-APIC at 0xfec00000 can't have GSIs from 4294967280 on"),
    "only-phantom": (madt.table(CPU + madt.io_apic(0xfed90000, 0)
                                + madt.OVERRIDES),
                     "IO-APIC at 0xfed90000 doesn't answer: left out"),
    "truncated": (madt.table(CPU + madt.IO_APIC + madt.OVERRIDES
                             + madt.IO_APIC[:7]),
                  'bad tables left out, the first is "APIC"'),
    "wrong-sum": (madt.table(CPU + madt.IO_APIC + madt.OVERRIDES, 1),
                  'bad tables left out, the first is "APIC"'),
}

# Linux boots to its shell, without any interrupt of a device.
LINUX_GIVES_UP = {"truncated"}


@case(quick={"wrong-sum"}, each=list(MADTS),
      targets=("microxen",))
def madt_is_wrong(test, name):
    """A MADT that is wrong costs a line in the log; the keyboard's
    interrupts come all the same, if the kernel itself can do with such a
    table."""
    content, complaint = MADTS[name]
    file = paths.SCRATCH / f"madt-{name}"
    paths.SCRATCH.mkdir(parents=True, exist_ok=True)
    file.write_bytes(content)
    text = GRUB.format(image_line=test.target.image_line,
                       kernel_line=test.target.console)
    iso = grub_iso.make(f"madt-{name}", text,
                        {"image": test.target.image, "madt": file,
                         "initrd": paths.INITRAMFS,
                         "vmlinuz": kernels.vmlinuz(KERNEL)})
    try:
        machine = test.start(["-cdrom", str(iso), "-boot", "d"])
        shell = machine.login()
    finally:
        iso.unlink()
    check(complaint in machine.console.text(), f"no {complaint!r}")
    inspect_guest.check_log(shell)
    if name in LINUX_GIVES_UP:
        return
    command = "grep i8042 /proc/interrupts"
    before = shell.run(command)
    machine.monitor.human("sendkey a")
    shell.run("sleep 2")
    check(shell.run(command) != before, "the keyboard is dead")
