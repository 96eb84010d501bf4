/* SPDX-License-Identifier: MIT */
/* A program that writes its data and ends: the least that exec can start. */
#include <sys/syscall.h>

    .globl _start
_start:
    movl $1, word(%rip)
    xorl %edi, %edi
    movl $SYS_exit, %eax
    syscall

    .data
word:
    .long 0

    .section .note.GNU-stack, "", @progbits
