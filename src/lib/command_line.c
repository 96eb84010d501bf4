/* SPDX-License-Identifier: MIT */
#include <lib/command_line.h>
#include <lib/number.h>
#include <lib/string.h>

#define GUEST_SEPARATOR "--"
#define NUMBER_ROOM     32u             /* longer ones are none */
#define BINARY_STEP     10              /* bits from a unit to the next */

/* A word as it stands in the line, quotes and all. */
struct word {
    const char *start;
    size_t length;
};

static bool is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

/* Cut the next word off; false when there's none. */
static bool next_word(const char **line, struct word *word)
{
    const char *next = *line;
    bool quoted = false;

    while (is_blank(*next))
        next++;
    word->start = next;
    for (; *next != '\0' && (quoted || !is_blank(*next)); next++)
        if (*next == '"')
            quoted = !quoted;
    word->length = next - word->start;
    *line = next;
    return word->length > 0;
}

static bool is(struct word word, const char *text)
{
    return word.length == strlen(text)
           && memcmp(word.start, text, word.length) == 0;
}

static bool skip_prefix(struct word *word, const char *prefix)
{
    size_t length = strlen(prefix);

    if (word->length < length || memcmp(word->start, prefix, length) != 0)
        return false;
    word->start += length;
    word->length -= length;
    return true;
}

/* Copy without the quotes; false when it was cut. */
static bool copy_unquoted(struct word from, char *to, size_t room)
{
    size_t length = 0;
    bool whole = true;

    for (size_t i = 0; i < from.length; i++) {
        if (from.start[i] == '"')
            continue;
        if (length + 1 < room)
            to[length++] = from.start[i];
        else
            whole = false;
    }
    if (room > 0)
        to[length] = '\0';
    return whole;
}

static bool parse_switch(struct word value, bool *on)
{
    static const char *const words[][2] = {
        { "no", "yes" }, { "off", "on" }, { "false", "true" },
        { "disable", "enable" }, { "0", "1" },
    };
    char text[NUMBER_ROOM];

    if (!copy_unquoted(value, text, sizeof(text)))
        return false;
    for (unsigned i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
        for (unsigned state = 0; state < 2; state++) {
            if (strcmp(text, words[i][state]) == 0) {
                *on = state;
                return true;
            }
        }
    }
    return false;
}

static bool parse_number(struct word from, uint64_t *number)
{
    char text[NUMBER_ROOM];
    uint64_t value;
    const char *rest;

    if (!copy_unquoted(from, text, sizeof(text)))
        return false;
    rest = number_parse(text, text + strlen(text), &value);
    if (rest == NULL || *rest != '\0')
        return false;
    *number = value;
    return true;
}

/* The unit's power of two, or -1. */
static int unit_shift(const char *unit)
{
    static const char units[] = "BKMGT";
    char letter = *unit;

    if (letter == '\0')
        return BINARY_STEP;             /* as Xen: KiB */
    if (letter >= 'a' && letter <= 'z')
        letter += 'A' - 'a';

    const char *found = strchr(units, letter);

    if (found == NULL || unit[1] != '\0')
        return -1;
    return (found - units) * BINARY_STEP;
}

static bool parse_size(struct word from, uint64_t *bytes)
{
    char text[NUMBER_ROOM];
    uint64_t value;
    const char *unit;
    int shift;

    if (!copy_unquoted(from, text, sizeof(text)))
        return false;
    unit = number_parse(text, text + strlen(text), &value);
    if (unit == NULL)
        return false;
    shift = unit_shift(unit);
    if (shift < 0 || value > UINT64_MAX >> shift)
        return false;
    *bytes = value << shift;
    return true;
}

/* An option as it was given. */
struct setting {
    struct word name;
    struct word value;
    bool has_value;
    bool negated;               /* had "no-" in front */
};

static struct setting split(struct word word)
{
    struct setting setting = { .name = word };
    const char *equals;

    /* "name=a b" means the same as name="a b". */
    if (setting.name.length > 0 && *setting.name.start == '"')
        skip_prefix(&setting.name, "\"");
    equals = memchr(setting.name.start, '=', setting.name.length);
    if (equals != NULL) {
        const char *end = setting.name.start + setting.name.length;

        setting.has_value = true;
        setting.value = (struct word){ equals + 1, end - (equals + 1) };
        setting.name.length = equals - setting.name.start;
    } else if (setting.name.start != word.start && setting.name.length > 0
               && setting.name.start[setting.name.length - 1] == '"') {
        setting.name.length--;
    }
    return setting;
}

static const struct option *find(struct word name,
                                 const struct option *options, unsigned nr)
{
    for (unsigned i = 0; i < nr; i++)
        if (is(name, options[i].name))
            return &options[i];
    return NULL;
}

static bool apply_switch(const struct option *option,
                         const struct setting *setting)
{
    bool on = true;

    if (setting->has_value && !parse_switch(setting->value, &on))
        return false;
    *(bool *)option->value = on != setting->negated;
    return true;
}

/* False when the option cannot have this value. */
static bool apply(const struct option *option, const struct setting *setting)
{
    if (option->type == OPTION_IGNORED)
        return true;
    if (option->type == OPTION_SWITCH)
        return apply_switch(option, setting);
    if (!setting->has_value || setting->negated)
        return false;

    switch (option->type) {
    case OPTION_NUMBER:
        return parse_number(setting->value, option->value);
    case OPTION_SIZE:
        return parse_size(setting->value, option->value);
    default:
        copy_unquoted(setting->value, option->value, option->room);
        return true;
    }
}

void command_line_parse(const char *line, const struct option *options,
                        unsigned nr_options, option_complaint *complain)
{
    struct word word;

    while (next_word(&line, &word) && !is(word, GUEST_SEPARATOR)) {
        struct setting setting = split(word);
        const struct option *option = find(setting.name, options,
                                           nr_options);

        if (option == NULL && skip_prefix(&setting.name, "no-")) {
            setting.negated = true;
            option = find(setting.name, options, nr_options);
        }
        if (option == NULL || !apply(option, &setting))
            complain(word.start, word.length, option != NULL);
    }
}

const char *command_line_guest(const char *line)
{
    struct word word;

    while (next_word(&line, &word))
        if (is(word, GUEST_SEPARATOR))
            break;
    while (is_blank(*line))
        line++;
    return line;
}
