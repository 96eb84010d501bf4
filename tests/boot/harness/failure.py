# SPDX-License-Identifier: MIT
"""How a case ends other than well."""


class Failure(Exception):
    """What was expected did not happen; the text says what did."""


class Skipped(Exception):
    """The case cannot say anything here; the text says why."""


def check(condition, text):
    """Fail with `text` unless `condition` holds."""
    if not condition:
        raise Failure(text)
