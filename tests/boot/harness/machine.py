# SPDX-License-Identifier: MIT
"""A machine: one QEMU process with its serial lines and its monitor."""
import os
import pathlib
import re
import shlex
import socket
import subprocess
import time

from . import whereabouts
from .console import FATAL, Console
from .failure import Failure
from .monitor import Monitor
from .qemu import INSTALLED
from .shell import Shell

LOGIN_TIMEOUT = 240
# `make check CPUS=n`: for machines that don't say how many they have.
CPUS = int(os.environ.get("CPUS") or 1)
FEW = 4                         # with a thread of the host's for each
MODEL = "max"
# Linux distrusts the TSC of several processors of QEMU's default vendor.
MODEL_OF_SEVERAL = "max,vendor=GenuineIntel"
FIRMWARE = range(0xe0000, 0x100000)


class Machine:
    """Runs until close().

    `boot` is QEMU's arguments that say what to boot; `options` are more of
    QEMU's, which may name the open files in `inherits`. Without -smp among
    them it has CPUS processors. Logs go to files LOG_STEM.com1, .qemu and
    .stderr. With far more processors than the host has, `threads` "single"
    is the quicker way: one that spins gives way to the others at once. Then,
    too, none keeps old translations of code that changes (docs/caveats.md).
    """

    def __init__(self, boot, log_stem, *, memory="1G", machine="pc",
                 cpu=None, options=(), serial_lines=1, qemu=INSTALLED,
                 inherits=(), threads=None):
        self._environment = {**os.environ, **qemu.environment}
        self._visible = [*qemu.command,
                         *_processors(cpu, threads, options),
                         "-M", machine, "-m", memory, *boot, *options]
        self._qemu_log = pathlib.Path(f"{log_stem}.qemu")
        self._errors = pathlib.Path(f"{log_stem}.stderr")
        self._registers = pathlib.Path(f"{log_stem}.registers")
        self._registers.unlink(missing_ok=True)
        theirs, hidden = [], ["-display", "none", "-d", "cpu_reset",
                              "-D", str(self._qemu_log)]
        self.consoles = []
        for index in range(serial_lines):
            ours = _pair(f"com{index + 1}", theirs, hidden)
            hidden += ["-serial", f"chardev:com{index + 1}"]
            log = f"{log_stem}.com{index + 1}"
            self.consoles.append(Console(ours, log))
        monitor = _pair("qmp", theirs, hidden)
        hidden += ["-mon", "chardev=qmp,mode=control"]
        self._process = self._start(hidden, theirs, inherits)
        self.console = self.consoles[0]
        self.monitor = self._open_monitor(monitor)

    def _start(self, hidden, theirs, inherits):
        with open(self._errors, "wb") as errors:
            process = subprocess.Popen(
                self._visible + hidden, stdin=subprocess.DEVNULL,
                stdout=errors, stderr=errors, env=self._environment,
                pass_fds=[end.fileno() for end in theirs] + list(inherits))
        for end in theirs:
            end.close()
        return process

    def _open_monitor(self, connection):
        try:
            return Monitor(connection)
        except (Failure, OSError):
            self.close()
            raise Failure("QEMU did not start: " + self.errors()) from None

    def command(self):
        """What a person types to see the same, with the monitor behind
        ctrl-a c."""
        return shlex.join(self._visible +
                          ["-display", "none", "-serial", "mon:stdio"])

    def errors(self):
        """What QEMU itself complained about."""
        return self._errors.read_text(errors="replace").strip()

    def login(self, timeout=LOGIN_TIMEOUT, console=None):
        """Wait for the shell of our initramfs."""
        console = console or self.console
        console.expect(r"Linux \S+ on \S+ hypervisor", timeout, unless=FATAL)
        # What is typed before the prompt may be thrown away.
        console.expect(r"/ # ", 60, unless=FATAL)
        shell = Shell(console)
        shell.run("dmesg -n 1", timeout=60)
        return shell

    def wait_exit(self, timeout):
        """Wait until QEMU has ended by itself; its exit status."""
        try:
            return self._process.wait(timeout)
        except subprocess.TimeoutExpired:
            raise Failure(f"QEMU still runs after {timeout} s") from None

    def running(self):
        """Whether QEMU runs and its processors do as well."""
        return (self._process.poll() is None and
                self.monitor.execute("query-status")["running"])

    def qemu_log(self):
        """The file of QEMU's own log, with its trace events."""
        return self._qemu_log

    def places(self):
        """Where each processor is, twice, as lines: one that hangs is where
        it was. Nothing for a machine that is gone. All their registers and
        local APICs go to a file LOG_STEM.registers."""
        lines = []
        try:
            for _ in range(2):
                with self.monitor.stopped():
                    self._keep_registers(len(self.monitor.all_registers()))
                    lines += whereabouts.describe(self.monitor)
                time.sleep(0.5)
        except (Failure, OSError, KeyError):
            pass
        return lines

    def _keep_registers(self, processors):
        with open(self._registers, "a", encoding="utf-8") as file:
            file.write(self.monitor.human("info registers -a"))
            for number in range(processors):
                file.write(self.monitor.human(f"info lapic {number}"))

    def triple_faults(self):
        """Where the processor was at each triple fault, but for those by
        which SeaBIOS itself resets a machine."""
        log = self._qemu_log.read_text(errors="replace")
        places = re.findall(r"Triple fault\n.*?[ER]IP=([0-9a-f]+)", log,
                            re.DOTALL)
        return [place for place in places
                if int(place, 16) not in FIRMWARE]

    def close(self):
        """End QEMU, whatever it does."""
        self._process.kill()
        self._process.wait()
        for console in self.consoles:
            console.wait_closed(5)


def _pair(name, theirs, arguments):
    """Make a connected character device; QEMU inherits the other end."""
    ours, other = socket.socketpair()
    theirs.append(other)
    arguments += ["-chardev", f"socket,id={name},fd={other.fileno()}"]
    return ours


def _processors(cpu, threads, options):
    """QEMU's arguments for them, with what nobody asked for by default."""
    number = []
    if CPUS > 1 and "-smp" not in options:
        number = ["-smp", str(CPUS)]
        cpu = cpu or MODEL_OF_SEVERAL
        threads = threads or ("multi" if CPUS <= FEW else "single")
    return ["-accel", f"tcg,thread={threads or 'multi'}",
            "-cpu", cpu or MODEL, *number]
