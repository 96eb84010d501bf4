# SPDX-License-Identifier: MIT
"""The screen: microxen's log on it, and then the kernel's console."""
import contextlib

from harness import grub_iso, kernels, ovmf, paths, picture
from harness.case import case
from harness.failure import check
from harness.own_memory import spoil_events

KERNEL = "6.1-generic"
MODES = ("800x600x16", "1024x768x24", "1280x1024x32")
SERIAL = "console=com1,vga com1=115200,8n1 noreboot"
LOGIN_TIMEOUT = 300


# How GRUB is told a mode: the image's header makes it choose "auto", and what
# is said behind that counts.  EFI's is left as the firmware has it.
GRAPHICS = {"bios": ("insmod vbe", "set gfxpayload={mode}"),
            "efi": ("insmod efi_gop", "")}


@contextlib.contextmanager
def booted(test, mode, kernel_options=None, firmware="bios"):
    """A machine that boots from a GRUB ISO in a graphics mode; without
    kernel_options it has no kernel to start."""
    before, behind = GRAPHICS[firmware]
    lines = [before, f"multiboot2 /image {SERIAL}", behind.format(mode=mode)]
    files = {"image": test.target.image}
    if kernel_options is not None:
        lines += [f"module2 /vmlinuz console=tty0 {test.target.console} "
                  f"{kernel_options}", "module2 --nounzip /initrd"]
        files |= {"vmlinuz": kernels.vmlinuz(KERNEL),
                  "initrd": paths.INITRAMFS}
    name = f"video-{firmware}-{mode}"
    path = grub_iso.make(name, "\n".join(lines), files, firmware)
    chips, variables = [], None
    if firmware == "efi":
        variables = ovmf.new_variables(name)
        chips = ovmf.drives(variables)
    try:
        yield test.start([*chips, "-cdrom", str(path), "-boot", "d"],
                         machine="q35" if chips else "pc")
    finally:
        test.close_machines()
        path.unlink()
        if variables:
            variables.unlink()


@case(quick={"1024x768x24"}, each=MODES, targets=("microxen",))
def log_on_framebuffer(test, mode):
    """The log stands on the screen, pixel by pixel as its font has it, in
    one colour, in every depth."""
    with booted(test, mode) as machine:
        machine.console.expect("Halted", 120)
        shown = picture.wait_text(machine, test.log_stem, "Halted, as", 10)
    width, height, _ = map(int, mode.split("x"))
    check((shown.width, shown.height) == (width, height),
          f"the mode is {shown.width}x{shown.height}")
    text = shown.text(picture.microxen_font())
    check(picture.UNKNOWN not in text,
          f"what is shown is not all of the font:\n{text}")
    check("(XEN) microxen " in text and "(XEN) Panic: " in text,
          f"lines are missing:\n{text}")
    check(len(shown.colours()) == 2, f"colours: {shown.colours()}")


def kernels_console(shell, shown):
    """Compare the screen with the characters that the kernel's console has:
    every character has one look, blanks are empty, others differ."""
    text = shell.run("od -An -v -tx1 /dev/vcs1", timeout=120)
    characters = bytes.fromhex(text)
    size = shown.columns * shown.rows
    check(len(characters) == size,
          f"tty1 has {len(characters)} characters, the screen {size}")
    looks = {}
    for place, character in enumerate(characters):
        glyph = shown.glyph(place % shown.columns, place // shown.columns)
        check(looks.setdefault(character, glyph) == glyph,
              f"{character:#x} at {place} looks unlike the others")
    check(looks[0x20] == picture.BLANK, "blanks are not black")
    check(len(set(looks.values())) == len(looks) > 40,
          f"{len(looks)} characters have {len(set(looks.values()))} looks")
    return "\n".join(
        characters[at:at + shown.columns].decode("cp437").rstrip()
        for at in range(0, size, shown.columns))


def check_kernels_console(machine, log_stem, shell, cell=8):
    """The kernel's log is on tty1, and tty1 on the screen."""
    shell.run("printf '\\033[?25l\\033[2J' > /dev/tty1; "
              "dmesg | head -n 15 > /dev/tty1")
    shown = picture.take(machine, log_stem, cell)
    text = kernels_console(shell, shown)
    check("Linux version 6.1" in text, f"this is on tty1:\n{text}")


@case(quick=True)
def kernel_on_text(test):
    """The same in VGA's text mode, where the kernel goes on below what
    microxen logged."""
    machine = test.boot(KERNEL, kernel_options="nomodeset console=tty0 "
                        + test.target.console)
    check_kernels_console(machine, test.log_stem, machine.login(), cell=9)


@case(quick={("efi", "1280x800")},
      each=[("bios", "1024x768x32"), ("bios", "800x600x16"),
            ("efi", "1280x800")], targets=("microxen",), timeout=600)
def kernel_on_framebuffer(test, firmware, mode):
    """The kernel finds the framebuffer, VBE's or GOP's, by
    dom0_vga_console_info, and its console, tty1, is what the screen shows;
    microxen keeps off until it panics."""
    with booted(test, mode, "nomodeset", firmware) as machine:
        shell = machine.login(LOGIN_TIMEOUT)
        name = shell.run("cat /proc/fb").split(maxsplit=1)[1].strip()
        check(name == ("EFI VGA" if firmware == "efi" else "VESA VGA"),
              f"the framebuffer is {name}")
        check_kernels_console(machine, test.log_stem, shell)
        spoil_events(machine)
        machine.console.send("\n")
        picture.wait_text(machine, test.log_stem, "(XEN) Halted, as", 60)
