# SPDX-License-Identifier: MIT
"""The report as text."""
from . import operations
from .record import GUEST, OWN, PLAIN

MIB = 1024


def _row(cells, widths):
    first, *rest = zip(cells, widths)
    return "  ".join([f"{first[0]:{first[1]}}",
                      *(f"{cell:>{width}}" for cell, width in rest)]).rstrip()


def text(rows):
    """Rows of words, the head first, in columns."""
    widths = [max(map(len, column)) for column in zip(*rows)]
    rule = "  ".join("-" * width for width in widths)
    head, *body = (_row(row, widths) for row in rows)
    return "\n".join([head, rule, *body])


def _number(value):
    return f"{value:,.0f}" if value >= 100 else f"{value:.1f}"


def _ratio(value, to):
    return f"{value / to:.2f}" if to else "-"


def speed(records):
    """What each operation takes, on each target."""
    hosted = [name for name in records if name != "native"]
    head = ["instructions per operation"]
    head += ["native"] if "native" in records else []
    for name in hosted:
        head += [name, "guest", "own"]
        head += ["to native"] if "native" in records else []
    head += ["own at most"] if "microxen" in records else []
    head += ["microxen/xen"] if {"microxen", "xen"} <= set(records) else []
    rows = [head]
    for operation in operations.ALL:
        if all(operation.name in record.operations
               for record in records.values()):
            rows.append(_speed_row(operation, records, hosted))
    return text(rows)


def _whole(record, operation):
    if operation.name in operations.ELAPSED:
        return record.operations[operation.name]["elapsed"]
    return record.total(operation.name)


def _speed_row(operation, records, hosted):
    row = [operation.label]
    native = records.get("native")
    base = _whole(native, operation) if native else 0
    row += [_number(base)] if native else []
    for name in hosted:
        counts = records[name].operations[operation.name]
        whole = _whole(records[name], operation)
        row += [_number(whole), _number(counts[GUEST]), _number(counts[OWN])]
        row += [_ratio(whole, base)] if native else []
    if "microxen" in records:
        own = records["microxen"].operations[operation.name][OWN]
        row.append(_limit(operation, own,
                          _whole(records["microxen"], operation)))
    if {"microxen", "xen"} <= set(records):
        row.append(_ratio(_whole(records["microxen"], operation),
                          _whole(records["xen"], operation)))
    return row


def _limit(operation, own, whole):
    if operation.in_all is not None:
        return (f"{operation.in_all:,} in all"
                f"{'!' if whole > operation.in_all else ' '}")
    if operation.limit is None:
        return ""
    return (f"{operation.limit:,}"
            f"{'!' if round(own, 1) > operation.limit else ' '}")


def dear(records):
    """How many of the dear instructions each operation takes."""
    names = list(records)
    rows = [["dear instructions per operation, " + " / ".join(names)]]
    some = next(iter(records.values())).operations
    kinds = [kind for kind in next(iter(some.values())) if kind not in PLAIN]
    rows[0] += kinds
    for operation in operations.ALL:
        if not all(operation.name in record.operations
                   for record in records.values()):
            continue
        rows.append([operation.label] + [
            _triple([record.operations[operation.name][kind]
                     for record in records.values()]) for kind in kinds])
    return text(rows)


def _triple(values):
    if all(value < 0.05 for value in values):
        return ""
    return " / ".join(f"{value:.1f}".removesuffix(".0") for value in values)


def boot(records):
    """How long it takes to start, and what memory is kept."""
    native = records.get("native")
    rows = [["", *records],
            ["power-on to /init, virtual s",
             *(f"{record.power_on:.2f}" for record in records.values())],
            ["kernel start to /init, virtual s",
             *(f"{record.kernel_start:.2f}" for record in records.values())],
            ["RAM the kernel has, MiB",
             *(f"{record.memory / MIB:.2f}" for record in records.values())]]
    if native:
        rows.append(["RAM kept from the kernel, MiB",
                     *(f"{(native.memory - record.memory) / MIB:.2f}"
                       for record in records.values())])
    return text(rows)


def _head(kernel, records, where, boots):
    release = next(iter(records.values())).release
    several = f", {boots} boots" if boots > 1 else ""
    return f"Kernel {kernel} ({release}), {where}{several}."


def report(kernel, boots, records):
    """All of it, of the typical one of so many boots."""
    head = _head(kernel, records,
                 "one CPU, 1 GiB, QEMU's TCG with -icount", boots)
    return "\n\n".join([head, speed(records), dear(records),
                        boot(records)]) + "\n"


def report_of_several(kernel, cpus, boots, records):
    """The same of one of several CPUs."""
    head = _head(kernel, records,
                 f"on one of {cpus} CPUs, 1 GiB, QEMU's TCG", boots)
    return "\n\n".join([head, speed(records), dear(records)]) + "\n"
