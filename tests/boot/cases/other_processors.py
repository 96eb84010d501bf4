# SPDX-License-Identifier: MIT
"""Processors with features that QEMU's TCG does not have."""
import re

from harness import bochs, grub_iso, paths, repack
from harness.case import case
from harness.failure import check

CONFIGURATION = """multiboot2 /image console=com1 com1=115200,8n1
module2 /vmlinux console=hvc0 microxen.test=features
module2 --nounzip /initrd"""


# Its kernel is unpacked before: Bochs is slow.
@case(each=[("6.1-cloud", "corei7_skylake_x")], targets=("microxen",),
      timeout=1500)
def bochs_skylake(test, kernel, cpu):
    """x2APIC and the TSC-deadline timer are used, and the programs that
    look at the processor's features are content.

    The kernel warns of sizes that this Bochs reports for XSAVES; it does so
    natively too, and goes without XSAVE.
    """
    image = grub_iso.make("bochs", CONFIGURATION, {
        "image": test.target.image, "vmlinux": repack.elf(kernel),
        "initrd": paths.INITRAMFS})
    try:
        text = bochs.run(bochs.installed(), image, cpu, test.log_stem,
                         "The kernel asks for power off", 1400)
    finally:
        image.unlink()
    for line in (r"APIC: x2APIC", r"APIC timer: TSC deadline", r"^done"):
        check(re.search(line, text, re.MULTILINE), f"no {line!r}")
    warnings = [line for line in text.splitlines()
                if "WARNING: CPU:" in line and "fpu/xstate.c" not in line]
    check(not warnings, "\n".join(warnings))
