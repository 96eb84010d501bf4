/* SPDX-License-Identifier: MIT */
#include <boot/boot_text.h>
#include <lib/string.h>

const char *boot_text_copy(struct boot_info *info, const char *text,
                           uint64_t limit)
{
    char *copy = &info->text[info->text_used];
    size_t room = BOOT_TEXT_SIZE - info->text_used;
    size_t length = strnlen(text, limit < room ? limit : room);

    if (length == limit)
        info->truncated_text = true;
    if (length == room) {       /* then there is no room for the NUL */
        info->truncated_text = true;
        if (room == 0)
            return "";
        length--;
    }

    memcpy(copy, text, length);
    copy[length] = '\0';
    info->text_used += length + 1;
    return copy;
}

const char *boot_text_at(struct boot_info *info,
                         const struct physical_window *memory,
                         uint64_t address)
{
    const char *text = physical_at(memory, address, 1);

    if (address == 0 || text == NULL)
        return "";
    return boot_text_copy(info, text,
                          memory->size - (address - memory->start));
}

static const char *skip_blanks(const char *line)
{
    while (*line == ' ')
        line++;
    return line;
}

/* "GRUB 2.06"; legacy GRUB calls itself "GNU GRUB 0.97". */
static bool leaves_file_name_out(const char *loader)
{
    static const char grub[] = "GRUB ";
    const char *name = strstr(loader, grub);

    return name != NULL && name[sizeof(grub) - 1] != '0';
}

const char *boot_text_arguments(const char *line, const char *loader)
{
    line = skip_blanks(line);
    if (leaves_file_name_out(loader))
        return line;

    while (*line != ' ' && *line != '\0')
        line++;
    return skip_blanks(line);
}
