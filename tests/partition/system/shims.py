# SPDX-License-Identifier: MIT
"""What a guest's kernel runs on, as its configuration says it."""
import dataclasses

from harness import paths
from harness.failure import Failure

# Where domain 0 finds what a case gives it.
FOLDER = "guest"
LINE = "pv-shim console=xen,pv"


@dataclasses.dataclass
class Shim:
    """A way to start the same kernel."""

    name: str
    settings: tuple             # of the domain's configuration
    files: tuple = ()           # that domain 0 needs for it
    cmdline: str = LINE

    def add(self, image_options):
        """More words of the image's own, in each boot."""
        self.cmdline = f"{self.cmdline} {image_options}".strip()

    def configuration(self, image_options=""):
        """Its lines in a domain's configuration."""
        if "pvshim=1" not in self.settings:
            return list(self.settings)
        line = f"{self.cmdline} {image_options}".strip()
        return [*self.settings, f'pvshim_cmdline="{line}"']


OURS = ('type="pvh"', "pvshim=1", f'pvshim_path="/{FOLDER}/microxen"')

SHIMS = (
    Shim("microxen", OURS, (paths.IMAGE,)),
    Shim("pvops", OURS, (paths.IMAGE,), f"{LINE} pvops=all"),
    Shim("shim", ('type="pvh"', "pvshim=1")),
    Shim("pv", ('type="pv"',)),
    Shim("pvh", ('type="pvh"',)),
)

NAMES = tuple(known.name for known in SHIMS)


def shim(name):
    """The one of that name, checked to be there."""
    [found] = [known for known in SHIMS if known.name == name]
    for file in found.files:
        if not file.exists():
            raise Failure(f"{file} is not there; run make first")
    return found
