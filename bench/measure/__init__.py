# SPDX-License-Identifier: MIT
"""Measures a kernel natively, on microxen and on real Xen."""
