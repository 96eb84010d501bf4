# SPDX-License-Identifier: MIT
"""Processors with features that QEMU's TCG does not have."""
import re

from harness import bochs, comparison, grub_iso, kernels, paths, repack
from harness.case import case
from harness.failure import check

# The kernel is unpacked before: Bochs is slow. By default a PV kernel is
# silent about an MSR access that faults; with xen_msr_safe=0 it reports it.
ON_MICROXEN = """multiboot2 /image console=com1 com1=115200,8n1 {image_options}
module2 /kernel console=hvc0 xen_msr_safe=0 {options}
module2 --nounzip /initrd"""

NATIVE = """linux /kernel console=ttyS0 no5lvl {options}
initrd /initrd"""


def boot(version, configuration, files, cpu, log_stem, programs,
         image_options="", cpus=1):
    """Boot, run some of the programs, and return all that was printed."""
    options = "microxen.test=" + ",".join(programs)
    image = grub_iso.make(f"bochs-{cpu}-{cpus}",
                          configuration.format(options=options,
                                               image_options=image_options),
                          {"initrd": paths.INITRAMFS, **files})
    try:
        return bochs.run(version, image, cpu, log_stem, "TESTS end", 1400,
                         cpus)
    finally:
        image.unlink()


def boot_on_microxen(test, version, kernel, cpu, programs, **settings):
    """The same on what is tested."""
    return boot(version, ON_MICROXEN,
                {"image": test.target.image, "kernel": repack.elf(kernel)},
                cpu, test.log_stem, programs, **settings)


def check_warnings(text, expected):
    """Fail on any of the kernel's own warnings but from that place."""
    warnings = [line for line in text.splitlines()
                if "WARNING: CPU:" in line and expected not in line]
    check(not warnings, "\n".join(warnings))


@case(each=[("6.1-cloud", "corei7_skylake_x")], targets=("microxen",),
      timeout=1500)
def bochs_skylake(test, kernel, cpu):
    """x2APIC is used, but not the TSC-deadline timer, which such a processor
    has an erratum of: this Bochs knows of no microcode. The programs that look
    at the processor's features are content.

    The kernel warns of sizes that this Bochs reports for XSAVES; it does so
    natively too, and goes without XSAVE.
    """
    text = boot_on_microxen(test, bochs.installed(), kernel, cpu,
                            ["features"])
    for line in (r"APIC: x2APIC", r"deadline has an erratum; microcode 0x2",
                 r"APIC timer: \d+\.\d+ MHz", r"^done"):
        check(re.search(line, text, re.MULTILINE), f"no {line!r}")
    check_warnings(text, "fpu/xstate.c")


def state_lines(text):
    """What the kernel says of the extended state, without the times."""
    return re.findall(r"x86/fpu: .*", text.replace("\r", ""))


@case(each=[("6.12-cloud", "corei7_icelake_u")], targets=("microxen",),
      timeout=3000)
def bochs_icelake(test, kernel, cpu):
    """The TSC-deadline timer is used. XSAVES is on: the kernel keeps the
    same state as natively, in the compacted format, no access to an MSR
    faults, and what programs see of their registers over switches, signals
    and ptrace is the same.

    The kernel warns that leaves 1 and 4 of CPUID disagree about the number
    of cores, as they do in this Bochs. A PV kernel can but use them, as it
    hides the better leaf 11 from itself.
    """
    version = bochs.fetched()
    programs = ["features", "sigreturn", "debug"]
    native_stem = f"{test.log_stem}.native"
    native = boot(version, NATIVE,
                  {"kernel": kernels.vmlinuz(kernel)}, cpu, native_stem,
                  programs)
    tested = boot_on_microxen(test, version, kernel, cpu, programs)
    lines = state_lines(tested)
    check(lines == state_lines(native), "not as natively:\n"
          + "\n".join(lines))
    check(any("using 'compacted' format" in line for line in lines),
          "the format is not the compacted one:\n" + "\n".join(lines))
    check(re.search(r"APIC timer: TSC deadline\s*$", tested, re.MULTILINE),
          "the TSC-deadline timer is not used")
    for wanted in ("features/wanted-flags: xsaves yes",
                   "features/os-bits: osxsave on"):
        check(wanted in tested, f"no {wanted!r}")
    # IA32_XSS is written whenever XSAVES is on.
    check("unchecked MSR" not in tested, "an access to an MSR faulted")
    check_warnings(tested.split("TEST features begins")[0], "parse_legacy")
    comparison.check_logs(f"{native_stem}.com1", f"{test.log_stem}.com1")


@case(each=[("6.1-cloud", "corei7_skylake_x", 1),
            ("6.1-cloud", "corei7_skylake_x", 2)], targets=("microxen",),
      timeout=1500)
def bochs_global_pages(test, kernel, cpu, cpus):
    """With pvops=all the kernel has global translations, which this Bochs
    keeps when CR3 is loaded, and QEMU doesn't: programs that share memory and
    move between processors, and ones with large pages, see no stale ones."""
    programs = ["shootdown", "huge-pages", "page-states"]
    text = boot_on_microxen(test, bochs.installed(), kernel, cpu, programs,
                            image_options="pvops=all", cpus=cpus)
    check(re.search(rf"smp: Brought up 1 node, {cpus} CPU", text),
          f"there are not {cpus} processors")
    check("pv_ops: mmu, cpu, irq:" in text, "nothing was replaced")
    ends = re.findall(r"^TEST (\S+) ends with status (\d+)", text,
                      re.MULTILINE)
    check(ends == [(program, "0") for program in programs],
          f"the programs ended so: {ends}")
    check_warnings(text, "fpu/xstate.c")
