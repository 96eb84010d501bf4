# libFuzzer targets: one program for each tests/fuzz/fuzz_*.c, with the same
# comments for what it needs as tests/unit/unit.mk has.  Each runs for
# FUZZ_SECONDS from its corpus; what it finds anew stays in build/fuzz.

FUZZ_SECONDS ?= 5
FUZZ_CC      ?= clang

FUZZERS     := $(patsubst tests/fuzz/%.c,$(B)/fuzz/%,\
                 $(wildcard tests/fuzz/fuzz_*.c))
FUZZ_CFLAGS := -std=c11 -g -O1 -fsanitize=fuzzer,address,undefined \
               -fno-sanitize-recover=all -Wall -Wextra -Werror -Iinclude \
               -D_POSIX_C_SOURCE=200809L \
               -D__XEN_INTERFACE_VERSION__=0x00040d00

define fuzz_target
$(B)/fuzz/$(1): tests/fuzz/$(1).c \
                $(call told,sources,tests/fuzz/$(1).c) \
                tests/fuzz/fuzz.mk $(wildcard include/*/*.h src/*/*.h)
	@mkdir -p $$(@D)
	$$(FUZZ_CC) $(FUZZ_CFLAGS) $(call told,cflags,tests/fuzz/$(1).c) \
	    $$(filter %.c,$$^) -o $$@ \
	    $(call told,libraries,tests/fuzz/$(1).c)
endef

$(foreach fuzzer,$(notdir $(FUZZERS)),$(eval $(call fuzz_target,$(fuzzer))))

# fuzz_NAME's seeds are in corpus/NAME; inputs that fail are left behind as
# build/fuzz/fuzz_NAME-*.
.PHONY: check-fuzz
check-fuzz: $(FUZZERS)  ## run every fuzz target for FUZZ_SECONDS
	@set -e; for fuzzer in $^; do \
	    name=$${fuzzer##*/fuzz_}; \
	    echo "== $$fuzzer"; \
	    mkdir -p $(B)/fuzz/found/$$name; \
	    $$fuzzer -max_total_time=$(FUZZ_SECONDS) -timeout=10 \
	        -rss_limit_mb=1024 -verbosity=0 -print_final_stats=1 \
	        -artifact_prefix=$$fuzzer- \
	        $(B)/fuzz/found/$$name tests/fuzz/corpus/$$name; \
	done
	@echo "All $(words $(FUZZERS)) fuzz targets ran without a fault."
