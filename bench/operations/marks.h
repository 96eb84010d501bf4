/* SPDX-License-Identifier: MIT */
/*
 * What a program tells an emulator's plugin that watches the instructions
 * it executes: NOPs that mean nothing to a processor, so that they work in
 * any ring and on any machine.
 *
 * The form is 0F 1F /0 with a displacement of 32 bits (SDM volume 2, "NOP"),
 * which is MARK_BASE plus one of the kinds below.
 */
#ifndef BENCH_MARKS_H
#define BENCH_MARKS_H

#define MARK_BASE 0x6d786e00

enum mark {
    /* A text's next bit; each byte's lowest comes first. */
    MARK_BIT_0,
    MARK_BIT_1,
    /* What is executed between these two is counted. */
    MARK_BEGIN,
    MARK_END,
    MARKS
};

#define MARK_SIZE 7
#define MARK_BYTES 0x0f, 0x1f, 0x80

/* Makes a mark; `kind` must be a constant. */
#define mark(kind)                                                          \
    __asm__ volatile(".byte 0x0f, 0x1f, 0x80\n\t.long %c0"                  \
                     : : "i" (MARK_BASE + (kind)) : "memory")

/* Tells a line, without its newline, to the plugin and on stdout. */
void say(const char *format, ...) __attribute__((format(printf, 1, 2)));
/* Tells it to the plugin only: a console interrupts while it writes. */
void say_quietly(const char *line);

#endif
