/* SPDX-License-Identifier: MIT */
/*
 * What the compression libraries take from a C library and the image does
 * not have.  None of it is ever reached while they unpack (their memory
 * comes from unpack_heap_take()), so arriving here is the end.
 *
 * The declarations are those of the ABI, not of the C library's headers,
 * which turn some of these names into macros.
 */
#include <stddef.h>

#include <boot/boot_library.h>

/* Where the libraries expect a FILE *, which nobody opens. */
void *const stdin, *const stdout, *const stderr;

#define UNREACHABLE_FUNCTION(name)                                        \
    void name(void);                                                      \
    void __attribute__((noreturn)) name(void)                             \
    {                                                                     \
        boot_library_failed(#name);                                       \
    }

/* Default allocators, which hooks replace. */
UNREACHABLE_FUNCTION(malloc)
UNREACHABLE_FUNCTION(calloc)
UNREACHABLE_FUNCTION(free)

/* bzlib's file functions, and its complaint about its own faults. */
UNREACHABLE_FUNCTION(__ctype_b_loc)
UNREACHABLE_FUNCTION(__fprintf_chk)
UNREACHABLE_FUNCTION(exit)
UNREACHABLE_FUNCTION(fclose)
UNREACHABLE_FUNCTION(fdopen)
UNREACHABLE_FUNCTION(ferror)
UNREACHABLE_FUNCTION(fflush)
UNREACHABLE_FUNCTION(fgetc)
UNREACHABLE_FUNCTION(fopen64)
UNREACHABLE_FUNCTION(fputc)
UNREACHABLE_FUNCTION(fread)
UNREACHABLE_FUNCTION(fwrite)
UNREACHABLE_FUNCTION(ungetc)

/* The caller overran its stack or gave it no guard word. */
UNREACHABLE_FUNCTION(__stack_chk_fail)
