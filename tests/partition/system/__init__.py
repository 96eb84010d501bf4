# SPDX-License-Identifier: MIT
"""What the cases know of real Xen's domain 0 and of its guests."""
