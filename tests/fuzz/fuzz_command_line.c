/* SPDX-License-Identifier: MIT */
/* sources: src/lib/command_line.c src/lib/number.c */
#include <stdlib.h>
#include <string.h>

#include <lib/command_line.h>

static const char *line;

static void complain(const char *word, size_t length, bool known)
{
    (void)known;
    if (length == 0 || word < line || word + length > line + strlen(line))
        abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static bool flag;
    static uint64_t number, bytes;
    static char text[16];
    const struct option options[] = {
        { "noreboot", OPTION_SWITCH, &flag, 0 },
        { "maxcpus", OPTION_NUMBER, &number, 0 },
        { "mem", OPTION_SIZE, &bytes, 0 },
        { "com1", OPTION_STRING, text, sizeof(text) },
        { "edd", OPTION_IGNORED, NULL, 0 },
    };
    char *copy = malloc(size + 1);
    const char *guest;

    memcpy(copy, data, size);
    copy[size] = '\0';
    line = copy;
    command_line_parse(copy, options, sizeof(options) / sizeof(options[0]),
                       complain);
    guest = command_line_guest(copy);
    if (guest < copy || guest > copy + size || *guest == ' '
        || memchr(text, '\0', sizeof(text)) == NULL)
        abort();
    free(copy);
    return 0;
}
