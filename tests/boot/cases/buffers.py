# SPDX-License-Identifier: MIT
"""Buffers of the CPU's, which VERW overwrites before programs run."""
from harness import inspect_guest
from harness.case import case
from harness.debugger import Debugger
from harness.failure import check
from harness.image import AREA_SIZE, in_first_copy

# QEMU's processor hasn't it by itself; its VERW does nothing more.
NEEDED = "max,vendor=GenuineIntel,+md-clear,x-force-features=on"


@case(targets=("microxen",), quick={("6.1-cloud", "off")}, timeout=900,
      each=[(kernel, level) for kernel in ("6.1-cloud", "newest-generic")
            for level in ("off", "all")])
def on_every_way(test, kernel, level):
    """System calls, faults and interrupts that the kernel knows nothing of
    go back to a program by VERW, on the second of two processors; with the
    kernel's interrupt flag and microxen's."""
    machine = test.boot(kernel, image_options=f"pvops={level}", cpu=NEEDED,
                        options=["-smp", "2"])
    shell = machine.login()
    shell.begin("/tests/shootdown 20")
    with Debugger(machine.monitor) as debugger:
        for stub in ("sysret_with_verw", "iret_with_verw",
                     "resume_user_with_verw"):
            debugger.run_to(in_first_copy(stub) + AREA_SIZE)
    status, output = shell.end(timeout=300)
    check(status == 0, output)
    inspect_guest.check_log(shell)


@case(targets=("microxen",), quick=True,
      each=[("max", "", "this CPU's VERW overwrites none"),
            (NEEDED, "", "overwritten by VERW before programs run"),
            (NEEDED, "spec-ctrl=no-verw,bti-thunk=jmp", "left alone")])
def log(test, cpu, option, says):
    """It says whether it does, and of what else `spec-ctrl` has that it
    changes nothing."""
    machine = test.boot(cpu=cpu, image_options=option)
    if option:
        machine.console.expect('"bti-thunk=jmp" changes nothing here', 120)
    machine.console.expect(f"CPU buffers: {says}", 120)
