# SPDX-License-Identifier: MIT
"""The screen: microxen's log on it, and then the kernel's console."""
import contextlib

from harness import grub_iso, kernels, paths, picture
from harness.case import case
from harness.failure import check
from harness.own_memory import spoil_shared_info

KERNEL = "6.1-generic"
MODES = ("800x600x16", "1024x768x24", "1280x1024x32")
SERIAL = "console=com1,vga com1=115200,8n1 noreboot"


@contextlib.contextmanager
def iso(test, mode, options="", kernel_options=None):
    """A GRUB ISO that sets a VBE mode; without kernel_options it has no
    kernel to start."""
    # The image's header makes GRUB choose "auto"; this is said behind it.
    lines = ["insmod vbe", f"multiboot2 /image {SERIAL} {options}",
             f"set gfxpayload={mode}"]
    files = {"image": test.target.image}
    if kernel_options is not None:
        lines += [f"module2 /vmlinuz console=tty0 {test.target.console} "
                  f"{kernel_options}", "module2 --nounzip /initrd"]
        files |= {"vmlinuz": kernels.vmlinuz(KERNEL),
                  "initrd": paths.INITRAMFS}
    path = grub_iso.make(f"video-{mode}", "\n".join(lines), files)
    try:
        yield path
    finally:
        path.unlink()


def start(test, path, **settings):
    """Boot from the ISO."""
    return test.start(["-cdrom", str(path), "-boot", "d"], **settings)


@case(quick={"1024x768x24"}, each=MODES, targets=("microxen",))
def log_on_framebuffer(test, mode):
    """The log stands on the screen, pixel by pixel as its font has it, in
    one colour, in every depth."""
    with iso(test, mode) as path:
        machine = start(test, path)
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


@case(quick={"1024x768x32"}, each=("1024x768x32", "800x600x16"),
      targets=("microxen",))
def kernel_on_framebuffer(test, mode):
    """The kernel finds the framebuffer by dom0_vga_console_info, and its
    console, tty1, is what the screen shows; microxen keeps off until it
    panics."""
    with iso(test, mode, kernel_options="nomodeset") as path:
        machine = start(test, path)
        shell = machine.login()
    check_kernels_console(machine, test.log_stem, shell)
    spoil_shared_info(machine)
    machine.console.send("\n")
    picture.wait_text(machine, test.log_stem, "(XEN) Halted, as", 60)
