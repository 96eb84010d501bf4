# SPDX-License-Identifier: MIT
"""The report as SVG pictures: bars of each target, relative to native."""
import html

from . import operations

COLOURS = {"native": "#7a7a7a", "microxen": "#2166ac",
           "pvops": "#67a9cf", "xen": "#b2182b"}
LABELS = {"native": "native", "microxen": "microxen",
          "pvops": "microxen, pvops=all", "xen": "Xen 4.17"}
LEFT, WIDTH, RIGHT = 180, 480, 70
BAR, GAP, TOP, BOTTOM = 9, 10, 56, 12
# Longer bars are cut off, and say so.
MOST = 8.0


def _text(x, y, words, *, anchor="start", size=12, weight="normal"):
    """Outlined in white: what lies behind it doesn't disturb."""
    return (f"<text x='{x:.0f}' y='{y:.0f}' text-anchor='{anchor}'"
            f" font-family='sans-serif' font-size='{size}'"
            f" font-weight='{weight}' stroke='#ffffff' stroke-width='3'"
            f" paint-order='stroke'>{html.escape(words)}</text>")


def _bar(y, name, value):
    width = WIDTH * min(value, MOST) / MOST
    cut = " (cut off)" if value > MOST else ""
    return [f"<rect x='{LEFT}' y='{y}' width='{width:.1f}' height='{BAR}'"
            f" fill='{COLOURS[name]}'><title>{LABELS[name]}: {value:.2f}"
            "</title></rect>",
            _text(LEFT + width + 4, y + BAR, f"{value:.2f}{cut}",
                  size=9)]


def _legend(names):
    parts, x = [], LEFT
    for name in names:
        parts += [f"<rect x='{x}' y='30' width='12' height='12'"
                  f" fill='{COLOURS[name]}'/>",
                  _text(x + 17, 41, LABELS[name])]
        x += 40 + 7 * len(LABELS[name])
    return parts


def _svg(title, names, groups):
    """`groups` has a label and a value for each name, in order."""
    step = len(names) * BAR + GAP
    height = TOP + step * len(groups) + BOTTOM
    one = LEFT + WIDTH / MOST
    parts = [_text(LEFT, 18, title, weight="bold"),
             *_legend(names),
             f"<line x1='{one}' x2='{one}' y1='{TOP - 6}' y2='{height}'"
             " stroke='#7a7a7a' stroke-dasharray='3'/>"]
    for index, (label, values) in enumerate(groups):
        y = TOP + index * step
        parts.append(_text(LEFT - 8, y + len(names) * BAR / 2 + 4, label,
                           anchor="end"))
        for row, (name, value) in enumerate(zip(names, values)):
            parts += _bar(y + row * BAR, name, value)
    return (f"<svg xmlns='http://www.w3.org/2000/svg' width='"
            f"{LEFT + WIDTH + RIGHT}' height='{height}'>\n"
            "<rect width='100%' height='100%' fill='#ffffff'/>\n"
            + "\n".join(parts) + "\n</svg>\n")


def write(path, title, names, groups):
    """A picture of groups of bars: each a label and a value a name."""
    path.write_text(_svg(title, names, groups))


def _whole(record, name):
    if name in operations.ELAPSED:
        return record.operations[name]["elapsed"]
    return record.total(name)


def _speed(records, names):
    native = records["native"]
    return [(operation.label,
             [_whole(records[name], operation.name) /
              _whole(native, operation.name) for name in names])
            for operation in operations.ALL
            if all(operation.name in record.operations
                   for record in records.values())]


def _boot(records, names):
    native = records["native"]
    return [("power-on to /init", [records[name].power_on / native.power_on
                                   for name in names]),
            ("kernel start to /init",
             [records[name].kernel_start / native.kernel_start
              for name in names])]


def write_all(folder, records, prefix=""):
    """Write folder/speed.svg and boot.svg, if there is native to compare
    with; their names begin with `prefix`."""
    names = [name for name in records if name != "native"]
    if "native" not in records or not names:
        return
    write(folder / f"{prefix}speed.svg",
          "Instructions per operation, native is 1", names,
          _speed(records, names))
    write(folder / f"{prefix}boot.svg",
          "Virtual time to start, native is 1", names,
          _boot(records, names))
