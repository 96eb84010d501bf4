# Boot tests: real kernels under microxen in QEMU. See run.py beside this.

include mk/setup.mk
include mk/run.mk
include tests/boot/programs/programs.mk

BOOT_OUT     := $(B)/boot
BOOT_OVERLAY := $(BOOT_OUT)/overlay
BOOT_GUEST   := $(patsubst tests/boot/guest/%.c,$(BOOT_OUT)/guest/%,\
                  $(wildcard tests/boot/guest/*.c))
BOOT_INSIDE  := $(BOOT_GUEST) \
                $(addprefix $(PROGRAMS_OUT)/,$(PROGRAMS_64) compat32)

# Which of them; names or parts of names, as run.py --list prints them.
TESTS ?=
# How many machines at a time.
BOOT_JOBS ?= 2
# How many processors they have where a test doesn't say; for all of check.
CPUS ?= 1
export CPUS

check-boot: image-for-boot boot-inputs  ## boot Debian's kernels (TESTS=...)
	@tests/boot/run.py --jobs $(BOOT_JOBS) $(TESTS)

check-boot-all: image-for-boot boot-inputs dom0-inputs  ## every kernel, machine, format
	@tools/fetch-bochs
	@tools/fetch-qemu
	@$(MAKE) --no-print-directory $(BOOT_OUT)/soak.gz $(BOOT_OUT)/kvm.gz
	@tests/boot/run.py --jobs $(BOOT_JOBS) --full $(TESTS)

# Minutes, for all of it on microxen; natively it takes them once more.
SOAK ?= 60

soak: image-for-boot boot-inputs  ## stress several CPUs (SOAK=minutes)
	@$(MAKE) --no-print-directory $(BOOT_OUT)/soak.gz
	@SOAK=$(SOAK) tests/boot/run.py --jobs 1 soak.
	@SOAK=$(SOAK) tests/boot/run.py --jobs 1 --target native soak.

check-all: check-unit check-fuzz check-guest check-boot-all check-disk  ## all there is, long

# Kernels that drivers are tested with.
BOOT_MODULES := 5.10-generic 6.1-generic 6.12-generic newest-generic

# What the cases take besides the image; enough for --target native or xen.
boot-inputs: $(BOOT_OUT)/initramfs.gz
	@tools/fetch-kernel --all
	@tools/fetch-kernel --modules $(BOOT_MODULES)
	@tools/fetch-pvgrub

image-for-boot: all

$(BOOT_OUT)/initramfs.gz: tools/make-initramfs $(BOOT_INSIDE) \
                          $(wildcard tools/initramfs/etc/*)
	@rm -rf $(BOOT_OVERLAY)
	@mkdir -p $(BOOT_OVERLAY)/tests
	@cp $(BOOT_INSIDE) $(BOOT_OVERLAY)/tests/
	@strip --strip-debug $(BOOT_OVERLAY)/tests/*
	@tools/make-initramfs $@ $(BOOT_OVERLAY)

$(BOOT_OUT)/soak.gz: $(BOOT_OUT)/initramfs.gz tools/fetch-stress \
                     tools/fetch-compiler
	@tools/fetch-stress
	@tools/fetch-compiler
	@tools/make-initramfs $@ $(BOOT_OVERLAY) $(B)/stress/root \
	    $(B)/compiler/root

# A host with KVM, on which microxen is a guest.
$(BOOT_OUT)/kvm.gz: tools/make-initramfs tools/take-modules \
                     tests/boot/kvm/gather
	@tools/fetch-qemu
	@tools/fetch-kernel --modules 6.1-generic
	@tests/boot/kvm/gather $(B)/qemu/root $(B)/modules/6.1-generic \
	    $(BOOT_OUT)/kvm
	@tools/make-initramfs $@ $(BOOT_OUT)/kvm

$(BOOT_OUT)/guest/%: tests/boot/guest/%.c tests/boot/guest/thread.h
	@mkdir -p $(@D)
	$(CC) -std=gnu11 -O2 -Wall -Wextra -static -o $@ $<

.PHONY: check-boot check-boot-all check-all soak boot-inputs image-for-boot
