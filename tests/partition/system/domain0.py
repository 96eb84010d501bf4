# SPDX-License-Identifier: MIT
"""Real Xen with a domain 0 that has its tools, and guests beside it.

Domain 0's shell is on the first serial line, the guest's console on the
second one.
"""
import gzip
import hashlib
import time

from harness import cpio, drivers, kernels, lost_interrupt, paths
from harness.failure import Failure

from .guest import Guest
from .shims import FOLDER

TOOLS = paths.BUILD / "xen-tools"
INITRAMFS = paths.BUILD / "partition" / "dom0.gz"

# QEMU 7.2 applies supervisor SMAP rules to an IRETQ to ring 3, gives Xen's
# MWAIT a #GP, and doesn't let Xen know of a guest's XSETBV.
CPU = "EPYC,-smap,-monitor,-xsave"
XEN_LINE = ("console=com1 com1=115200,8n1 dom0_mem=1500M,max:1500M"
            " dom0_max_vcpus=1 guest_loglvl=all")
SETTINGS = {"memory": "4G", "cpu": CPU, "serial_lines": 2}

# An emulated machine with nested paging, on a host with more to do.
TIMEOUT = 1800
BOOT_TIMEOUT = 600
QUIET_AFTER = 15                # seconds

XENCTX = "/usr/lib/xen-4.17/bin/xenctx"
CONFIGURATION = f"/{FOLDER}/guest.cfg"
# Xen drops what is typed when 128 characters wait for a busy domain 0.
PIECE = 60


def _archive(folder):
    """A folder below build/, whole."""
    return cpio.pack(folder, (path.relative_to(folder)
                              for path in folder.rglob("*")))


class Domain0:
    """Boots with these files (name: path) in FOLDER, on a machine with
    SETTINGS and these."""

    def __init__(self, test, files, **settings):
        for needed in (TOOLS / "xen", INITRAMFS):
            if not needed.exists():
                raise Failure(f"{needed} is not there; run make"
                              " partition-inputs")
        self._test = test
        files = {path.name: path for path in test.target.files} | files
        initrd = self._initrd(files)
        line = f"{drivers.vmlinuz()} console=hvc0,{initrd}"
        self.machine = test.start(["-kernel", str(TOOLS / "xen"),
                                   "-append", XEN_LINE, "-initrd", line],
                                  **{**SETTINGS, **settings})
        lost_interrupt.watch(self.machine)
        self.machine.console.piece = PIECE
        self.shell = self.machine.login(BOOT_TIMEOUT)
        test.ask_of_failure(self._where_guests_are)

    def _initrd(self, files):
        folder = paths.SCRATCH / f"dom0-{self._test.name}"
        inside = folder / FOLDER
        inside.mkdir(parents=True, exist_ok=True)
        for name, path in files.items():
            (inside / name).unlink(missing_ok=True)
            (inside / name).symlink_to(path)
        image = folder.parent / f"{folder.name}.gz"
        image.write_bytes(INITRAMFS.read_bytes()
                          + gzip.compress(_archive(folder), 1))
        return image

    def _describe(self, lines):
        # Else QEMU 7.2 reports RDTSCP's exits wrongly.
        text = "\n".join(['name="guest"', *lines, 'tsc_mode="native"', ""])
        self.shell.run(f"> {CONFIGURATION}")
        for line in text.splitlines():
            self.shell.run(f"echo '{line}' >> {CONFIGURATION}")
        digest = hashlib.md5(text.encode()).hexdigest()
        if digest not in self.shell.run(f"md5sum {CONFIGURATION}"):
            raise Failure("domain 0 lost some of what was typed")

    def describe(self, settings, kernel_options="", image_options=""):
        """Write a guest's configuration, with `settings` (lines of it)."""
        self._describe([*self._test.target.configuration(image_options),
                        f'kernel="/{FOLDER}/vmlinuz"',
                        f'ramdisk="/{FOLDER}/initrd"',
                        f'extra="console=hvc0 {kernel_options}"', *settings])

    def describe_alone(self, kernel, settings, line):
        """The same of a kernel, one of the files, without an initrd."""
        self._describe(['type="pvh"', f'kernel="/{FOLDER}/{kernel}"',
                        f'cmdline="{line}"', *settings])

    def create(self, settings, kernel_options="", image_options=""):
        """Start a guest that is described by `settings`."""
        self.describe(settings, kernel_options, image_options)
        return self.create_described()

    def create_described(self):
        """Start a guest that was described, its console on the second
        serial line."""
        self.shell.run(f"(setsid xl create -c {CONFIGURATION}"
                       " <>/dev/ttyS1 >&0 2>&1 &)", timeout=60)
        return self.guest()

    def guest(self):
        """The one whose console is on the second serial line."""
        return Guest(self.machine.consoles[1])

    def create_unseen(self, timeout):
        """Start a guest that was described, without its console."""
        self.shell.run(f"xl create {CONFIGURATION}", timeout=timeout)

    def attach(self):
        """Show the console of a guest that the tools have started anew:
        `create -c` ends with the first one."""
        self.shell.run("(setsid xl console guest <>/dev/ttyS1 >&0 2>&1 &)",
                       timeout=60)

    def _where_guests_are(self):
        """Lines that say what each vCPU of each guest is doing."""
        lines = []
        for domid, *_ in self.domains().values():
            if domid != "0":
                lines += self.shell.run(
                    f"{XENCTX} -a -C {domid}; xl vcpu-list {domid}",
                    timeout=120).splitlines()
        return lines

    def domains(self):
        """{name: [id, MiB, CPUs, state]} as `xl list` has it."""
        lines = self.shell.run("xl list", timeout=300).splitlines()
        return {line.split()[0]: line.split()[1:5]
                for line in lines if line and not line.startswith("Name")}

    def wait_for_another(self, domid, seconds=300):
        """Wait until the guest isn't domain `domid` but one made anew,
        which is returned."""
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            now = self.domains().get("guest", [domid])[0]
            if now != domid:
                return now
        raise Failure(f"there is no guest but {domid}")

    def wait_gone(self, seconds=300):
        """Wait until there is no guest."""
        self._wait("! xl list guest >/dev/null 2>&1", seconds)

    def wait_quiet(self):
        """Type nothing yet: while Xen logs it loses what is typed."""
        time.sleep(QUIET_AFTER)

    def wait_crashed(self, seconds=120):
        """Wait until the guest has crashed and is kept."""
        self.wait_quiet()
        self._wait("xl list guest | grep -q -e '---[s-]c-'", seconds)

    def _wait(self, condition, seconds):
        """Wait until a command succeeds."""
        self.shell.run(f"i=0; until {condition}; do [ $i -lt {seconds} ] ||"
                       f" break; sleep 1; i=$((i+1)); done; {condition}",
                       timeout=3 * seconds)

    def store(self, path):
        """A value of xenstore."""
        return self.shell.run(f"xenstore-read {path}", timeout=120).strip()


def with_kernel(test, kernel):
    """Domain 0 with a kernel for guests, and an initrd."""
    return Domain0(test, {"vmlinuz": kernels.vmlinuz(kernel),
                          "initrd": paths.BUILD / "initramfs.gz"})


def with_drivers(test, *modules, kernel=drivers.KERNEL):
    """The same with modules in the initrd, and the kernel that has them."""
    parts = drivers.initramfs(*modules, kernel=kernel)
    # The tools unpack one stream of gzip, and no more.
    whole = parts.with_name(f"whole-{parts.name}")
    whole.write_bytes(gzip.compress(gzip.decompress(parts.read_bytes()), 1))
    return Domain0(test, {"vmlinuz": drivers.vmlinuz(kernel),
                          "initrd": whole})
