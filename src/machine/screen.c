/* SPDX-License-Identifier: MIT */
#include <machine/screen.h>

#include <lib/string.h>

#define TAB 8

static const struct screen *screen;
static unsigned columns, rows;
static unsigned column, row;

/* What is shown, as video memory is slow to read. */
static char cells[SCREEN_ROWS_MAX][SCREEN_COLUMNS_MAX];

/* The guest draws as well, and what is shown may be none of ours. */
static bool shared;
static bool silent;

static unsigned min(unsigned a, unsigned b)
{
    return a < b ? a : b;
}

void screen_set_up(const struct screen *wanted)
{
    screen = wanted;
    columns = min(screen->columns, SCREEN_COLUMNS_MAX);
    rows = min(screen->rows, SCREEN_ROWS_MAX);
}

void screen_hand_over(bool keep)
{
    shared = true;
    silent = !keep;
}

static void go_blank(void)
{
    screen->clear();
    memset(cells, ' ', sizeof cells);
    row = 0;
    column = 0;
}

static void show(unsigned at_column, unsigned at_row, char c)
{
    if (cells[at_row][at_column] == c && !shared)
        return;
    cells[at_row][at_column] = c;
    screen->draw(at_column, at_row, c);
}

static void next_row(void)
{
    column = 0;
    if (row < rows - 1) {
        row++;
        return;
    }
    for (unsigned r = 0; r < rows; r++)
        for (unsigned c = 0; c < columns; c++)
            show(c, r, r < rows - 1 ? cells[r + 1][c] : ' ');
}

static void put_printable(char c)
{
    /* Only now, so that a line of full width leaves no blank one behind. */
    if (column == columns)
        next_row();
    show(column, row, c);
    column++;
}

static void put(char c)
{
    switch (c) {
    case '\n':
        next_row();
        break;
    case '\r':
        column = 0;
        break;
    case '\b':
        if (column != 0)
            column--;
        break;
    case '\t':
        do
            put_printable(' ');
        while (column % TAB != 0 && column < columns);
        break;
    default:
        if ((unsigned char)c >= ' ')
            put_printable(c);
        break;
    }
}

static void screen_write(const char *text, size_t length)
{
    if (silent)
        return;
    for (size_t i = 0; i < length; i++)
        put(text[i]);
    if (screen->place_cursor)
        screen->place_cursor(column, row);
}

static bool screen_start(const char *settings)
{
    (void)settings;

    if (screen == NULL || columns == 0 || rows == 0)
        return false;
    go_blank();
    return true;
}

static void screen_set_mode(enum console_mode mode)
{
    /* The guest has scrolled and drawn; start on a screen of our own. */
    if (mode == CONSOLE_PANIC && shared) {
        silent = false;
        go_blank();
    }
}

const struct console_device screen_console = {
    .name = "vga",
    .start = screen_start,
    .write = screen_write,
    .set_mode = screen_set_mode,
};
