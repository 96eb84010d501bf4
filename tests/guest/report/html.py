# SPDX-License-Identifier: MIT
"""The report as one page of HTML, which needs nothing else."""
import html

from . import data, model

STYLE = """
body { font: 15px/1.45 system-ui, sans-serif; margin: 2em auto;
       max-width: 70em; padding: 0 1em; color: #1a1a1a; background: #fff; }
table { border-collapse: collapse; width: 100%; }
th, td { text-align: left; padding: .25em .6em; vertical-align: top;
         border-bottom: 1px solid #ddd; }
th { border-bottom: 2px solid #888; }
td.number, th.number { text-align: right; }
tr.call td { background: #f3f3f3; font-weight: 600; }
tr.operation td:nth-child(2) { padding-left: 2em; }
.identical { color: #176b2c; } .design { color: #75540a; }
.missing, .unexplained { color: #a01010; font-weight: 600; }
code, .log { font: 13px/1.4 ui-monospace, monospace; }
details { font-weight: 400; } summary { cursor: pointer; }
.log td { border-bottom: 1px solid #eee; font-weight: 400; }
@media print { details > * { display: block; } }
"""
CLASSES = {model.IDENTICAL: "identical", model.DIFFERENT: "design",
           model.MISSING: "missing", model.UNEXPLAINED: "unexplained"}
INTRODUCTION = """
<p>The same small PV kernels ran on microxen and on Debian's own Xen, on the
same emulated machine, and printed what they saw: a line for each
observation. This report compares the lines. The list of hypercalls and
operations is taken from Xen's public headers by the compiler, as a PV guest
sees them; an operation that no line tells of is <em>missing</em>. Every
difference is a row of <code>docs/abi.md</code>, whose reason is given
here.</p>
"""


def _text(value):
    return html.escape(str(value))


def _table(headings, rows):
    cells = "".join(f"<th>{_text(one)}</th>" for one in headings)
    return f"<table><tr>{cells}</tr>{''.join(rows)}</table>"


def _differences(entry, columns):
    parts = []
    for why, seen in entry.reasons():
        rows = [f"<tr><td>{_text(one.role)}</td>"
                f"<td>{_text(one.outcome.name)}</td>"
                f"<td>{_text(one.outcome.ours)}</td>"
                f"<td>{_text(one.outcome.theirs)}</td></tr>"
                for one in seen]
        parts.append(f"<details><summary>{_text(why)}: {len(seen)} lines"
                     "</summary><div class='log'>"
                     + _table(["role", "line", *columns], rows)
                     + "</div></details>")
    return "".join(parts)


def _row(entry, kind, columns, details=True):
    equal, design, unexplained = entry.counts()
    status = entry.status()
    notes = _differences(entry, columns) if details else ""
    if entry.seen and not entry.succeeds():
        notes = "errors only " + notes
    return (f"<tr class='{kind}'><td class='number'>{_text(entry.value)}</td>"
            f"<td>{_text(entry.title)}</td>"
            f"<td class='{CLASSES[status]}'>{status}</td>"
            f"<td class='number'>{equal}</td>"
            f"<td class='number'>{design + unexplained}</td>"
            f"<td>{notes}</td></tr>")


def _entries(rows):
    return _table(["", "", "", "equal", "different", "reasons"], rows)


def _calls(result, columns):
    rows = []
    for call in result.calls:
        rows.append(_row(call.whole, "call", columns,
                         details=not call.operations))
        rows += [_row(one, "operation", columns) for one in call.operations]
    return _entries(rows)


def as_html(result):
    """The page."""
    columns = ["microxen", "Xen 4.17"]
    versions = [f"<tr><td>{_text(name)}</td><td>{_text(version)}</td></tr>"
                for name, version in result.versions.items()]
    counts = [f"<tr><td class='{CLASSES[status]}'>{status}</td>"
              f"<td class='number'>{number}</td></tr>"
              for status, number in data.summary(result.calls).items()]
    complaints = "".join(f"<li class='unexplained'>{_text(one)}</li>"
                         for one in result.complaints) or "<li>none</li>"
    return f"""<!doctype html>
<html lang="en"><head><meta charset="utf-8">
<title>microxen beside real Xen</title><style>{STYLE}</style></head><body>
<h1>microxen beside real Xen</h1>{INTRODUCTION}
<h2>What was compared</h2>{_table(["", ""], versions)}
<p>{len(result.observations)} observations of microxen.</p>
<h2>Operations of hypercalls</h2>{_table(["", ""], counts)}
<h2>Not explained</h2><ul>{complaints}</ul>
<h2>Hypercall by hypercall</h2>{_calls(result, columns)}
<h2>Besides the hypercalls' results</h2>
{_entries([_row(one, "call", columns) for one in result.others])}
<h2>Xen 4.20 beside Xen 4.17</h2>
{_entries([_row(one, "call", ["Xen 4.20", "Xen 4.17"])
           for one in result.xens])}
</body></html>
"""
