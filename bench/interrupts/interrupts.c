/* SPDX-License-Identifier: MIT */
#include <sys/io.h>

#include "../operations/marks.h"
#include "../operations/spin.h"
#include "interrupts.h"
#include "require.h"

/* Of the TSC's ticks there is one a nanosecond; of the timer's one each 4 ms,
 * or each 1 ms. */
enum { TIMER_TICKS = 120000000, KEYS = 30, KEY_TICKS = 1000000 };

/*
 * The keyboard controller, an 8042. The command has it take the byte that
 * follows for one from the keyboard, and interrupt for it: here, that a key
 * was released which isn't pressed.
 */
enum { DATA = 0x60, STATUS = 0x64, COMMAND = 0x64 };
enum { INPUT_FULL = 1 << 1, WRITE_KEYBOARD_OUTPUT = 0xd2 };
enum { LEFT_CONTROL_RELEASED = 0x9d };

static void write_when_empty(unsigned char byte, unsigned short port)
{
    while (inb(STATUS) & INPUT_FULL)
        continue;
    outb(byte, port);
}

static void release_key(void)
{
    write_when_empty(WRITE_KEYBOARD_OUTPUT, COMMAND);
    write_when_empty(LEFT_CONTROL_RELEASED, DATA);
}

static void measure_timer(void)
{
    say("interrupts timer");
    mark(MARK_BEGIN);
    spin(TIMER_TICKS);
    mark(MARK_END);
}

static void measure_device(void)
{
    require(!iopl(3), "iopl");
    say("interrupts device");
    mark(MARK_BEGIN);
    for (int key = 0; key < KEYS; key++) {
        release_key();
        spin(KEY_TICKS);
    }
    mark(MARK_END);
}

void measure_interrupts(void)
{
    measure_timer();
    measure_device();
}
