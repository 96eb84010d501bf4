/* SPDX-License-Identifier: MIT */
#include <boot/spec_ctrl.h>

#include <stddef.h>
#include <stdint.h>

#include <lib/command_line.h>
#include <lib/console.h>
#include <lib/string.h>

static bool use_verw;

static const struct option table[] = {
    { "verw", OPTION_SWITCH, &use_verw, 0 },
    { "md-clear", OPTION_SWITCH, &use_verw, 0 },
};

/* All mitigations at once, with no name before it. */
static bool is_off(const char *word, size_t length)
{
    static const char *const off[] = { "no", "off", "false", "disable", "0" };

    for (size_t i = 0; i < sizeof off / sizeof *off; i++)
        if (strlen(off[i]) == length && !memcmp(off[i], word, length))
            return true;
    return false;
}

static void other_word(const char *word, size_t length, bool known)
{
    (void)known;
    if (is_off(word, length))
        use_verw = false;
    else
        printk("Option \"spec-ctrl\": \"%.*s\" changes nothing here\n",
               (int)length, word);
}

bool spec_ctrl_verw(const char *value)
{
    char words[64];
    size_t length = 0;

    for (; value[length] && length < sizeof words - 1; length++)
        words[length] = value[length] == ',' ? ' ' : value[length];
    words[length] = '\0';
    use_verw = true;
    command_line_parse(words, table, sizeof table / sizeof *table,
                       other_word);
    return use_verw;
}
