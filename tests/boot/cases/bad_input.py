# SPDX-License-Identifier: MIT
"""What cannot be booted is refused with a clear line, on every console,
and the machine then restarts, or halts where `noreboot` asks for that."""
import re

from harness import compression, kernels, paths, repack
from harness.case import case
from harness.failure import check

FORMATS = tuple(compression.COMPRESS)
BOTH = ("microxen", "xen")
ALL_CONSOLES = "console=com1,vga com1=115200,8n1"
MESSAGE_WITHIN = 90
RESTARTS_WITHIN = 60
HALTED_FOR = 8

NOT_A_KERNEL = "neither a bzImage nor an ELF file"
TRUNCATED_FILE = "truncated bzImage"
BAD_PAYLOAD = "truncated or corrupt"
NO_NOTES = "no Xen notes"


def start(test, modules, options="", **settings):
    """Boot the image with these modules and both consoles."""
    if test.target.name == "xen":
        options += " smap=off"
    boot = test.target.boot_modules(modules, f"{ALL_CONSOLES} {options}")
    settings.setdefault("cpu", "max,-smap" if test.target.name == "xen"
                        else "max")
    return test.start(boot, **settings)


def check_message(test, machine, pattern):
    """The line is on the serial line and on the screen. Real Xen has its
    own words and leaves this screen blank; it is here only to try the
    cases."""
    if test.target.name == "xen":
        return machine.console.expect("Panic on CPU", MESSAGE_WITHIN)[1]
    _, match = machine.console.expect(rf"^\(XEN\).*({pattern}).*$",
                                      MESSAGE_WITHIN)
    machine.monitor.wait_vga(pattern, 10)
    return match


def check_restart(machine):
    """The machine is reset, after time to read."""
    machine.monitor.wait_event("RESET", RESTARTS_WITHIN)


def check_halt(machine):
    """The machine is still there and its processor sleeps."""
    check(not machine.console.wait_closed(HALTED_FOR), "QEMU has ended")
    check(not machine.monitor.events("RESET"), "the machine was reset")
    text = machine.monitor.human("info registers")
    check("HLT=1" in text, "the processor is not halted")


def check_refused(test, modules, pattern, **settings):
    """Refused with that message, both ways."""
    machine = start(test, modules, **settings)
    check_message(test, machine, pattern)
    check_restart(machine)
    machine.close()
    machine = start(test, modules, "noreboot", **settings)
    check_message(test, machine, pattern)
    check_halt(machine)


@case(quick=True, targets=BOTH)
def no_module(test):
    """The boot loader gave no kernel at all."""
    check_refused(test, [], "no (kernel|module)")


@case(quick=True, targets=BOTH)
def no_kernel(test):
    """The first module is an initrd, not a kernel."""
    check_refused(test, [(paths.INITRAMFS, "")], NOT_A_KERNEL)


@case(targets=BOTH)
def empty_module(test):
    """The first module has next to nothing in it."""
    path = repack.made("empty-module", lambda: b"\n")
    check_refused(test, [(path, "")], NOT_A_KERNEL)


@case(quick=True, targets=BOTH)
def program(test):
    """The first module is an ELF program for Linux."""
    check_refused(test, [("/bin/busybox", "")], NO_NOTES)


@case(targets=BOTH)
def no_xen_notes(test):
    """A kernel like any other, but without Xen notes."""
    path = repack.made("no-notes", lambda: repack.bzimage_of(
        kernels.ANY, compression.pack("lz4", repack.without_xen_notes(
            repack.elf(kernels.ANY).read_bytes()))))
    check_refused(test, [(path, "")], NO_NOTES)


@case(quick=True, targets=BOTH)
def truncated_file(test):
    """The file ends in the middle of the packed kernel."""
    whole = kernels.vmlinuz(kernels.ANY).read_bytes()
    path = repack.made("half-a-file", lambda: whole[:len(whole) // 2])
    check_refused(test, [(path, "")], TRUNCATED_FILE)


def packed_badly(name, damage):
    """A bzImage in that format, its packed data changed by damage()."""
    def make():
        packed = compression.pack(
            name, repack.elf(kernels.ANY).read_bytes())
        # The size that Linux puts behind the data stays.
        return repack.bzimage_of(kernels.ANY,
                                 damage(packed[:-4]) + packed[-4:])
    return repack.made(f"{damage.__name__}-{name}", make)


def half(data):
    """The first half of it."""
    return data[:len(data) // 2]


def overwritten(data):
    """A stretch of bytes in the middle is replaced by others."""
    middle = len(data) // 2
    junk = b"\xff" * 65536
    return data[:middle] + junk + data[middle + len(junk):]


@case(quick={"gzip", "zstd"}, targets=BOTH, each=FORMATS)
def truncated_payload(test, name):
    """The packed kernel ends early; the machine restarts."""
    machine = start(test, [(packed_badly(name, half), "")])
    check_message(test, machine, BAD_PAYLOAD)
    check_restart(machine)


@case(quick={"lz4", "xz"}, targets=BOTH, each=FORMATS)
def corrupt_payload(test, name):
    """The packed kernel is damaged in its middle; the machine halts."""
    machine = start(test, [(packed_badly(name, overwritten), "")],
                    "noreboot")
    check_message(test, machine, BAD_PAYLOAD)
    check_halt(machine)


@case(quick=True, targets=("microxen",))
def initrd_leaves_no_room(test):
    """The initrd fits into RAM, but leaves too little to unpack the
    kernel."""
    path = repack.made("large-initrd", lambda: bytes(88 << 20))
    check_refused(test, [(kernels.vmlinuz(kernels.ANY), ""), (path, "")],
                  "The initrd of 90112 KiB doesn't fit", memory="128M")


@case(targets=("microxen",))
def initrd_does_not_fit(test):
    """The kernel needs no unpacking, and yet there is no place for the
    initrd beside it."""
    path = repack.made("large-initrd", lambda: bytes(88 << 20))
    check_refused(test, [(repack.elf(kernels.ANY), ""), (path, "")],
                  "The initrd of 90112 KiB doesn't fit", memory="184M")


@case(quick=True, targets=("microxen",))
def too_little_memory(test):
    """Less RAM than the kernel itself takes."""
    check_refused(test, [(kernels.vmlinuz(kernels.ANY), ""),
                         (paths.INITRAMFS, "")],
                  "Too little RAM|memory", memory="40M")


@case(quick={"qemu32"}, targets=("microxen",),
      each=["qemu32", "max,-lm"])
def processor_without_long_mode(test, model):
    """A 32-bit processor: said, and halted, as no command line can be read
    there."""
    machine = start(test, [(kernels.vmlinuz(kernels.ANY), "")], cpu=model)
    machine.console.expect("64-bit mode", MESSAGE_WITHIN)
    machine.monitor.wait_vga("64-bit mode", 10)
    check_halt(machine)


@case(quick={"max,-nx"}, targets=("microxen",),
      each=["max,-nx", "max,-syscall", "max,-sse2", "max,-fxsr",
            "max,-apic", "max,-tsc"])
def processor_that_lacks_a_feature(test, model):
    """A processor that lacks what is needed is refused, saying what; one
    that will do comes up."""
    machine = start(test, [(kernels.vmlinuz(kernels.ANY), "console=hvc0"),
                           (paths.INITRAMFS, "")], cpu=model)
    _, match = machine.console.expect(
        r"^\(XEN\) Panic: .*\n|^microxen: this CPU .*\n"
        r"|Linux \S+ on xen hypervisor", 2 * MESSAGE_WITHIN)
    text = match.group(0).decode()
    if text.startswith("Linux"):
        return
    feature = model.removeprefix("max,-")
    check(feature in text.lower(), f"{feature} is not named: {text}")
    machine.monitor.wait_vga(f"(?i){feature}", 10)
    if "halted" in text:
        check_halt(machine)
    else:
        check_restart(machine)


@case(quick=True, targets=BOTH)
def unknown_options(test):
    """Options that nobody knows are named, then ignored."""
    kernel = (kernels.ANY_GENERIC if test.target.name == "xen"
              else kernels.ANY)
    machine = test.boot(kernel, image_options="frobnicate=7 no-sense")
    if test.target.name == "microxen":
        before, _ = machine.console.expect("Linux version", MESSAGE_WITHIN)
        text = before.decode("utf-8", "replace")
        for word in ("frobnicate", "no-sense"):
            check(re.search(rf"\(XEN\).*{word}(?!.*-append)", text),
                  f"{word} is not named")
    machine.login()
