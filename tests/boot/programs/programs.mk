# SPDX-License-Identifier: MIT
# The user-space checks: static programs that run inside a booted kernel.
# Builds build/programs/*; include from the top Makefile or use with -f.

PROGRAMS_SRC := tests/boot/programs
PROGRAMS_OUT := build/programs

PROGRAMS_CFLAGS := -std=gnu11 -O1 -g -Wall -Wextra -I$(PROGRAMS_SRC) \
	-static -no-pie -fno-pie -mno-red-zone -fno-omit-frame-pointer \
	-fno-stack-protector -fcf-protection=none -pthread

PROGRAMS_COMMON := $(wildcard $(PROGRAMS_SRC)/common/*.c \
	$(PROGRAMS_SRC)/common/*.S)

# 32-bit: no C library, for want of one without multiarch.
PROGRAMS_CFLAGS_32 := -std=gnu11 -m32 -Os -g -Wall -Wextra -ffreestanding \
	-nostdlib -static -no-pie -fno-pie -fno-stack-protector \
	-fno-omit-frame-pointer -fcf-protection=none -mno-sse -mno-mmx \
	-I$(PROGRAMS_SRC) -isystem /usr/include/x86_64-linux-gnu

# Each folder but these is a program of its own.
PROGRAMS_64 := $(filter-out common compat32,$(notdir $(patsubst %/main.c,%,\
	$(wildcard $(PROGRAMS_SRC)/*/main.c))))

PROGRAMS_SOURCES := $(wildcard $(PROGRAMS_SRC)/*/*.c \
	$(PROGRAMS_SRC)/*/*.S $(PROGRAMS_SRC)/*/*.h)

.PHONY: programs
programs: $(addprefix $(PROGRAMS_OUT)/,$(PROGRAMS_64) compat32)

# All depend on all sources: they are few, and built in seconds.
$(addprefix $(PROGRAMS_OUT)/,$(PROGRAMS_64)): $(PROGRAMS_SOURCES) \
		$(PROGRAMS_SRC)/programs.mk
	@mkdir -p $(@D)
	$(CC) $(PROGRAMS_CFLAGS) -o $@ $(PROGRAMS_COMMON) \
		$(wildcard $(PROGRAMS_SRC)/$(@F)/*.[cS])

$(PROGRAMS_OUT)/compat32: $(PROGRAMS_SOURCES) $(PROGRAMS_SRC)/programs.mk
	@mkdir -p $(@D)
	$(CC) $(PROGRAMS_CFLAGS_32) -o $@ \
		$(PROGRAMS_SRC)/common/emulator.c \
		$(wildcard $(PROGRAMS_SRC)/compat32/*.[cS])
