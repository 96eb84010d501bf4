# microxen: `make help` lists what there is to make.
#
# build/microxen       the image that boot loaders take
# build/microxen.gz    the same, compressed
# build/microxen-syms  the same, with symbols, for debuggers

MAKEFLAGS += --no-builtin-rules
.DEFAULT_GOAL := all

B := build

all:                 ## build the image

include mk/image.mk
include mk/install.mk
include mk/style.mk
include tests/unit/unit.mk
include tests/fuzz/fuzz.mk
include tests/boot/boot.mk
include tests/disk/disk.mk
include tests/guest/guest.mk
include tests/random/random.mk
include tests/partition/partition.mk
include bench/bench.mk

# What fills one CPU only is done beside the fetching and installing.
check:               ## what has to pass before a change lands
	@$(MAKE) --no-print-directory -j 2 disk boot-inputs \
	    check-bench check-host
	@$(MAKE) --no-print-directory check-guest check-random \
	    check-boot check-disk-quick

check-host: check-style check-unit check-fuzz

.PHONY: all check check-host help clean
clean:               ## remove what was built (fetched packages stay)
	rm -rf $(B)/obj $(B)/microxen* $(B)/unit $(B)/fuzz $(B)/deb \
	    $(B)/disk/debian.img*

help:
	@sed -n 's/^\([a-z-]*\): .*## */  \1: /p' $(MAKEFILE_LIST)
