/* SPDX-License-Identifier: MIT */
#include <boot/video.h>

#include <lib/console.h>
#include <lib/round.h>
#include <lib/string.h>
#include <machine/framebuffer.h>
#include <machine/paging.h>
#include <machine/vga_text.h>

/* What the BIOS keeps in its data area of the text mode it has set. */
#define BIOS_DATA_COLUMNS     0x44a     /* 16 bits */
#define BIOS_DATA_LAST_ROW    0x484     /* 8 bits */
#define BIOS_DATA_FONT_HEIGHT 0x485     /* 16 bits */

/* VBE's largest text mode; a screen must fit the VGA's memory. */
#define COLUMNS_MAX 132
#define ROWS_MAX    60

/* IBM VGA's mode 3 */
#define COLUMNS     80
#define ROWS        25
#define FONT_LINES  16

#define GIB         (1ull << 30)
#define BOOT_MAPPED (4 * GIB)
#define LARGE_PAGE  (2ull << 20)

/* start.S: the L3 of the first 4 GiB, and two tables to go behind them. */
extern uint64_t boot_l3[], boot_spare_l2[2][512];
extern const char image_start[];

static void text_init(struct boot_video *video)
{
    uint16_t columns, font_height;
    unsigned rows = *(const uint8_t *)direct(BIOS_DATA_LAST_ROW) + 1;

    memcpy(&columns, direct(BIOS_DATA_COLUMNS), sizeof columns);
    memcpy(&font_height, direct(BIOS_DATA_FONT_HEIGHT), sizeof font_height);
    *video = (struct boot_video){
        .type = BOOT_VIDEO_TEXT, .width = columns, .height = rows,
        .font_height = font_height,
    };
    if (columns < COLUMNS || columns > COLUMNS_MAX || rows < ROWS
        || rows > ROWS_MAX || font_height == 0 || font_height > 32) {
        video->width = COLUMNS;
        video->height = ROWS;
        video->font_height = FONT_LINES;
    }
    screen_set_up(vga_text_set_up(direct(VGA_TEXT_ADDRESS), video->width,
                                  video->height));
}

static struct framebuffer framebuffer_of(const struct boot_video *video)
{
    return (struct framebuffer){
        .pitch = video->pitch, .width = video->width,
        .height = video->height, .depth = video->depth,
        .red = { video->red_position, video->red_size },
        .green = { video->green_position, video->green_size },
        .blue = { video->blue_position, video->blue_size },
    };
}

/* Where the boot page tables have it, for which they are extended. */
static volatile void *boot_mapped(uint64_t address, uint64_t size,
                                  uint64_t image)
{
    uint64_t first = address & ~(GIB - 1);

    if (address + size <= BOOT_MAPPED)
        return direct(address);
    for (unsigned i = 0; i < 2; i++) {
        uint64_t *table = boot_spare_l2[i];

        for (unsigned entry = 0; entry < 512; entry++)
            table[entry] = (first + i * GIB + entry * LARGE_PAGE)
                           | MAP_UNCACHED | PTE_PS;
        boot_l3[BOOT_MAPPED / GIB + i] =
            (image + (uint64_t)((const char *)table - image_start))
            | PTE_P | PTE_RW;
    }
    return direct(BOOT_MAPPED + (address - first));
}

static bool is_usable(const struct boot_video *video)
{
    struct framebuffer framebuffer = framebuffer_of(video);
    uint64_t size;

    if (!framebuffer_is_usable(&framebuffer))
        return false;
    size = framebuffer_size(&framebuffer);
    return size <= FRAMEBUFFER_MAX && video->address != 0
           && video->address + size <= PTE_FRAME;
}

static void framebuffer_init(struct boot_video *video, uint64_t image)
{
    struct framebuffer framebuffer = framebuffer_of(video);
    uint64_t size = framebuffer_size(&framebuffer);

    if (!is_usable(video)) {
        printk("The framebuffer, %ux%u of %u bits, is none to draw on\n",
               video->width, video->height, video->depth);
        video->type = BOOT_VIDEO_NONE;
        return;
    }
    screen_set_up(framebuffer_set_up(
        &framebuffer, boot_mapped(video->address, size, image)));
}

/* GRUB sets modes, and can be told which; nobody does it again here. */
static void look_at_mode(const char *vga)
{
    static const char *const nothing_to_do[] = { "", "current", "keep" };
    const char *comma = strchr(vga, ',');
    size_t length = comma ? (size_t)(comma - vga) : strlen(vga);

    for (unsigned i = 0; i < 3; i++)
        if (strlen(nothing_to_do[i]) == length
            && memcmp(nothing_to_do[i], vga, length) == 0)
            return;
    printk("vga=%.*s: the loader's video mode stays\n", (int)length, vga);
}

void video_init(struct boot_info *info, uint64_t image, const char *vga)
{
    look_at_mode(vga);
    if (info->video.type == BOOT_VIDEO_RGB)
        framebuffer_init(&info->video, image);
    else if (info->efi.system_table == 0)
        text_init(&info->video);        /* as BIOSes start */
}

/* Whole pages, and both addresses alike inside a large one. */
static uint64_t virtual_of(uint64_t address)
{
    return FRAMEBUFFER_BASE + address % LARGE_PAGE;
}

void video_map(const struct boot_video *video)
{
    struct framebuffer framebuffer = framebuffer_of(video);
    uint64_t first = round_down(video->address, PAGE_SIZE);
    uint64_t end = video->address + framebuffer_size(&framebuffer);

    if (video->type != BOOT_VIDEO_RGB)
        return;
    end = round_up(end, PAGE_SIZE);
    paging_map(virtual_of(first), first, end - first, MAP_WRITE_COMBINING);
    framebuffer_move((volatile void *)virtual_of(video->address));
}

bool video_is_kept(const char *vga)
{
    static const char word[] = "keep";

    for (const char *next = vga; next; next = strchr(next, ',')) {
        if (*next == ',')
            next++;
        if (strncmp(next, word, sizeof word - 1) == 0)
            return true;
    }
    return false;
}
