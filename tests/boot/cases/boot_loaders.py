# SPDX-License-Identifier: MIT
"""GRUB from an ISO image, under SeaBIOS; iPXE from the network."""
import contextlib
import shutil
import subprocess
import tempfile

from harness import grub_iso, kernels, paths
from harness.case import case
from harness.failure import check

KERNEL = "6.1-generic"

CONFIGURATION = {
    1: "multiboot /image {words}{image_line} {more}\n"
       "module /vmlinuz {words}{kernel_line}\n"
       "module --nounzip /initrd",
    2: "multiboot2 /image {words}{image_line} {more}\n"
       "module2 /vmlinuz {words}{kernel_line}\n"
       "module2 --nounzip /initrd",
}


@contextlib.contextmanager
def iso(test, protocol, words, more=""):
    """A GRUB ISO for the target; removed afterwards, being large."""
    text = CONFIGURATION[protocol].format(
        words=words, more=more, image_line=test.target.image_line,
        kernel_line=test.target.console)
    path = grub_iso.make(
        test.name.replace(":", "-"), text,
        {"image": test.target.image, "initrd": paths.INITRAMFS,
         "vmlinuz": kernels.vmlinuz(KERNEL)})
    try:
        yield path
    finally:
        path.unlink()


@case(quick={(1, "placeholder", "pc"), (2, "bare", "pc")},
      targets=("microxen", "xen"),
      each=[(protocol, words, machine) for protocol in (1, 2)
            for words in ("placeholder", "bare")
            for machine in ("pc", "q35")])
def grub(test, protocol, words, machine):
    """multiboot 1 and 2, with and without the placeholder word that GRUB 2
    needs for images which expect their file's name first; the text behind
    ' -- ' reaches the kernel here as well."""
    words = "placeholder " if words == "placeholder" else ""
    cpu = "max,-smap" if test.target.name == "xen" else None
    with iso(test, protocol, words, more="-- behind=1") as path:
        booted = test.start(["-cdrom", str(path), "-boot", "d"],
                            machine=machine, cpu=cpu)
        line = booted.login().run("cat /proc/cmdline")
        check("behind=1" in line and "console=hvc0" in line,
              f"the kernel's command line is {line}")


IPXE = """#!ipxe
kernel image {image_line} -- behind=1
module vmlinuz {kernel_line}
module initrd
boot
"""


@case(targets=("microxen", "xen"), each=["pc", "q35"])
def ipxe(test, machine):
    """iPXE in the network card's ROM fetches image, kernel and initrd, and
    starts them by multiboot 1."""
    files = {"image": test.target.image, "initrd": paths.INITRAMFS,
             "vmlinuz": kernels.vmlinuz(KERNEL)}
    paths.SCRATCH.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=paths.SCRATCH) as folder:
        for name, path in files.items():
            shutil.copy(path, f"{folder}/{name}")
        with open(f"{folder}/script.ipxe", "w") as script:
            script.write(IPXE.format(image_line=test.target.image_line,
                                     kernel_line=test.target.console))
        booted = test.start(
            ["-netdev", f"user,id=net,tftp={folder},bootfile=script.ipxe",
             "-device", "e1000,netdev=net", "-boot", "n"],
            machine=machine,
            cpu="max,-smap" if test.target.name == "xen" else None)
        line = booted.login().run("cat /proc/cmdline")
        check("behind=1" in line and "console=hvc0" in line,
              f"the kernel's command line is {line}")


# What QEMU looks for before it takes a kernel for a PVH one.
MULTIBOOT_MAGICS = (0x1badb002, 0xe85250d6)


@case(quick=True, targets=("microxen",))
def pvh(test):
    """Started by the note PHYS32_ENTRY, on a machine without an outer Xen,
    the image takes the kernel, the one module that QEMU can pass so, and
    gives it the hardware; without an initrd it looks for its root there."""
    image = bytearray(paths.IMAGE.read_bytes())
    for magic in MULTIBOOT_MAGICS:
        place = image.index(magic.to_bytes(4, "little"))
        image[place:place + 4] = bytes(4)
    file = paths.SCRATCH / "only-pvh"
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(image)
    machine = test.start(
        ["-kernel", str(file), "-append",
         f"{test.target.image_line} -- console=hvc0",
         "-initrd", str(kernels.vmlinuz(kernels.ANY_GENERIC))])
    machine.console.expect(r"Loaded by .*, PVH", 60)
    machine.console.expect(r'Hypervisor: "TCGTCGTCGTCG"; .* a machine', 60)
    machine.console.expect(r"Role: initial domain", 120)
    machine.console.expect(r"ACPI: Interpreter enabled", 300)
    machine.console.expect(r"Unable to mount root fs", 300)


@case(quick=True, targets=("microxen",))
def packed(test):
    """tools/microxen pack makes one file of image, kernel, initrd and
    command lines, for loaders that pass no modules; of a command line that
    the loader has, its options take the place of the file's."""
    file = paths.SCRATCH / "packed"
    file.parent.mkdir(parents=True, exist_ok=True)
    subprocess.run([paths.TOP / "tools" / "microxen", "pack", file,
                    kernels.vmlinuz("6.1-cloud"), paths.INITRAMFS,
                    "--options", "console=com1 com1=115200,8n1,0x2f8,3",
                    "--kernel-options", "console=hvc0 behind=1"], check=True)
    machine = test.start(["-kernel", str(file)], serial_lines=2)
    line = machine.login(console=machine.consoles[1]).run(
        "cat /proc/cmdline")
    check("behind=1" in line, f"the kernel's command line is {line}")
    machine = test.start(["-kernel", str(file),
                          "-append", test.target.image_line])
    machine.console.expect(r"Loaded by .*, PVH", 60)
    machine.console.expect(r"behind=1", 240)
