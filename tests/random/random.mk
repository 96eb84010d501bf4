# Random hypercalls: see run.py beside this, and main.c for the kernel.

RANDOM_ELF := $(B)/random/random.elf

# As a guest test's kernel, and with the same library.
$(RANDOM_ELF): tests/random/random.mk $(wildcard tests/random/*.[ch]) \
               $(GUEST_ANY)
	@mkdir -p $(@D)
	$(say) LINK $@
	$(Q)$(CC) $(GUEST_CFLAGS) -DVIRT_BASE=0xffffffff80000000 -DBY=syscall \
	    $(wildcard tests/random/*.c) $(GUEST_LIBRARY) $(GUEST_LDFLAGS) \
	    -Wl,--defsym=VIRT_BASE=0xffffffff80000000 -o $@

check-random: all $(RANDOM_ELF)  ## make random hypercalls for a moment
	@tests/random/run.py

# Minutes, with seeds that nobody has tried; a part of `make soak`.
RANDOM_MINUTES ?= 15

soak-random: all $(RANDOM_ELF)  ## random hypercalls, RANDOM_MINUTES=15
	@tests/random/run.py --minutes $(RANDOM_MINUTES)

soak: soak-random

.PHONY: check-random soak-random
