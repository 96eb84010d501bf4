# SPDX-License-Identifier: MIT
"""What the cases know of the installed system."""
