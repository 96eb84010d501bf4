/* SPDX-License-Identifier: MIT */
/* sources: src/boot/bios_disks.c */
/* sources: src/boot/bios_video.c */
/* What BIOSes answer, good ones and odd ones. */
#include <string.h>

#include <boot/bios.h>
#include <boot/real_mode.h>
#include <hypercall/firmware_info.h>

#include "unit_test.h"

#define SEGMENT 0x0b00
#define VBE_OK  0x004f

struct bios_info bios_info;

static uint8_t buffer[REAL_MODE_BUFFER_SIZE];

static struct {
    unsigned nr_disks, first_with_extensions, reads;
    uint16_t sector_size, parameters_length;
    bool has_vbe, ddc_fails;
    uint16_t vbe_version, ddc;
    unsigned edid_reads;
} bios;

void *real_mode_buffer(uint16_t *segment)
{
    *segment = SEGMENT;
    return memset(buffer, 0, sizeof buffer);
}

static void put16(unsigned at, uint16_t value)
{
    memcpy(buffer + at, &value, sizeof value);
}

static void disk_parameters(struct real_mode_registers *regs)
{
    assert_int_equal(regs->ds, SEGMENT);
    assert_int_equal(buffer[0], EDD_PARAMETERS_SIZE);
    put16(0, bios.parameters_length);
    put16(0x18, bios.sector_size);
}

static void read_sector(struct real_mode_registers *regs, unsigned disk)
{
    assert_int_equal(regs->es, SEGMENT);
    assert_int_equal(regs->ecx, 1);
    bios.reads++;
    put16(0x1b8, (uint16_t)(0x1000 + disk));
    if (disk != 1)
        put16(0x1fe, 0xaa55);
    regs->eax = 0;
}

static void int_13(struct real_mode_registers *regs)
{
    unsigned disk = (regs->edx & 0xff) - 0x80;

    regs->flags = 0;
    if (disk >= bios.nr_disks) {
        regs->flags = REAL_MODE_CARRY;
        return;
    }
    switch (regs->eax >> 8) {
    case 0x41:
        if (disk >= bios.first_with_extensions)
            regs->ebx = 0xaa55;
        regs->eax = 0x3000;
        regs->ecx = 7;
        break;
    case 0x48:
        disk_parameters(regs);
        break;
    case 0x08:
        regs->ecx = 0xfebf;             /* cylinder 0x2fe, sector 63 */
        regs->edx = 0x0f01;
        break;
    case 0x02:
        read_sector(regs, disk);
        break;
    default:
        fail();
    }
}

static void controller(struct real_mode_registers *regs)
{
    assert_memory_equal(buffer, "VBE2", 4);
    memcpy(buffer, "VESA", 4);
    put16(4, bios.vbe_version);
    put16(10, 0x21);
    regs->eax = VBE_OK;
}

static void ddc(struct real_mode_registers *regs)
{
    if ((regs->ebx & 0xff) == 0) {
        regs->eax = VBE_OK;
        regs->ebx = bios.ddc;
        return;
    }
    bios.edid_reads++;
    memset(buffer, 0xed, EDID_SIZE);
    regs->eax = bios.ddc_fails ? 0x014f : VBE_OK;
}

static void int_10(struct real_mode_registers *regs)
{
    if (!bios.has_vbe)
        return;
    switch (regs->eax) {
    case 0x4f00:
        controller(regs);
        break;
    case 0x4f01:
        assert_int_equal(regs->ecx, 0x118);
        assert_int_equal(regs->edi, 0);
        put16(0, 0x9b);
        regs->eax = VBE_OK;
        break;
    case 0x4f03:
        regs->eax = VBE_OK;
        regs->ebx = 0xc118;             /* linear, not cleared */
        break;
    case 0x4f15:
        ddc(regs);
        break;
    default:
        fail();
    }
}

void real_mode_interrupt(uint8_t vector, struct real_mode_registers *regs)
{
    if (vector == 0x13)
        int_13(regs);
    else
        int_10(regs);
}

static int start(void **state)
{
    (void)state;
    memset(&bios_info, 0, sizeof bios_info);
    memset(&bios, 0, sizeof bios);
    bios.sector_size = 512;
    bios.parameters_length = 30;
    bios.has_vbe = true;
    bios.vbe_version = 0x300;
    bios.ddc = 0x0102;
    return 0;
}

static void no_disks(void **state)
{
    (void)state;
    bios_ask_disks();
    bios_ask_signatures();
    assert_int_equal(bios_info.nr_disks, 0);
    assert_int_equal(bios_info.nr_signatures, 0);
}

static void disks_are_kept(void **state)
{
    (void)state;
    bios.nr_disks = 3;
    bios_ask_disks();
    assert_int_equal(bios_info.nr_disks, 3);
    assert_int_equal(bios_info.disks[2].device, 0x82);
    assert_int_equal(bios_info.disks[2].version, 0x30);
    assert_int_equal(bios_info.disks[2].interface_support, 7);
    assert_int_equal(bios_info.disks[2].legacy_max_cylinder, 0x2fe);
    assert_int_equal(bios_info.disks[2].legacy_max_head, 15);
    assert_int_equal(bios_info.disks[2].legacy_sectors_per_track, 63);
    assert_int_equal(bios_info.disks[2].parameters[0], 30);
}

static void disks_without_extensions_are_passed(void **state)
{
    (void)state;
    bios.nr_disks = 3;
    bios.first_with_extensions = 1;
    bios_ask_disks();
    assert_int_equal(bios_info.nr_disks, 2);
    assert_int_equal(bios_info.disks[0].device, 0x81);
}

static void too_many_disks(void **state)
{
    (void)state;
    bios.nr_disks = 128;
    bios_ask_disks();
    bios_ask_signatures();
    assert_int_equal(bios_info.nr_disks, BIOS_DISKS_MAX);
    assert_int_equal(bios_info.nr_signatures, BIOS_SIGNATURES_MAX);
}

static void signatures_need_their_magic(void **state)
{
    (void)state;
    bios.nr_disks = 3;
    bios_ask_disks();
    bios_ask_signatures();
    assert_int_equal(bios_info.nr_signatures, 2);
    assert_int_equal(bios_info.signatures[1].device, 0x82);
    assert_int_equal(bios_info.signatures[1].signature, 0x1002);
}

static void sectors_beyond_the_buffer_are_not_read(void **state)
{
    (void)state;
    bios.nr_disks = 1;
    bios.sector_size = REAL_MODE_BUFFER_SIZE;
    bios_ask_disks();
    bios_ask_signatures();
    assert_int_equal(bios.reads, 1);
    start(state);
    bios.nr_disks = 1;
    bios.sector_size = REAL_MODE_BUFFER_SIZE + 1;
    bios_ask_disks();
    bios_ask_signatures();
    assert_int_equal(bios.reads, 0);
    assert_int_equal(bios_info.nr_signatures, 0);
}

static void edid_is_read(void **state)
{
    (void)state;
    bios_ask_display("");
    assert_true(bios_info.has_edid);
    assert_int_equal(bios_info.edid[EDID_SIZE - 1], 0xed);
    assert_int_equal(bios_info.ddc_capabilities, 0x0102);
}

static void edid_is_asked_for_where_it_works(void **state)
{
    static const struct {
        uint16_t version, ddc;
        const char *option;
        unsigned reads;
    } cases[] = {
        { 0x300, 0x0100, "", 0 },       /* no method */
        { 0x300, 0x0602, "", 0 },       /* takes 6 s */
        { 0x300, 0x0602, "force", 1 },
        { 0x300, 0x0102, "no", 0 },
        { 0x102, 0x0102, "force", 0 },
    };

    for (unsigned i = 0; i < ARRAY_SIZE(cases); i++) {
        start(state);
        bios.vbe_version = cases[i].version;
        bios.ddc = cases[i].ddc;
        bios_ask_display(cases[i].option);
        assert_int_equal(bios.edid_reads, cases[i].reads);
        assert_int_equal(bios_info.has_edid, cases[i].reads);
    }
}

static void edid_that_fails_is_none(void **state)
{
    (void)state;
    bios.ddc_fails = true;
    bios_ask_display("");
    assert_false(bios_info.has_edid);
    bios.has_vbe = false;
    bios_ask_display("force");
    assert_false(bios_info.has_edid);
}

static void mode_is_looked_up(void **state)
{
    struct boot_video video = { .type = BOOT_VIDEO_RGB };

    (void)state;
    bios_ask_video_mode(&video);
    assert_int_equal(video.vbe_attributes, 0x9b);
    assert_int_equal(video.vbe_capabilities, 0x21);
    video = (struct boot_video){ .type = BOOT_VIDEO_TEXT };
    bios_ask_video_mode(&video);
    assert_int_equal(video.vbe_capabilities, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(no_disks, start),
        cmocka_unit_test_setup(disks_are_kept, start),
        cmocka_unit_test_setup(disks_without_extensions_are_passed, start),
        cmocka_unit_test_setup(too_many_disks, start),
        cmocka_unit_test_setup(signatures_need_their_magic, start),
        cmocka_unit_test_setup(sectors_beyond_the_buffer_are_not_read,
                               start),
        cmocka_unit_test_setup(edid_is_read, start),
        cmocka_unit_test_setup(edid_is_asked_for_where_it_works, start),
        cmocka_unit_test_setup(edid_that_fails_is_none, start),
        cmocka_unit_test_setup(mode_is_looked_up, start),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
