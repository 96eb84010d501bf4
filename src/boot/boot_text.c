/* SPDX-License-Identifier: MIT */
#include <boot/boot_text.h>
#include <lib/string.h>

const char *boot_error_text(enum boot_error error)
{
    switch (error) {
    case BOOT_OK:
        return "no error";
    case BOOT_NO_INFO:
        return "the boot loader's information lies outside memory";
    case BOOT_BAD_INFO:
        return "the boot loader's information contradicts itself";
    case BOOT_NO_MEMORY_MAP:
        return "the boot loader tells neither a memory map nor a size";
    }
    return "unknown error";
}

void boot_info_start(struct boot_info *info, const char *protocol)
{
    memset(info, 0, sizeof(*info));
    info->protocol = protocol;
    info->loader = "";
    info->command_line = "";
}

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

void boot_info_add_module(struct boot_info *info,
                          const struct physical_window *memory,
                          uint64_t start, uint64_t end,
                          const char *command_line)
{
    struct boot_module *module = &info->modules[info->nr_modules];

    if (info->nr_modules == BOOT_MODULES_MAX || end < start
        || physical_at(memory, start, end - start) == NULL) {
        info->dropped_modules++;
        return;
    }
    module->start = start;
    module->size = end - start;
    module->command_line = command_line;
    info->nr_modules++;
}
