# SPDX-License-Identifier: MIT
"""Controllers with a queue, and an interrupt, for each CPU."""
from harness.case import case
from harness.failure import check
from system import disk, interrupts
from system.hardware import DISKS, NETWORKS
from system.tap_network import GUEST, HOST, TapNetwork

CPUS = 4
SIZE = 256 << 20
SHARE = SIZE // CPUS
SLOW = 900

FIO = ("fio --name=verified --filename={device} --ioengine=libaio "
       "--direct=1 --rw=randwrite --bs=128k --iodepth=8 "
       f"--numjobs={CPUS} --cpus_allowed=0-{CPUS - 1} "
       "--cpus_allowed_policy=split "
       f"--size={SHARE} --offset_increment={SHARE} "
       "--verify=crc32c --verify_fatal=1 --verify_state_save=0 "
       "--eta=never --output=/tmp/fio")

ECHO = ("for cpu in $(seq 0 {last}); do taskset -c $cpu bash -c "
        "'exec 3<>/dev/tcp/{host}/{port}; cat <&3 >&3' & done; wait")

SEVERAL = ("nvme", "virtio-blk", "virtio-scsi")


@case(each=["pc", "q35"], targets=("microxen", "native"),
      timeout=2 * disk.TIMEOUT)
def on_every_cpu(test, machine):
    """Each CPU works on its own queue of NVMe, virtio-blk, virtio-scsi and
    virtio-net; what is written and sent comes back as it was, and each
    queue's interrupts come to its CPU."""
    network = TapNetwork(CPUS, SHARE, CPUS, disk.TIMEOUT)
    try:
        session = disk.boot(
            test, machine=machine, inherits=network.files,
            options=["-smp", str(CPUS), *options(network)])
        check_network(session, network)
        for controller in DISKS:
            if controller.name in SEVERAL:
                check_disk(session, controller)
        interrupts.check_none_unhandled(session)
    finally:
        network.close()


def virtio_net():
    """The network card that the others have on a user network."""
    return next(controller for controller in NETWORKS
                if controller.name == "virtio-net")


def options(network):
    """QEMU's arguments for the controllers."""
    scratch = disk.scratch(SIZE)
    for controller in DISKS:
        if controller.name in SEVERAL:
            yield from controller.options(scratch)
    yield from network.options("queues")
    yield "-device"
    yield (f"virtio-net-pci,netdev=queues,mq=on,vectors={2 * CPUS + 2},"
           f"addr={virtio_net().slot:#x}")


def check_each(session, controller, work):
    """Some work leads to interrupts of a controller on each CPU."""
    irqs = interrupts.numbers(session, controller)
    before = interrupts.on_each_cpu(session, irqs)
    work()
    after = interrupts.on_each_cpu(session, irqs)
    came = [now - then for then, now in zip(before, after)]
    check(len(came) == CPUS and min(came) > 0,
          f"{controller.name}: interrupts by CPU: {came}")


def check_disk(session, controller):
    """Written by all CPUs at random places, read back and compared."""
    device = controller.block_device(session)
    check_each(session, controller, lambda: session.run(
        FIO.format(device=device) + " || { cat /tmp/fio; false; }", SLOW))


def check_network(session, network):
    """A connection for each CPU, there and back again at the same time."""
    card = virtio_net()
    interface = card.interface(session)
    session.run(f"ip link set {interface} up && "
                f"ip address add {GUEST}/24 dev {interface}")
    check_each(session, card, lambda: session.run(ECHO.format(
        last=CPUS - 1, host=HOST, port=network.port), SLOW))
    results = network.results()
    check(results == [(SHARE, True)] * CPUS,
          f"bytes, and whether unchanged: {results}")
