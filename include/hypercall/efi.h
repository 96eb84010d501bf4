/* SPDX-License-Identifier: MIT */
/* What the initial domain asks of UEFI (public/platform.h), as Xen does. */
#ifndef HYPERCALL_EFI_H
#define HYPERCALL_EFI_H

#include <xen/xen.h>
#include <xen/errno.h>
#include <xen/platform.h>

/* XENPF_firmware_info, XEN_FW_EFI_INFO */
long efi_firmware_info(uint32_t index, union xenpf_efi_info *info);

/*
 * XENPF_efi_runtime_call.  The firmware's own answer goes to call->status;
 * a variable of more than EFI_DATA_SIZE bytes is -ENOMEM.
 */
long efi_runtime_call(struct xenpf_efi_runtime_call *call);

#endif
