# libFuzzer targets: one program for each tests/fuzz/fuzz_*.c, with the same
# comments for what it needs as tests/unit/unit.mk has.  Each runs for
# FUZZ_SECONDS from its corpus; what it finds anew stays in build/fuzz.
#
# From the same seed each time, so that a check hardly fails by chance.
# To look further: make check-fuzz FUZZ_SEED=0 FUZZ_SECONDS=600.

FUZZ_SECONDS ?= 5
FUZZ_SEED    ?= 1
FUZZ_CC      ?= clang

FUZZERS     := $(patsubst tests/fuzz/%.c,$(B)/fuzz/%,\
                 $(wildcard tests/fuzz/fuzz_*.c))
FUZZ_CFLAGS := -std=c11 -g -O1 -fsanitize=fuzzer,address,undefined \
               -fno-sanitize-recover=all -Wall -Wextra -Werror -Iinclude \
               -D_POSIX_C_SOURCE=200809L $(UEFI) \
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

# fuzz_NAME's seeds are in corpus/NAME; an input that fails is left behind
# as build/fuzz/fuzz_NAME-*, and the output as build/fuzz/fuzz_NAME.log.
.PHONY: check-fuzz
check-fuzz: $(FUZZERS)  ## run every fuzz target for FUZZ_SECONDS
	@for fuzzer in $^; do \
	    name=$${fuzzer##*/fuzz_}; \
	    mkdir -p $(B)/fuzz/found/$$name; \
	    printf '%s: ' $$fuzzer; \
	    $$fuzzer -seed=$(FUZZ_SEED) -max_total_time=$(FUZZ_SECONDS) \
	        -timeout=10 -rss_limit_mb=1024 -print_final_stats=1 \
	        -artifact_prefix=$$fuzzer- $(B)/fuzz/found/$$name \
	        tests/fuzz/corpus/$$name > $$fuzzer.log 2>&1 || \
	        { echo FAILED; tail -n 60 $$fuzzer.log; exit 1; }; \
	    sed -n 's/^stat::number_of_executed_units: *//p' $$fuzzer.log | \
	        sed 's/$$/ inputs/'; \
	done
	@echo "All $(words $(FUZZERS)) fuzz targets ran without a fault."

# Only needed when a format that a seed is in changes.
CORPUS_SOURCES := tests/fuzz/make_corpus.c tests/unit/kernel_builder.c \
                  tests/unit/kernel_packer.c tests/unit/pvops_builder.c \
                  src/guest/kernel_payload.c

.PHONY: fuzz-corpus
fuzz-corpus:        ## write the seeds in tests/fuzz/corpus again
	@mkdir -p $(B)/fuzz
	$(CC) $(UNIT_CFLAGS) $(CORPUS_SOURCES) -o $(B)/fuzz/make_corpus \
	    -lz -lbz2 -llzma -llz4 -lzstd
	$(B)/fuzz/make_corpus tests/fuzz/corpus
