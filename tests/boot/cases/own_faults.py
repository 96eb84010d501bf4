# SPDX-License-Identifier: MIT
"""What microxen says when it is itself at fault; each is made on purpose,
by spoiling a pointer of its own through QEMU's gdb stub."""
from harness.case import case
from harness.failure import check
from harness.image import symbol
from harness.own_memory import NOWHERE, spoil, spoil_events

NR_HYPERCALLS = 56


@case(quick=True, each=["6.1-cloud"], targets=("microxen",))
def fault_in_c_is_explained(test, kernel):
    """A wild pointer in a hypercall's C code: what happened, where by name,
    registers, a backtrace to the entry stub, the guest's state; then the
    machine halts, as `noreboot` asks."""
    machine = test.boot(kernel, image_options="noreboot")
    machine.login()
    spoil_events(machine)
    machine.console.send("\n")
    machine.console.expect(r"Panic: unexpected exception.*", 60)
    machine.console.expect(r"RIP: e008:[0-9a-f]{16}.*vector: 14", 20)
    machine.console.expect(r"CR2: 0*ffff8123456[0-9a-f]+", 20)
    machine.console.expect(r"Backtrace:", 20)
    machine.console.expect(r"\[[0-9a-f]{16}\] event_\w+\+0x[0-9a-f]+", 20)
    # An interrupt comes upon it, or the idle kernel's hypercall does.
    machine.console.expect(r"\[[0-9a-f]{16}\] (exception|hypercall_in_c)\+0x",
                           20)
    machine.console.expect(r"Guest: events pending", 20)
    machine.console.expect(r"noreboot", 20)
    check(not machine.monitor.events("RESET"), "the machine was reset")


@case(quick=True, each=["6.1-cloud"], targets=("microxen",))
def fault_in_a_stub_is_named(test, kernel):
    """The pointer by which the entry stub calls the hypercalls is spoilt:
    the stub is named, and the machine restarts by itself."""
    machine = test.boot(kernel)
    machine.login()
    spoil(machine, symbol("hypercall_table"), NOWHERE * NR_HYPERCALLS)
    machine.console.send("\n")
    machine.console.expect(r"Panic: unexpected exception.*", 60)
    machine.console.expect(r"Backtrace:", 20)
    machine.console.expect(r"hypercall_in_c\+0x", 20)
    event = machine.monitor.wait_event("RESET", 60)
    check(event["guest"], "the reset did not come from the guest")
