# The image: link at its virtual address (microxen-syms), twice, so that the
# second link holds the first one's symbol table; then wrap the flat binary
# in an ELF32 file, the only form that multiboot 1 loaders all take.

O := $(B)/obj

CC      ?= gcc
OBJCOPY ?= objcopy
VERSION := $(shell git describe --always --dirty 2>/dev/null || echo unknown)

WARNINGS := -Wall -Wextra -Wmissing-prototypes -Wstrict-prototypes -Wvla \
            -Wundef -Wpointer-arith -Wwrite-strings -Wno-override-init -Werror
UEFI     := -isystem /usr/include/efi -isystem /usr/include/efi/x86_64
CPPFLAGS := -Iinclude -I$(O) $(UEFI) -include include/lib/hidden.h
ABI      := -D__XEN_INTERFACE_VERSION__=0x00040d00
CFLAGS   := -std=gnu11 -O2 -g -ffreestanding -fno-pic -fpie -mno-red-zone \
            -mgeneral-regs-only -mtune=generic -fno-omit-frame-pointer \
            -fno-optimize-sibling-calls -fno-asynchronous-unwind-tables \
            -fno-stack-protector -fcf-protection=none -fno-strict-aliasing \
            -fno-jump-tables $(WARNINGS) $(ABI)

SOURCES := $(wildcard src/*/*.c)
SOURCES := $(filter-out src/entry/offsets.c,$(SOURCES))
OBJECTS := $(SOURCES:src/%.c=$(O)/%.o) \
           $(patsubst src/%.S,$(O)/%.o,$(wildcard src/*/*.S))
OBJECTS := $(filter-out $(O)/boot/image.lds.o,$(OBJECTS))

BOOT_OBJECTS     := $(filter $(O)/boot/% $(O)/guest/%,$(OBJECTS))
RESIDENT_OBJECTS := $(filter-out $(BOOT_OBJECTS),$(OBJECTS))

LIBRARIES := -l:libz.a -l:libbz2.a -l:liblzma.a -l:liblz4.a -l:libzstd.a

# `make V=1` shows the commands, else one line a file.
Q := $(if $(V),,@)
say = @printf '  %-4s %s\n'

all: $(B)/microxen $(B)/microxen.gz

$(O)/%.o: src/%.c $(O)/offsets.h
	@mkdir -p $(@D)
	$(say) CC $<
	$(Q)$(CC) $(CPPFLAGS) $(CFLAGS) -MMD -MP -c $< -o $@

$(O)/%.o: src/%.S $(O)/offsets.h
	@mkdir -p $(@D)
	$(say) AS $<
	$(Q)$(CC) $(CPPFLAGS) -g -MMD -MP -c $< -o $@

# It fills large tables, before there is any FPU state to keep.
$(O)/guest/sequence.o: CFLAGS := $(filter-out -mgeneral-regs-only,$(CFLAGS))

# Only the version's file is made anew when the commit changes.
$(O)/version.h: FORCE
	@mkdir -p $(@D)
	@echo '#define MICROXEN_VERSION "$(VERSION)"' | cmp -s - $@ || \
	 echo '#define MICROXEN_VERSION "$(VERSION)"' > $@
$(O)/hypercall/version.o $(O)/boot/main.o: $(O)/version.h

$(O)/offsets.h: src/entry/offsets.c
	@mkdir -p $(@D)
	$(Q)$(CC) $(CPPFLAGS) $(CFLAGS) -MMD -MP -MT $@ -MF $(O)/offsets.d -S $< \
	    -o $(O)/offsets.s
	$(Q)sed -n 's/^->//p' $(O)/offsets.s > $@

$(O)/image.lds: src/boot/image.lds.S include/machine/layout.h
	@mkdir -p $(@D)
	$(Q)$(CC) -E -P -undef -D__ASSEMBLER__ -Iinclude -x assembler-with-cpp $< -o $@

LINK = $(CC) -nostdlib -static -no-pie -Wl,-z,max-page-size=4096 \
       -Wl,--build-id=none -Wl,--no-warn-rwx-segments -Wl,-z,norelro \
       -Wl,--no-dynamic-linker -Wl,--no-relax -T $(O)/image.lds

# The screen's font, out of Debian's console-setup-linux.
FONT ?= /usr/share/consolefonts/Lat15-Terminus16.psf.gz
$(O)/font.S: $(FONT) tools/font
	@mkdir -p $(@D)
	$(Q)tools/font $(FONT) > $@.new
	$(Q)mv $@.new $@

# What only boot needs, libraries and all, with its sections renamed, so
# that the linker script can tell it from what stays.
$(O)/boot.o: $(BOOT_OBJECTS)
	$(say) LINK $@
	$(Q)$(CC) -nostdlib -r -Wl,-d $(BOOT_OBJECTS) $(LIBRARIES) -o $@
	$(Q)$(OBJCOPY) --prefix-alloc-sections=.boot $@

# The symbol table of the first link is empty, of the second complete; the
# table lies behind all text, so that it moves none of what it names.
$(O)/no_symbols.S: tools/symbols
	$(Q)tools/symbols < /dev/null > $@
LINKED := $(O)/boot.o $(RESIDENT_OBJECTS) $(O)/font.o
$(O)/pass1.elf: $(LINKED) $(O)/image.lds $(O)/no_symbols.o
	$(say) LINK $@
	$(Q)$(LINK) $(LINKED) $(O)/no_symbols.o -o $@
$(O)/symbols.S: $(O)/pass1.elf tools/symbols
	$(Q)nm -n $< | tools/symbols > $@
$(O)/symbols.o $(O)/no_symbols.o $(O)/font.o: %.o: %.S
	$(Q)$(CC) -c $< -o $@
$(B)/microxen-syms: $(LINKED) $(O)/image.lds $(O)/symbols.o
	$(say) LINK $@
	$(Q)$(LINK) $(LINKED) $(O)/symbols.o -o $@

$(O)/image.bin: $(B)/microxen-syms
	$(Q)$(OBJCOPY) -O binary $< $@

# One PT_LOAD at IMAGE_PHYSICAL, bss included, and a note.
$(B)/microxen: $(O)/image.bin src/boot/loadable.lds
	$(say) WRAP $@
	$(Q)low() { nm $(B)/microxen-syms | sed -n "s/^ffff82d0\(.*\) . $$1\$$/\1/p"; }; \
	unloaded=$$((0x$$(low image_end) - 0x$$(low file_end))); \
	pvh_start=$$((0x$$(low pvh_start) - 0x$$(low image_start))); \
	cd $(O) && ld -m elf_i386 -T ../../src/boot/loadable.lds \
	    --build-id=none -z max-page-size=4096 --no-warn-rwx-segments \
	    --defsym=unloaded=$$unloaded \
	    --defsym=pvh_start=$$pvh_start -b binary image.bin -o ../microxen

$(B)/microxen.gz: $(B)/microxen
	$(Q)gzip -9nc $< > $@

.PHONY: FORCE
FORCE:

-include $(OBJECTS:.o=.d) $(O)/offsets.d
