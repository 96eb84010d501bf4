# SPDX-License-Identifier: MIT
"""What the comparison found, put in order of hypercalls.

A line of a test belongs to the hypercall whose name it begins with, and to
the operation it names, by its macro or, first in the brackets, without the
macro's prefix. What names no hypercall belongs to its test.
"""
import collections
import dataclasses
import re

# Where a line's name isn't the header's.
ALIASES = {"arch_0": "mca", "arch_1": "paging_domctl_cont"}
# Behaviour that is tested without naming the call.
BY_BEHAVIOUR = {"iret": r"(masked )?iret "}
# Operations that are seen at work under another name: how it begins.
AT_WORK = {
    "SCHEDOP_block": "block,",
    "VCPUOP_initialise": "initialise",
    "VCPUOP_down": "down",
    "VCPUOP_get_runstate_info": "another's runstate$",
    "VCPUOP_send_nmi": "send NMI|NMI to the second",
    "MMUEXT_PIN_L4_TABLE": "pin",
    "MMUEXT_NEW_USER_BASEPTR": "user tables",
    "MMUEXT_TLB_FLUSH_MULTI": "TLB_FLUSH_MULTI",
    "MMUEXT_INVLPG_MULTI": "INVLPG_MULTI",
    "CALLBACKTYPE_syscall": "syscall,",
    "CALLBACKTYPE_sysenter": "sysenter,",
    "CALLBACKTYPE_syscall32": "32-bit syscall,",
}
NEVER = r"(?!)"

MISSING = "missing"
IDENTICAL = "identical"
DIFFERENT = "different by design"
UNEXPLAINED = "UNEXPLAINED"


@dataclasses.dataclass
class Observation:
    """A line in a role, as compare.Outcome, with where it is from."""

    test: str
    role: str
    outcome: object


@dataclasses.dataclass
class Entry:
    """A hypercall, one of its operations, or a test, and what was seen."""

    title: str
    value: str
    seen: list

    def counts(self):
        """How many lines are (equal, different by design, unexplained)."""
        equal = sum(one.outcome.equal() for one in self.seen)
        design = sum(one.outcome.row is not None for one in self.seen)
        return equal, design, len(self.seen) - equal - design

    def status(self):
        """In a word or three."""
        _, design, unexplained = self.counts()
        if not self.seen:
            return MISSING
        if unexplained:
            return UNEXPLAINED
        return DIFFERENT if design else IDENTICAL

    def reasons(self):
        """[(why, [observations])] of the differences."""
        found = collections.defaultdict(list)
        for one in self.seen:
            if not one.outcome.equal():
                row = one.outcome.row
                found[row.why if row else UNEXPLAINED].append(one)
        return list(found.items())

    def succeeds(self):
        """Whether one of the lines is no error on Xen."""
        return any(not one.outcome.theirs.startswith("-E")
                   for one in self.seen)


@dataclasses.dataclass
class Call:
    """A hypercall: as a whole, and its operations."""

    number: int
    whole: Entry
    operations: list


def _names_operation(operation, line):
    if re.search(rf"\b{operation.macro}\b", line):
        return True
    if re.match(AT_WORK.get(operation.macro, NEVER), line):
        return True
    first = re.search(r"\(([^,()]*)", line)
    return first is not None and first[1].strip() == operation.name


def _call(call, observations):
    name = ALIASES.get(call.name, call.name)
    behaviour = [BY_BEHAVIOUR.get(call.name, NEVER),
                 *(AT_WORK.get(operation.macro, NEVER)
                   for operation in call.operations)]
    pattern = re.compile("|".join([rf"{name}\(|hypercall {call.number},",
                                   *behaviour]))
    seen = [one for one in observations if pattern.match(one.outcome.name)]
    operations = [
        Entry(operation.macro, str(operation.value),
              [one for one in seen
               if _names_operation(operation, one.outcome.name)])
        for operation in call.operations]
    return Call(call.number, Entry(name, str(call.number), seen), operations)


def calls(hypercalls, observations):
    """[Call] of headers.hypercalls()."""
    return [_call(call, observations) for call in hypercalls]


def others(found, observations):
    """[Entry] of what belongs to no hypercall, by test."""
    taken = {id(one) for call in found for one in call.whole.seen}
    left = collections.defaultdict(list)
    for one in observations:
        if id(one) not in taken:
            left[one.test].append(one)
    return [Entry(test, "", seen) for test, seen in left.items()]


def units(found):
    """What is counted as covered or missing: operations, and hypercalls
    that have none."""
    return [entry for call in found
            for entry in (call.operations or [call.whole])]
