# Tests of the hypervisor's ABI: a folder is one behaviour, whose sources
# and library/ make one small PV kernel, build/guest/<behaviour>.elf. See
# run.py beside this.

GUEST_TESTS   := $(patsubst tests/guest/%/main.c,%,\
                   $(wildcard tests/guest/*/main.c))
# These are linked a second time, to the low half as unikernels are.
GUEST_LOW     := $(patsubst tests/guest/%/low-half,%,\
                   $(wildcard tests/guest/*/low-half))
# And these again, with their hypercalls by the transfer page.
GUEST_PAGE    := $(patsubst tests/guest/%/by-page,%,\
                   $(wildcard tests/guest/*/by-page))
GUEST_ALL     := $(GUEST_TESTS) $(GUEST_LOW:%=%-low) $(GUEST_PAGE:%=%-page)
GUEST_ELFS    := $(GUEST_ALL:%=$(B)/guest/%.elf)
GUEST_LIBRARY := $(wildcard tests/guest/library/*.[cS])
# And these for those that run pieces of code, snippets.S.
GUEST_RUN     := $(wildcard tests/guest/library/run/*.[cS])
# They are few and small: any change of any of them makes all anew.
GUEST_ANY     := tests/guest/guest.mk $(wildcard tests/guest/*/*.[chS]) \
                 $(wildcard tests/guest/library/run/*.[chS]) \
                 tests/guest/library/guest.lds
GUEST_CFLAGS  := -std=gnu11 -O1 -g -ffreestanding -fno-pic -fno-pie \
                 -mcmodel=kernel -mno-red-zone -mgeneral-regs-only \
                 -fno-stack-protector -fno-asynchronous-unwind-tables \
                 -fcf-protection=none -fno-strict-aliasing \
                 -fno-tree-loop-distribute-patterns -Itests/guest/library \
                 -I$(B)/guest \
                 -Wall -Wextra -Werror -Wmissing-prototypes \
                 -Wno-missing-field-initializers -Wno-override-init $(ABI)
GUEST_LDFLAGS := -nostdlib -static -no-pie -T tests/guest/library/guest.lds \
                 -Wl,--build-id=none,-z,max-page-size=4096 \
                 -Wl,--no-warn-rwx-segments

$(B)/guest/operations.h: tests/guest/report/headers.py
	@mkdir -p $(@D)
	$(Q)$< >$@.new && mv $@.new $@

# The test, what its kernel's name has behind that, its VIRT_BASE, and how
# it makes its hypercalls.
define guest_test
$(B)/guest/$(1)$(2).elf: $(GUEST_ANY) $(B)/guest/operations.h
	@mkdir -p $$(@D)
	$$(say) LINK $$@
	$$(Q)$$(CC) $$(GUEST_CFLAGS) -DVIRT_BASE=$(3) -DBY=$(4) \
	    $(wildcard tests/guest/$(1)/*.[cS]) $(GUEST_LIBRARY) \
	    $(if $(wildcard tests/guest/$(1)/snippets.S),$(GUEST_RUN)) \
	    $$(GUEST_LDFLAGS) -Wl,--defsym=VIRT_BASE=$(3) -o $$@
endef

$(foreach test,$(GUEST_TESTS),\
    $(eval $(call guest_test,$(test),,0xffffffff80000000,syscall)))
$(foreach test,$(GUEST_LOW),$(eval $(call guest_test,$(test),-low,0,syscall)))
$(foreach test,$(GUEST_PAGE),\
    $(eval $(call guest_test,$(test),-page,0xffffffff80000000,page)))

check-guest: all $(GUEST_ELFS)  ## compare the ABI with real Xen's
	@tests/guest/run.py $(GUEST_ALL)

# After a change of a test: what real Xen prints, for the repository.
record-guest: $(GUEST_ELFS)  ## record what real Xen does
	@tools/fetch-xen
	@tests/guest/run.py --record $(GUEST_ALL)

compare: all $(GUEST_ELFS)  ## compare with Xen 4.17 and 4.20, and report
	@tools/fetch-xen
	@tools/fetch-xen 4.20
	@tests/guest/compare_xens.py $(GUEST_ALL)

.PHONY: check-guest record-guest compare
