# SPDX-License-Identifier: MIT
"""Several processors."""
import re
import struct

from harness import inspect_guest, kernels, paths, qemu, targets
from harness.case import case
from harness.debugger import Debugger
from harness.failure import check
from harness.image import symbol

# QEMU's default vendor makes Linux distrust the TSC of several processors.
CPU = "max,vendor=GenuineIntel"
# Without ACPI and MP tables these give up the APIC driver that sends NMIs
# by hypercalls: only the processor that is asked shows a backtrace.
WITHOUT_NMIS = ("5.10-cloud", "6.1-cloud")
# include/machine/smp.h, struct smp
APIC_IDS = 4
ABSENT_ID = 0x77
# Neither mapped nor the guest's.
NOWHERE = 0xffff_8123_4567_8000
NR_HYPERCALLS = 56
# include/machine/interrupt.h
VECTOR_FLUSH = 0xf2
# SDM volume 3, table 11-1: the register that sends interrupts, by 16 bytes
ICR = 0x30


def boot(test, kernel, cpus, apic="xapic", **settings):
    """A machine with so many processors; `cpus` may be more of -smp's."""
    options = ["-smp", str(cpus), *settings.pop("options", ())]
    if apic == "x2apic":
        settings["qemu"] = qemu.fetched()
    settings.setdefault("cpu", CPU)
    machine = test.boot(kernel, options=options, **settings)
    if test.target.name == "microxen":
        machine.console.expect(f"(?i)APIC: {apic}", 120)
    return machine


@case(quick={("6.1-generic", 2), ("newest-cloud", 4)},
      each=[("6.1-generic", 2), ("5.10-generic", 2), ("6.12-generic", 4),
            ("newest-generic", 4), ("5.10-cloud", 4), ("6.1-cloud", 4),
            ("6.12-cloud", 2), ("newest-cloud", 4), ("6.1-generic", 8),
            ("newest-cloud", 16), ("6.1-generic", 4, "x2apic"),
            ("newest-generic", 4, "x2apic"),
            ("6.1-generic", 4, "xapic", "role=plain")], timeout=900)
def all_of_them(test, kernel, cpus, apic="xapic", option=""):
    """The kernel has every processor, its own clock on each, and nothing
    to complain of; each shows a backtrace when it is asked to."""
    machine = boot(test, kernel, cpus, apic, image_options=option)
    shell = machine.login(timeout=600)
    check(int(shell.run("nproc")) == cpus, "not all are online")
    inspect_guest.check_log(shell)
    shell.run("echo l > /proc/sysrq-trigger", timeout=120)
    log = shell.run("dmesg", timeout=120)
    seen = set(re.findall(r"NMI backtrace for cpu (\d+)", log))
    expected = 1 if kernel in WITHOUT_NMIS else cpus
    check(len(seen) == expected, f"backtraces of {sorted(seen)}")


TOPOLOGY = ("cd /sys/devices/system/cpu; for cpu in cpu[0-9]*; do "
            "echo $cpu $(cd $cpu/topology; cat core_id physical_package_id "
            "thread_siblings_list core_siblings_list); done; "
            "cat /sys/devices/system/clocksource/*/current_clocksource")


@case(targets=("microxen",), timeout=900,
      each=[("6.1-generic", CPU, "4,cores=2,threads=2"),
            ("newest-generic", CPU, "6,sockets=2,cores=3"),
            ("6.1-generic", "max", "4,sockets=2,cores=2")])
def topology_and_clock(test, kernel, cpu, layout):
    """Linux sees the sockets, cores and threads that it sees natively (on
    real Xen all are threads of one core), and takes the TSC for its clock
    where it does so natively, else Xen's clock."""
    seen = {}
    for target in (targets.Native(), test.target):
        arguments = target.boot(kernels.vmlinuz(kernel), paths.INITRAMFS,
                                "", "")
        machine = test.start([*arguments, "-smp", layout], cpu=cpu)
        output = machine.login(timeout=600).run(TOPOLOGY)
        *seen[target.name], clock = output.strip().splitlines()
        check(clock == "tsc" if cpu == CPU else clock in ("hpet", "xen"),
              f"the clock is {clock} on {target.name}")
        test.close_machines()
    check(seen["native"] == seen["microxen"], f"they differ: {seen}")


@case(each=[(64, "multi"), (255, "single"), (288, "single")], timeout=2700)
def many_of_them(test, cpus, threads):
    """More processors than a cluster has or shared_info has room for boot
    to the shell, with nothing to complain of. On fewer real ones the kernel
    can't measure its delay loop, and its watchdogs need patience."""
    machine = boot(test, "6.1-cloud", cpus, "x2apic", machine="q35",
                   memory="2G", threads=threads,
                   kernel_options="lpj=10000000 watchdog_thresh=60"
                   " rcupdate.rcu_cpu_stall_timeout=300")
    shell = machine.login(timeout=1800)
    check(int(shell.run("nproc", timeout=240)) == cpus,
          "not all are online")
    inspect_guest.check_log(shell)


def time_to_start(test, cpus):
    """How long the image takes to start all processors, in ms."""
    machine = boot(test, "6.1-cloud", cpus)
    _, match = machine.console.expect(r"CPUs: \d+, started in (\d+) ms", 120)
    test.close_machines()
    return int(match.group(1))


@case(targets=("microxen",))
def time_for_each(test):
    """They are started side by side: 10 ms, as the INIT needs, and little
    for each one more. In the emulator the host's own threads, of which
    there are more than it has CPUs, are the most of it."""
    two, sixteen = (min(time_to_start(test, cpus) for _ in range(3))
                    for cpus in (2, 16))
    each = (sixteen - two) / 14
    print(f"2 CPUs: {two} ms, 16 CPUs: {sixteen} ms, {each:.2f} ms for each")
    check(two >= 10, "not even the time that an INIT needs")
    check(each <= 5, f"{each} ms for each processor")


@case(quick={"maxcpus=2"}, targets=("microxen",),
      each=[("maxcpus=2", 2), ("nosmp", 1), ("dom0_max_vcpus=3", 3)])
def fewer(test, option, cpus):
    """Options that leave some of four processors out."""
    shell = boot(test, "6.1-cloud", 4, image_options=option).login()
    check(int(shell.run("nproc")) == cpus, f"{option} was not heeded")


@case(quick={("6.1-cloud", 2, 5)}, timeout=1500,
      each=[("6.1-cloud", 2, 5), ("newest-cloud", 4, 60),
            ("6.1-generic", 4, 60), ("6.1-generic", 4, 60, "x2apic"),
            ("6.1-cloud", "6,sockets=2,cores=3", 60, "x2apic"),
            ("6.1-cloud", "18,sockets=6,cores=3", 60, "x2apic")])
def nothing_is_lost(test, kernel, cpus, seconds, apic="xapic"):
    """Wake-ups between processors arrive, and translations are gone on all
    of them when mprotect() and mremap() return; with both ways in which a
    kernel can have its events. Three cores a socket leave gaps between the
    APIC ids; six sockets of them are two clusters of x2APIC."""
    for events in ("", "xen.fifo_events=0"):
        machine = boot(test, kernel, cpus, apic, kernel_options=events)
        shell = machine.login(timeout=600)
        print(shell.run(f"/tests/wakeups {seconds}", timeout=600).strip())
        print(shell.run(f"/tests/shootdown {seconds}", timeout=600).strip())
        inspect_guest.check_log(shell)
        test.close_machines()


@case(quick={("6.1-cloud", 3, 10)}, timeout=3000,
      each=[("6.1-cloud", 3, 10), ("newest-cloud", 4, 300),
            ("6.1-generic", 4, 334), ("6.1-cloud", 4, 300, "x2apic")]
      + [(kernel, 3, 20, "xapic", "pvops=all") for kernel in kernels.GENERIC])
def off_and_on(test, kernel, cpus, times, apic="xapic", option=""):
    """Processors go offline and come back, again and again, while others
    are busy and unmap memory: 334 times each of three are a thousand."""
    machine = boot(test, kernel, cpus, apic, image_options=option)
    shell = machine.login()
    shell.run("turn() { for i in $(seq " + str(times) + "); do"
              " for state in 0 1; do"
              " echo $state > /sys/devices/system/cpu/cpu$1/online ||"
              " return 1; done; done; }")
    shell.run("(while :; do ls -lR /sys/kernel > /dev/null; done) & true")
    loops = "; ".join(f"turn {cpu} & pids=\"$pids $!\""
                      for cpu in range(1, cpus))
    shell.run(f"pids=; {loops}; for pid in $pids; do wait $pid || exit 1;"
              " done", timeout=2400)
    check(int(shell.run("nproc")) == cpus, "not all have come back")
    inspect_guest.check_log(shell)


@case(quick=True, targets=("microxen",))
def one_that_does_not_start(test):
    """ACPI names a processor that isn't there (made so by the gdb stub): it
    is named and left out, the others are used."""
    machine = test.boot("6.1-cloud", cpu=CPU, options=["-smp", "3", "-S"])
    with Debugger(machine.monitor) as debugger:
        debugger.run_to(symbol("start_cpus"))
        debugger.write(symbol("smp") + APIC_IDS + 4,
                       struct.pack("<I", ABSENT_ID))
    machine.console.expect(
        rf"The CPU with APIC id {ABSENT_ID} doesn't start: left out", 60)
    machine.console.expect(r"CPUs: 2,", 60)
    shell = machine.login()
    check(int(shell.run("nproc")) == 2, "the others are not all used")


@case(quick={"6.1-cloud"}, each=["6.1-cloud", "6.1-generic"])
def panic_when_all_are_busy(test, kernel):
    """A kernel panic while every processor works: the machine restarts."""
    machine = boot(test, kernel, 4, kernel_options="panic=-1")
    shell = machine.login()
    shell.run("for i in 1 2 3 4; do (while :; do :; done) & done; true")
    machine.console.send("echo c > /proc/sysrq-trigger\n")
    machine.console.expect("Kernel panic", 60)
    event = machine.monitor.wait_event("RESET", 60)
    check(event["guest"], "the reset did not come from the guest")


@case(quick={"6.1-cloud"}, each=["6.1-cloud", "newest-generic"],
      targets=("microxen",))
def own_panic_stops_all(test, kernel):
    """microxen finds itself at fault on one of several processors: the
    others stop, one report appears, and the machine restarts."""
    machine = boot(test, kernel, 4)
    shell = machine.login()
    shell.run("for i in 1 2 3 4; do (while :; do sleep 0; done) & done; true")
    with Debugger(machine.monitor) as debugger:
        debugger.write(symbol("hypercall_table"),
                       struct.pack("<Q", NOWHERE) * NR_HYPERCALLS)
    machine.console.expect(r"Panic: unexpected exception", 60)
    text, _ = machine.console.expect(r"Reboot in \d+ seconds", 60)
    check(b"Panic" not in text, "more than one reported")
    machine.monitor.wait_event("RESET", 60)


@case(quick={"6.1-cloud"}, timeout=900, each=["6.1-cloud", "6.1-generic"]
      + [(kernel, "pvops=all") for kernel in kernels.GENERIC])
def nmi_storm(test, kernel, option=""):
    """A thousand NMIs from the monitor while processors are busy, wait and
    flush each other's translations."""
    machine = boot(test, kernel, 2, image_options=option)
    shell = machine.login()
    shell.begin("/tests/shootdown 8")
    for _ in range(1000):
        machine.monitor.human("nmi")
    status, output = shell.end(timeout=300)
    check(status == 0, output)
    check(int(shell.run("nproc")) == 2, "a processor is gone")


def median_wakeup(test, kernel_options="", **settings):
    """How long it takes to wake another processor and to be woken by it,
    in microseconds."""
    shell = boot(test, "6.1-cloud", 2, kernel_options=kernel_options,
                 **settings).login()
    output = shell.run("/tests/wakeups 5 1", timeout=120)
    test.close_machines()
    print(output.strip())
    return int(re.search(r"median (\d+) us", output).group(1))


@case(each=[("off", "halt"), ("on", "poll")], targets=("microxen",),
      timeout=900)
def wakeup_latency(test, mwait, idle):
    """Waking another processor takes no longer than natively, but for
    what a hypercall and an upcall cost in the emulator. Its MWAIT doesn't
    wait, so that one is compared with a kernel that idles by looping."""
    native = test.start(
        targets.Native().boot(kernels.vmlinuz("6.1-cloud"), paths.INITRAMFS,
                              f"idle={idle}", ""),
        cpu=CPU, options=["-smp", "2"])
    output = native.login().run("/tests/wakeups 5 1", timeout=120)
    test.close_machines()
    before = int(re.search(r"median (\d+) us", output).group(1))
    after = median_wakeup(test, image_options=f"mwait-idle={mwait}")
    print(f"there and back: natively {before} us, on microxen {after} us")
    check(after <= 3 * before + 50, f"{after} us, natively {before} us")


def flush_interrupts(machine, shell, count, idle):
    """ICR writes that asked for a flush, while `count` were needed."""
    log = machine.qemu_log()
    start = len(log.read_bytes())
    machine.monitor.human("trace-event apic_register_write on")
    shell.run(f"/tests/flushes {count} {idle}", timeout=240)
    machine.monitor.human("trace-event apic_register_write off")
    text = log.read_bytes()[start:].decode(errors="replace")
    writes = re.findall(r"apic_register_write .*?(0x[0-9a-f]+) = "
                        r"(0x[0-9a-f]+)", text)
    check(writes, "QEMU traces no writes to the APIC")
    return sum(1 for register, value in writes
               if int(register, 16) == ICR
               and int(value, 16) & 0xff == VECTOR_FLUSH)


@case(each=[("4", "xapic", 0, 1), ("10", "xapic", 2, 1),
            ("4", "x2apic", 0, 1), ("18,sockets=6,cores=3", "x2apic", 2, 2)],
      targets=("microxen",), timeout=900)
def interrupts_per_flush(test, cpus, apic, idle, expected):
    """A flush of many processors' translations is one write to the ICR,
    with x2APIC one for each cluster of 16, unless it goes to all."""
    count = 300
    cpu = CPU if apic == "x2apic" else CPU + ",-x2apic"
    machine = boot(test, "6.1-cloud", cpus, apic, cpu=cpu,
                   qemu=qemu.fetched())
    shell = machine.login(timeout=600)
    sent = flush_interrupts(machine, shell, count, idle)
    print(f"{count} flushes on {cpus} processors with {apic}: {sent} writes")
    check(count <= sent <= count * expected * 1.2,
          f"{sent} writes to the ICR for {count} flushes")
