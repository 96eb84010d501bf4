/* SPDX-License-Identifier: MIT */
/* What both C and assembly of this folder have to know. */
#ifndef RUN_VALUES_H
#define RUN_VALUES_H

/* Callbacks use the library's stubs of these vectors. */
#define ON_EVENT     240
#define ON_FAILSAFE  241
#define ON_SYSCALL   242
#define ON_SYSCALL32 243
#define ON_SYSENTER  244

/* What RCX and R11 hold where the code starts. */
#define RUN_RCX 0x0c0c0c0c0c0c0c0c
#define RUN_R11 0x1111111111111111

/* In RBX on the kernel's and the user's side of GS. */
#define GS_KERNEL 0x6b65726e656c
#define GS_USER   0x75736572

#endif
