# SPDX-License-Identifier: MIT
"""UEFI's variables, as the installed system uses them."""
import re

from harness.case import case
from harness.failure import Failure, check
from system import disk

LABEL = "Made by the test"
CREATE = ("efibootmgr --quiet --create --disk /dev/vda --part 2 "
          f"--label '{LABEL}' --loader '\\EFI\\debian\\grubx64.efi'")


@case(targets=("microxen", "native"), timeout=disk.TIMEOUT)
def boot_entries_last(test):
    """efibootmgr lists the firmware's boot entries; one that it creates is
    what the firmware starts from next time, and one it deletes is gone."""
    session = disk.boot(test, firmware="ovmf", machine="q35")
    before, current = entries(session)
    check(current in before, f"booted by {current!r} of {before}")
    check(LABEL not in " ".join(before.values()), f"left over: {before}")
    session.run(CREATE)
    number, text = created(session)

    session.reboot()
    after, current = entries(session)
    check(after.get(number) == text,
          f"entry {number} was {text!r}, is {after.get(number)!r}")
    check(current == number, f"booted by {current}, not by {number}")
    session.run(f"efibootmgr --quiet --bootnum {number} --delete-bootnum")
    check(number not in entries(session)[0], f"{number} is still there")


def entries(session):
    """Device paths with labels by entry's number, and the current number."""
    text = session.run("efibootmgr -v")
    found = dict(re.findall(r"^Boot([0-9A-F]{4})[* ] (.*\S)\s*$", text,
                            re.MULTILINE))
    current = re.search(r"^BootCurrent: ([0-9A-F]{4})", text, re.MULTILINE)
    check(found and current, f"efibootmgr -v says:\n{text}")
    return found, current[1]


def created(session):
    """The number and the text of the entry that the test made."""
    for number, text in entries(session)[0].items():
        if text.startswith(LABEL) and "HD(2,GPT," in text:
            return number, text
    raise Failure("no entry was made:\n" + session.run("efibootmgr -v"))
