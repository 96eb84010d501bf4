# Host unit tests: one program for each tests/unit/test_*.c.  Comments at
# the start of a line in it tell what it needs besides itself:
#
#   /* sources: src/boot/memory_map.c */     (may be repeated)
#   /* cflags: -Dsnprintf=tested_snprintf */
#   /* libraries: -lz */

UNIT_TESTS  := $(patsubst tests/unit/%.c,$(B)/unit/%,\
                 $(wildcard tests/unit/test_*.c))
UNIT_CFLAGS := -std=c11 -g -O1 -fsanitize=address,undefined \
               -fno-sanitize-recover=all -fno-omit-frame-pointer \
               -Wall -Wextra -Werror -Iinclude -Itests/unit \
               -D_POSIX_C_SOURCE=200809L $(UEFI) \
               -D__XEN_INTERFACE_VERSION__=0x00040d00
UNIT_DEPS   := tests/unit/unit.mk $(wildcard include/*/*.h src/*/*.h \
                 tests/unit/*.h)

# $(call told,what,file): what the file's comments of that name say
told = $(shell sed -n 's,^/\* $(1): \(.*\) \*/$$,\1,p' $(2))

# $(call included,file): the sources that it has within itself
included = $(shell sed -n 's,^\#include "../../\(src/.*\.c\)"$$,\1,p' $(1))

define unit_test
$(B)/unit/$(1): tests/unit/$(1).c \
                $(call told,sources,tests/unit/$(1).c) \
                $(call included,tests/unit/$(1).c) $(UNIT_DEPS)
	@mkdir -p $$(@D)
	$$(CC) $(UNIT_CFLAGS) $(call told,cflags,tests/unit/$(1).c) \
	    $$(filter-out $(call included,tests/unit/$(1).c),\
	        $$(filter %.c %.S,$$^)) -o $$@ \
	    $(call told,libraries,tests/unit/$(1).c) -lcmocka
endef

$(foreach test,$(notdir $(UNIT_TESTS)),$(eval $(call unit_test,$(test))))

.PHONY: check-unit
check-unit: $(UNIT_TESTS)  ## build and run the host unit tests
	@failed=; \
	for test in $^; do \
	    echo "== $$test"; \
	    $$test || failed="$$failed $$(basename $$test)"; \
	done; \
	if [ -n "$$failed" ]; then echo "FAILED:$$failed"; exit 1; fi; \
	echo "All $(words $(UNIT_TESTS)) unit test programs passed."
