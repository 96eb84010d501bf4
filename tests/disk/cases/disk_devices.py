# SPDX-License-Identifier: MIT
"""Disk and network controllers, each with its own driver and interrupts."""
import threading

from harness.case import case
from harness.failure import check
from system import disk, interrupts
from system.echo_server import EchoServer
from system.hardware import DISKS, NETWORKS

SIZE = 256 << 20
BLOCK = 128 << 10
DEPTH = 8
SLOW = 900

FIO = ("fio --name=verified --filename={device} --ioengine=libaio "
       f"--direct=1 --rw=randwrite --bs={BLOCK} --iodepth={DEPTH} "
       f"--size={SIZE} --verify=crc32c --verify_fatal=1 --eta=never "
       "--verify_state_save=0 "
       "--output=/tmp/fio")


@case(each=[(machine, memory) for machine in ("pc", "q35")
            for memory in ("1G", "6G")],
      targets=("microxen", "native"), timeout=2 * disk.TIMEOUT)
def carry_data(test, machine, memory):
    """256 MiB through each controller come back as they were, with as many
    interrupts as that takes, and none that nobody wanted."""
    session = disk.boot(test, machine=machine, memory=memory,
                        options=list(options()))
    for controller in NETWORKS:
        check_network(session, controller)
    for controller in DISKS:
        check_disk(session, controller)
    interrupts.check_none_unhandled(session)


def options():
    """QEMU's arguments for all controllers."""
    scratch = disk.scratch(SIZE)
    for controller in DISKS + NETWORKS:
        yield from controller.options(scratch)


def count_for(session, controller, work):
    """How many of a controller's interrupts come during some work."""
    irqs = interrupts.numbers(session, controller)
    before = interrupts.count(session, irqs)
    work()
    return interrupts.count(session, irqs) - before


def check_disk(session, controller):
    """Written at random places, read back and compared."""
    device = controller.block_device(session)

    def work():
        status, output = session.shell.status(
            FIO.format(device=device) + " || cat /tmp/fio", SLOW)
        check(status == 0 and not output.strip(),
              f"fio on {controller.name}: {output}")

    came = count_for(session, controller, work)
    requests = 2 * SIZE // BLOCK
    # A controller may report many at once, and split what is long.
    check(requests // (4 * DEPTH) <= came <= 8 * requests,
          f"{controller.name}: {came} interrupts for {requests} requests")


def check_network(session, controller):
    """From the host and back again, at the same time."""
    interface = controller.interface(session)
    session.run(f"ip link set {interface} up && "
                f"ip address add {controller.guest}/24 dev {interface}")
    session.run("for i in $(seq 60); do [ $(cat /sys/class/net/"
                f"{interface}/operstate) = up ] && break; sleep 1; done")
    server = EchoServer(SIZE, SLOW)
    result = []
    thread = threading.Thread(target=lambda: result.append(server.serve()),
                              daemon=True)
    thread.start()

    def work():
        session.run(f"bash -c 'exec 3<>/dev/tcp/{controller.host}/"
                    f"{server.port}; cat <&3 >&3'", SLOW)
        thread.join(SLOW)

    came = count_for(session, controller, work)
    server.close()
    check(result == [(SIZE, True)],
          f"{controller.name}: bytes, and whether unchanged: {result}")
    # Frames are coalesced, but not for long.
    frames = 2 * SIZE // 1460
    check(frames // 512 <= came <= 4 * frames,
          f"{controller.name}: {came} interrupts for {frames} frames")
