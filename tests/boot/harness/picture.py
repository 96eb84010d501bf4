# SPDX-License-Identifier: MIT
"""What a machine's screen shows, pixel by pixel, as characters of 16 lines."""
import gzip
import pathlib
import time

from .failure import Failure

# What microxen's own is made from, see mk/image.mk.
FONT = pathlib.Path("/usr/share/consolefonts/Lat15-Terminus16.psf.gz")
HEIGHT = 16
BLANK = (0,) * HEIGHT
UNKNOWN = "\N{REPLACEMENT CHARACTER}"


def microxen_font():
    """{glyph: character} of the font in the image; a glyph is its lines,
    the highest bit leftmost."""
    data = gzip.decompress(FONT.read_bytes())[4:]
    return {tuple(data[code * HEIGHT:(code + 1) * HEIGHT]): chr(code)
            for code in range(0x7e, 0x1f, -1)}


class Picture:
    """One dump of the screen, in which any colour but black is set."""

    def __init__(self, ppm, cell):
        kind, size, depth, data = ppm.split(b"\n", 3)
        if (kind, depth) != (b"P6", b"255"):
            raise Failure("QEMU's dump of the screen is no PPM")
        self.width, self.height = map(int, size.split())
        self._data = data
        self._cell = cell
        self.columns = self.width // cell
        self.rows = self.height // HEIGHT

    def glyph(self, column, row):
        """The lines of one character cell."""
        lines = []
        for y in range(row * HEIGHT, (row + 1) * HEIGHT):
            at = (y * self.width + column * self._cell) * 3
            line = self._data[at:at + self._cell * 3]
            lines.append(sum(0x80 >> x for x in range(8)
                             if any(line[x * 3:x * 3 + 3])))
        return tuple(lines)

    def colours(self):
        """All that occur."""
        return set(zip(*[iter(self._data)] * 3))

    def text(self, font):
        """The rows, with UNKNOWN for what isn't in font."""
        rows = ((self.glyph(column, row) for column in range(self.columns))
                for row in range(self.rows))
        return "\n".join("".join(font.get(glyph, UNKNOWN) for glyph in row)
                         .rstrip() for row in rows)


def take(machine, log_stem, cell=8):
    """Dump the screen, whose characters are `cell` pixels wide, the ninth
    not looked at; the file is left for a person to look at."""
    path = pathlib.Path(f"{log_stem}.ppm").resolve()
    machine.monitor.execute("screendump", filename=str(path))
    return Picture(path.read_bytes(), cell)


def wait_text(machine, log_stem, wanted, timeout):
    """Wait until microxen's font spells `wanted`; the picture."""
    deadline = time.monotonic() + timeout
    font = microxen_font()
    while True:
        picture = take(machine, log_stem)
        text = picture.text(font)
        if wanted in text:
            return picture
        if time.monotonic() > deadline:
            raise Failure(f"no {wanted!r} on the screen:\n{text}")
        time.sleep(0.5)
