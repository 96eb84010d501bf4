# Measures what microxen costs, beside native and real Xen. See run.py.

BENCH_OUT     := $(B)/bench
BENCH_PROGRAM := $(wildcard bench/operations/*.c)
BENCH_PLUGIN  := $(wildcard bench/plugin/*.c)
BENCH_TESTS   := $(BENCH_OUT)/overlay/tests

bench: all bench-inputs bench-workloads  ## measure beside native and real Xen (KERNEL=...)
	@tools/fetch-xen
	$(if $(kernel_is_path),,@tools/fetch-kernel $(KERNEL))
	@bench/run.py --kernel $(KERNEL) --options '$(KERNEL_OPTIONS)'
	@bench/run.py --kernel $(KERNEL) --workloads
	@bench/run.py --kernel $(KERNEL) --interrupts

# What docs/figures shows: the kernels that differ most, long.
FIGURES_KERNELS := 5.10-generic 6.1-generic 6.12-generic newest-generic

bench-figures: all bench-inputs bench-workloads  ## measure docs/figures anew
	@tools/fetch-xen
	@for kernel in $(FIGURES_KERNELS); do \
	    tools/fetch-kernel $$kernel && \
	    bench/run.py --kernel $$kernel --figures && \
	    bench/run.py --kernel $$kernel --cpus 2 --boots 3 --figures \
	        native pvops && \
	    bench/run.py --kernel $$kernel --interrupts --figures || exit 1; \
	done
	@bench/run.py --workloads --figures

check-bench: all bench-inputs  ## see that no operation's own share grew
	@tools/fetch-kernel 6.1-generic
	@bench/run.py --check

record-bench: all bench-inputs  ## record the own shares that it compares with
	@tools/fetch-kernel 6.1-generic
	@bench/run.py --record

bench-inputs: $(BENCH_OUT)/plugin.so $(BENCH_OUT)/initramfs.gz \
              $(BENCH_OUT)/interrupts.gz

bench-workloads: $(BENCH_OUT)/workloads.gz

$(BENCH_OUT)/plugin.so: $(BENCH_PLUGIN) $(wildcard bench/plugin/*.h) \
                        bench/operations/marks.h
	@mkdir -p $(@D)
	$(say) LINK $@
	$(Q)$(CC) -std=gnu11 -O2 -Wall -Wextra -Werror -fPIC -shared \
	    -o $@ $(BENCH_PLUGIN)

# How many of the program's pages a fault maps around it depends on where they
# are. With this one fork costs what it did where the baselines were measured.
BENCH_ADDRESS := 0x407000

$(BENCH_TESTS)/operations: $(BENCH_PROGRAM) bench/bench.mk \
                           $(wildcard bench/operations/*.h)
	@mkdir -p $(@D)
	$(say) LINK $@
	$(Q)$(CC) -std=gnu11 -D_GNU_SOURCE -O2 -Wall -Wextra -Werror \
	    -Wno-unused-result -static -pthread \
	    -Wl,-Ttext-segment=$(BENCH_ADDRESS) \
	    -o $@ $(BENCH_PROGRAM)

$(BENCH_TESTS)/tiny: bench/operations/tiny.S
	@mkdir -p $(@D)
	$(Q)$(CC) -nostdlib -static -Wl,--build-id=none \
	    -Wl,-z,noseparate-code -o $@ $<

$(BENCH_OUT)/initramfs.gz: tools/make-initramfs \
                           $(BENCH_TESTS)/operations $(BENCH_TESTS)/tiny
	@tools/make-initramfs $@ $(BENCH_OUT)/overlay

INTERRUPTS_INIT := $(BENCH_OUT)/interrupts/tests/interrupts

$(INTERRUPTS_INIT): $(wildcard bench/interrupts/*.c) \
                    $(wildcard bench/interrupts/*.h bench/operations/*.h) \
                    bench/operations/marks.c
	@mkdir -p $(@D)
	$(say) LINK $@
	$(Q)$(CC) -std=gnu11 -O2 -Wall -Wextra -Werror -static -o $@ \
	    $(filter %.c,$^)

$(BENCH_OUT)/interrupts.gz: tools/make-initramfs $(INTERRUPTS_INIT)
	@tools/make-initramfs $@ $(BENCH_OUT)/interrupts

# Programs of Debian's, and one of ours that runs them.
WORKLOADS_INIT := $(BENCH_OUT)/workloads/tests/workloads

$(WORKLOADS_INIT): bench/workloads/main.c bench/operations/marks.c \
                   bench/operations/marks.h
	@mkdir -p $(@D)
	$(say) LINK $@
	$(Q)$(CC) -std=gnu11 -D_GNU_SOURCE -O2 -Wall -Wextra -Werror -static -o $@ \
	    $(filter %.c,$^)

$(BENCH_OUT)/workloads.gz: tools/make-initramfs $(WORKLOADS_INIT) \
                           tools/fetch-stress tools/fetch-workloads \
                           tools/fetch-compiler
	@tools/fetch-stress
	@tools/fetch-workloads
	@tools/fetch-compiler
	@tools/make-initramfs $@ $(BENCH_OUT)/workloads $(B)/stress/root \
	    $(B)/workloads/root $(B)/compiler/root

.PHONY: bench bench-figures bench-inputs bench-workloads check-bench \
        record-bench
