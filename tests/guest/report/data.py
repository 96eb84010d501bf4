# SPDX-License-Identifier: MIT
"""The report for programs: JSON."""
from . import model


def _entry(entry):
    equal, design, unexplained = entry.counts()
    return {
        "name": entry.title, "value": entry.value, "status": entry.status(),
        "success_seen": entry.succeeds(), "identical": equal,
        "different_by_design": design, "unexplained": unexplained,
        "differences": [
            {"test": one.test, "role": one.role, "line": one.outcome.name,
             "microxen": one.outcome.ours, "xen": one.outcome.theirs,
             "why": why}
            for why, seen in entry.reasons() for one in seen]}


def summary(found):
    """{status: number of operations}."""
    statuses = [entry.status() for entry in model.units(found)]
    return {status: statuses.count(status)
            for status in (model.IDENTICAL, model.DIFFERENT, model.MISSING,
                           model.UNEXPLAINED)}


def as_data(result):
    """All of a result, of dictionaries and lists."""
    return {
        "versions": result.versions,
        "operations": summary(result.calls),
        "lines": len(result.observations),
        "hypercalls": [
            {**_entry(call.whole),
             "operations": [_entry(one) for one in call.operations]}
            for call in result.calls],
        "other_behaviour": [_entry(one) for one in result.others],
        "xen_versions": [_entry(one) for one in result.xens],
        "complaints": result.complaints}
