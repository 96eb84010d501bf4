# SPDX-License-Identifier: MIT
"""The cases; each is a function whose docstring is its manual page."""
