/* SPDX-License-Identifier: MIT */
/* The Xen whose ABI this is: what kernels may test for. */
#ifndef HYPERCALL_VERSION_H
#define HYPERCALL_VERSION_H

#define XEN_ABI_MAJOR 4
#define XEN_ABI_MINOR 17

#endif
