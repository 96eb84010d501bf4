# SPDX-License-Identifier: MIT
"""What a case is, and what it is given."""
import dataclasses
import inspect
import threading

from . import kernels, paths
from .failure import Failure, Skipped
from .machine import Machine

DEFAULT_TIMEOUT = 420


@dataclasses.dataclass
class Case:
    """A function with its arguments."""

    name: str
    function: object
    arguments: tuple
    quick: bool
    targets: tuple
    timeout: float

    def manual(self):
        """Its docstring."""
        return inspect.getdoc(self.function) or ""


_cases = []


def case(*, quick=False, targets=("microxen", "xen", "native"),
         timeout=DEFAULT_TIMEOUT, each=((),)):
    """Declare a case; the function gets a Test and, once for each entry of
    `each`, that entry's values.

    quick: whether `make check` runs it; may be a set of entries of `each`.
    """
    def declare(function):
        module = function.__module__.rsplit(".", maxsplit=1)[-1]
        for entry in each:
            values = entry if isinstance(entry, tuple) else (entry,)
            name = ":".join([f"{module}.{function.__name__}",
                             *(str(value) for value in values)])
            is_quick = (quick if isinstance(quick, bool) else entry in quick)
            _cases.append(Case(name, function, values, is_quick, targets,
                               timeout))
        return function
    return declare


def all_cases():
    """Every case that was declared, in order."""
    return list(_cases)


class Test:
    """What a case is given: it starts machines, which end with it."""

    def __init__(self, the_case, target):
        self.target = target
        self.name = the_case.name
        folder = paths.LOGS / target.name
        folder.mkdir(parents=True, exist_ok=True)
        self.log_stem = f"{folder / the_case.name}"
        self.machines = []
        self.places = []
        self._witnesses = []
        self.out_of_time = False
        self._timer = threading.Timer(the_case.timeout, self._give_up)
        self._timer.daemon = True

    def __enter__(self):
        self._timer.start()
        return self

    def __exit__(self, failure, *_):
        self._timer.cancel()
        self._close(failure is not None)

    def _give_up(self):
        self.out_of_time = True
        self._close(True)

    def _close(self, failed):
        """End all machines; of a failure, first see where the last one is."""
        if failed and self.machines and not self.places:
            self.places = self.machines[-1].places()
            # They type in shells: not while the case itself does.
            if not self.out_of_time:
                self.places += self._testimony()
        self.close_machines()

    def ask_of_failure(self, witness):
        """Should the case fail, call `witness` before the machines end: it
        returns lines that help to understand it."""
        self._witnesses.append(witness)

    def _testimony(self):
        lines = []
        for witness in self._witnesses:
            try:
                lines += witness()
            # What it finds may be garbage; the failure itself must come out.
            except Exception as reason:         # pylint: disable=broad-except
                lines.append(f"no more is known: {reason}")
        return lines

    def close_machines(self):
        """End every machine that still runs."""
        for machine in list(self.machines):
            machine.close()

    def start(self, boot, **settings):
        """Start a machine from QEMU's arguments for booting."""
        if self.out_of_time:
            raise Failure("no time left to start another machine")
        number = len(self.machines) + 1
        stem = self.log_stem if number == 1 else f"{self.log_stem}.{number}"
        machine = Machine(boot, stem, **settings)
        self.machines.append(machine)
        return machine

    def boot(self, kernel=kernels.ANY, *, initrd=paths.INITRAMFS,
             kernel_options="", image_options="", **settings):
        """Boot a kernel, by its name or path, on the target."""
        if isinstance(kernel, str):
            self._check_role(kernel)
            kernel = kernels.vmlinuz(kernel)
        if self.target.name == "xen":
            settings.setdefault("cpu", "max,-smap")
        return self.start(self.target.boot(kernel, initrd, kernel_options,
                                           image_options), **settings)

    def _check_role(self, kernel):
        if self.target.name == "xen" and kernels.is_cloud(kernel):
            raise Skipped("real Xen boots no kernel without dom0 support")

    def check_no_triple_fault(self):
        """Fail if any machine ended or reset by a triple fault, which is
        how Linux itself reboots some machines."""
        if self.target.name == "native":
            return
        for machine in self.machines:
            places = machine.triple_faults()
            if places:
                raise Failure("triple fault at " + ", ".join(places))

