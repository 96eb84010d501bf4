# Tests of the hypervisor's ABI: a folder is one behaviour, whose sources
# and library/ make one small PV kernel, build/guest/<behaviour>.elf. See
# run.py beside this.

GUEST_TESTS   := $(patsubst tests/guest/%/main.c,%,\
                   $(wildcard tests/guest/*/main.c))
GUEST_ELFS    := $(GUEST_TESTS:%=$(B)/guest/%.elf)
GUEST_LIBRARY := $(wildcard tests/guest/library/*.c tests/guest/library/*.S)
GUEST_HEADERS := tests/guest/guest.mk $(wildcard tests/guest/*/*.h) \
                 tests/guest/library/guest.lds
GUEST_CFLAGS  := -std=gnu11 -O1 -g -ffreestanding -fno-pic -fno-pie \
                 -mcmodel=kernel -mno-red-zone -mgeneral-regs-only \
                 -fno-stack-protector -fno-asynchronous-unwind-tables \
                 -fcf-protection=none -fno-strict-aliasing \
                 -fno-tree-loop-distribute-patterns -Itests/guest/library \
                 -Wall -Wextra -Werror -Wmissing-prototypes \
                 -Wno-missing-field-initializers -Wno-override-init $(ABI)
GUEST_LDFLAGS := -nostdlib -static -no-pie -T tests/guest/library/guest.lds \
                 -Wl,--build-id=none,-z,max-page-size=4096 \
                 -Wl,--no-warn-rwx-segments \
                 -Wl,--defsym=VIRT_BASE=0xffffffff80000000

define guest_test
$(B)/guest/$(1).elf: $(wildcard tests/guest/$(1)/*.c) \
                     $(wildcard tests/guest/$(1)/*.S) \
                     $(GUEST_LIBRARY) $(GUEST_HEADERS)
	@mkdir -p $$(@D)
	$$(say) LINK $$@
	$$(Q)$$(CC) $$(GUEST_CFLAGS) -DVIRT_BASE=0xffffffff80000000 \
	    $$(filter %.c %.S,$$^) $$(GUEST_LDFLAGS) -o $$@
endef

$(foreach test,$(GUEST_TESTS),$(eval $(call guest_test,$(test))))

check-guest: all $(GUEST_ELFS)  ## compare the ABI with real Xen's
	@tests/guest/run.py $(GUEST_TESTS)

# After a change of a test: what real Xen prints, for the repository.
record-guest: $(GUEST_ELFS)  ## record what real Xen does (if it is there)
	@tests/guest/run.py --record $(GUEST_TESTS)

.PHONY: check-guest record-guest
