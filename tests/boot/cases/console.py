# SPDX-License-Identifier: MIT
"""hvc0 and the serial lines."""
import hashlib
import random
import time

from harness import inspect_guest
from harness.case import case
from harness.failure import check

ROLES = ("6.1-cloud", "6.1-generic")
PASTE_SIZE = 1 << 20
# All bytes but those that hvc0 and real Xen keep for themselves: ^O is the
# magic SysRq key, and three ^A switch real Xen's input.
PASTE_BYTES = bytes(byte for byte in range(256) if byte not in (1, 15))


@case(quick={"6.1-cloud"}, each=ROLES)
def typing_and_interrupt(test, kernel):
    """What is typed arrives, is echoed, and ^C ends what is in front."""
    shell = test.boot(kernel).login()
    shell.console.send("sleep 100\n")
    shell.console.expect("sleep 100", 30)
    time.sleep(2)
    started = time.monotonic()
    shell.console.send(b"\x03")
    shell.run("true")
    check(time.monotonic() - started < 30, "^C did not end the sleep")


@case(targets=("microxen",))
def port_without_an_interrupt(test):
    """What is typed on a line that has none arrives, while the kernel is
    idle and while a program runs."""
    shell = test.boot("6.1-cloud",
                      image_options="com1=115200,8n1,0x3f8,0").login()
    shell.run("(while :; do :; done) & sleep 2; kill $!")
    check(shell.run("echo here").strip() == "here", "it did not arrive")


@case(quick={"6.1-cloud"}, each=ROLES)
def paste_arrives_whole(test, kernel):
    """1 MiB at once, faster than the guest takes it, arrives unchanged."""
    shell = test.boot(kernel).login()
    data = bytes(random.Random(1).choices(PASTE_BYTES, k=PASTE_SIZE))
    shell.begin("stty raw -echo; echo @'raw'@; "
                f"head -c {PASTE_SIZE} | md5sum; stty sane")
    shell.console.expect("@raw@", 30)
    shell.console.send(data)
    digest = shell.end(timeout=300)[1].split()[0]
    check(digest == hashlib.md5(data).hexdigest(), "the paste was changed")


@case(quick=True, targets=("microxen", "xen"))
def much_output(test):
    """A long output comes whole and in order."""
    last = 50000
    shell = test.boot("6.1-generic").login()
    lines = shell.run(f"seq 1 {last}", timeout=300).split()
    check(lines == [str(number) for number in range(1, last + 1)],
          "numbers are missing or out of order")


@case(quick=True, targets=("microxen", "native"))
def reader_that_pauses(test):
    """A long output comes whole, too, if nobody reads it for some seconds."""
    shell = test.boot("6.1-cloud").login()
    shell.begin("seq 1 20000")
    shell.console.pause(4)
    lines = shell.end()[1].split()
    check(lines == [str(number) for number in range(1, 20001)],
          "numbers are missing or out of order")


@case(quick={"6.1-generic"}, each=ROLES, targets=("microxen", "xen"))
def early_messages(test, kernel):
    """earlyprintk=xen shows the kernel's log before hvc0 is there."""
    machine = test.boot(kernel, kernel_options="earlyprintk=xen")
    machine.console.expect(r"bootconsole \[xenboot0\] enabled", 200)
    machine.login()


@case(quick=True)
def second_serial_line(test):
    """In the initial domain, the second UART is the kernel's own."""
    machine = test.boot("6.1-generic", serial_lines=2)
    shell = machine.login()
    shell.run("stty -F /dev/ttyS1 raw -echo")
    shell.run("echo from the kernel > /dev/ttyS1")
    machine.consoles[1].expect("from the kernel", 30)
    shell.begin("head -n 1 /dev/ttyS1")
    # Opening it empties the UART's buffer.
    time.sleep(3)
    machine.consoles[1].send("to the kernel\n")
    check("to the kernel" in shell.end()[1], "nothing came in by ttyS1")


@case(targets=("microxen", "native"))
def first_serial_line(test):
    """In the initial domain, ttyS0 is the kernel's if microxen doesn't log
    there: its own driver, by the UART's interrupt, carries the shell."""
    machine = test.boot("6.1-generic", image_options="console=vga",
                        kernel_options="console=ttyS0")
    shell = machine.login()
    before = serial_interrupts(shell)
    shell.run("true")
    check(serial_interrupts(shell) > before, "ttyS0 had no interrupts")


def serial_interrupts(shell):
    """How many ttyS0's driver has had."""
    return inspect_guest.interrupts(shell, "ttyS0")[0]


@case(quick=True, targets=("microxen",))
def shared_serial_line(test):
    """The kernel's own driver finds the UART that microxen logs to (real Xen
    hides it). What either writes comes whole, and when ttyS0 is closed,
    hvc0 has its input back."""
    machine = test.boot("6.1-generic")
    shell = machine.login()
    shell.begin("(stty raw; seq 1 400) > /dev/ttyS0 < /dev/ttyS0;"
                " seq 1001 1400")
    lines = shell.end(timeout=120)[1].split()
    numbers = [int(line) for line in lines if line.isdigit()]
    check(numbers == [*range(1, 401), *range(1001, 1401)],
          f"{len(numbers)} of 800 numbers came, or out of order")
    # By then hvc0's driver has seen that the other is done.
    time.sleep(3)
    check(shell.run("echo typed") == "typed\n", "hvc0 has no input")
