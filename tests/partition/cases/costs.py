# SPDX-License-Identifier: MIT
"""What microxen costs in a partition, beside what else there is."""
from harness.case import case
from harness.failure import check
from system import costs
from system.shims import NAMES

MEMORY = 512
TAKEN_AT_MOST = 4               # MiB
NULL_SYSCALL_AT_MOST = 400      # the kernel's part and ours
# A tick of the guest's clock, 4 ms or as many million instructions, takes
# some exits that belong to no operation.
INSTRUCTIONS_PER_EXIT = 400_000
EXITS_AT_MOST = 0.02


@case(targets=NAMES, timeout=costs.TIMEOUT + 600)
def in_instructions(test):
    """Instructions and exits per operation, of the start, and memory, which
    are printed beside those of the other targets that were measured. No
    operation needs the outer Xen."""
    found = costs.measure(test)
    print(costs.table(), flush=True)
    costs.write_table()
    if test.target.name not in ("microxen", "pvops"):
        return
    taken = MEMORY - found.memory / 1024
    check(taken <= TAKEN_AT_MOST, f"{taken:.1f} MiB are taken")
    null = round(found.total("null_syscall"))
    check(null <= NULL_SYSCALL_AT_MOST,
          f"a null syscall takes {null} instructions")
    for name in costs.OPERATIONS:
        most = EXITS_AT_MOST + found.total(name) / INSTRUCTIONS_PER_EXIT
        exits = found.operations[name][costs.EXITS]
        check(exits <= most, f"{name}: {exits:.2f} exits each")
    for name, other in costs.recorded().items():
        check(name not in ("shim", "pv")
              or costs.start(found) < costs.start(other),
              f"{name} starts with fewer instructions")
