# SPDX-License-Identifier: MIT
"""The report as text."""
from . import data


def _row(entry, indent):
    equal, design, unexplained = entry.counts()
    title = f"{indent}{entry.value:>3} {entry.title}".rstrip()
    note = "  errors only" if entry.seen and not entry.succeeds() else ""
    return (f"{title:45} {entry.status():20}{equal:6}{design:6}"
            f"{unexplained:6}{note}")


def _reasons(entry):
    return [f"{'':8}{len(seen):5} x {why}" for why, seen in entry.reasons()]


def as_text(result):
    """All of it but the single lines, which are in the JSON."""
    lines = ["microxen beside real Xen", ""]
    lines += [f"{name:22}{version}"
              for name, version in result.versions.items()]
    lines += ["", "Hypercalls and their operations, of Xen's public headers:"]
    lines += [f"    {status:22}{number:5}"
              for status, number in data.summary(result.calls).items()]
    lines += ["", f"{'':45} {'':20}{'lines':>6}{'by':>6}{'not':>6}",
              f"{'':45} {'':20}{'equal':>6}{'desig':>6}{'expl.':>6}"]
    for call in result.calls:
        lines += [_row(call.whole, ""), *_reasons(call.whole)]
        lines += [_row(one, "    ") for one in call.operations]
    lines += ["", "What the tests see besides:"]
    for entry in result.others:
        lines += [_row(entry, ""), *_reasons(entry)]
    lines += ["", "Xen 4.20 beside Xen 4.17, by test:"]
    for entry in result.xens:
        lines += [_row(entry, ""), *_reasons(entry)]
    lines += ["", f"{len(result.complaints)} complaints"]
    return "\n".join(lines + result.complaints) + "\n"
