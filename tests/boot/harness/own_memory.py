# SPDX-License-Identifier: MIT
"""microxen's own memory, to be spoilt on purpose."""
import struct

from .debugger import Debugger
from .image import symbol

# Neither mapped nor the guest's.
NOWHERE = struct.pack("<Q", 0xffff_8123_4567_8000)


def spoil(machine, address, value):
    """Overwrite a pointer and let the machine run on."""
    with Debugger(machine.monitor) as debugger:
        debugger.write(address, value)


def spoil_events(machine):
    """The next event will make microxen panic."""
    spoil(machine, symbol("event_abi"), NOWHERE)
