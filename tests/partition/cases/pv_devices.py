# SPDX-License-Identifier: MIT
"""Disks and networks that domain 0 has for its guests."""
from harness.case import case
from harness.failure import check
from system import debian, domain0
from system.guest import checksum
from system.shims import NAMES

TRANSFER = 1800
MIB = (8, 256)


@case(each=MIB, targets=NAMES, timeout=domain0.TIMEOUT)
def disk(test, mib):
    """What a guest writes to a disk that is a file of domain 0's lies in
    that file, and comes back."""
    dom0 = domain0.with_drivers(test, "xen-blkfront")
    dom0.shell.run(f"dd if=/dev/zero of=/tmp/disk bs=1M count={mib}",
                   timeout=300)
    guest = dom0.create(["memory=512", "vcpus=1",
                         'disk=["format=raw,vdev=xvda,access=rw,'
                         'target=/tmp/disk"]'])
    shell = guest.login()
    shell.run("modprobe xen-blkfront; until [ -b /dev/xvda ]; do sleep 1;"
              " done", timeout=300)
    written = shell.run(f"dd if=/dev/urandom bs=1M count={mib} 2>/dev/null |"
                        " tee /dev/xvda | sha256sum; sync",
                        timeout=TRANSFER)
    read = shell.run("echo 3 > /proc/sys/vm/drop_caches;"
                     " sha256sum /dev/xvda", timeout=TRANSFER)
    check(checksum(written) == checksum(read),
          f"{written} was written, {read} read")
    guest.send("poweroff\n")
    dom0.wait_gone()
    outside = dom0.shell.run("sha256sum /tmp/disk", timeout=TRANSFER)
    check(checksum(written) == checksum(outside), f"the file has {outside}")


@case(each=MIB, targets=NAMES, timeout=domain0.TIMEOUT)
def network(test, mib):
    """A file from domain 0's web server arrives whole, and goes back from
    the guest's own."""
    dom0 = domain0.with_drivers(test, "xen-netfront")
    dom0.shell.run("brctl addbr xenbr0; ip addr add 10.0.0.1/24 dev xenbr0;"
                   " ip link set xenbr0 up; mkdir /tmp/www;"
                   f" dd if=/dev/urandom of=/tmp/www/file bs=1M count={mib};"
                   " httpd -h /tmp/www", timeout=TRANSFER)
    there = dom0.shell.run("sha256sum /tmp/www/file", timeout=TRANSFER)
    guest = dom0.create(["memory=1024", "vcpus=1", 'vif=["bridge=xenbr0"]'])
    shell = guest.login()
    shell.run("modprobe xen-netfront; until [ -e /sys/class/net/eth0 ]; do"
              " sleep 1; done; ip addr add 10.0.0.2/24 dev eth0;"
              " ip link set eth0 up; until ping -c 1 -W 1 10.0.0.1; do"
              " sleep 1; done", timeout=300)
    here = shell.run("wget -O /tmp/file http://10.0.0.1/file;"
                     " sha256sum /tmp/file", timeout=TRANSFER)
    check(checksum(there) == checksum(here),
          f"{there} was sent, {here} arrived")
    shell.run("httpd -h /tmp")
    back = dom0.shell.run("wget -O /tmp/back http://10.0.0.2/file;"
                          " sha256sum /tmp/back", timeout=TRANSFER)
    check(checksum(there) == checksum(back),
          f"{there} went out, {back} came back")


@case(each=debian.KINDS, targets=NAMES, timeout=3000)
def debian_root(test, kind):
    """An installed Debian on a disk of domain 0's, or on a file of its,
    comes up whole, writes 256 MiB to it and reads them back, and ends."""
    dom0, disk = debian.start(test, kind)
    guest = dom0.create(["memory=1024", "vcpus=1",
                         'disk=["format=raw,vdev=xvda,access=rw,'
                         f'target={disk}"]'],
                        "root=LABEL=debian ro quiet")
    shell = guest.login_to_debian()
    shell.status("systemctl is-system-running --wait", timeout=900)
    failed = shell.run("systemctl --failed --no-legend --no-pager")
    check(not failed.strip(), f"failed units: {failed}")
    check("xvda" in shell.run("findmnt -n -o SOURCE /"), "another root")
    written = shell.run("dd if=/dev/urandom bs=1M count=256 2>/dev/null |"
                        " tee /root/data | sha256sum; sync",
                        timeout=TRANSFER)
    read = shell.run("echo 3 > /proc/sys/vm/drop_caches;"
                     " sha256sum /root/data", timeout=TRANSFER)
    check(checksum(written) == checksum(read),
          f"{written} was written, {read} read")
    guest.send("poweroff\n")
    dom0.wait_gone()
