# SPDX-License-Identifier: MIT
"""Starts machines in QEMU, talks to what runs in them, and runs the cases."""
