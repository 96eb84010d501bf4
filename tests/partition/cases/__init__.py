# SPDX-License-Identifier: MIT
"""The cases, a file for each theme."""
