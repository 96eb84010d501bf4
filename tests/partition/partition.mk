# Partition tests: guests under real Xen. See run.py beside this.

include mk/setup.mk

PARTITION_OUT := $(B)/partition

# The quick ones and what it costs; or those that TESTS names.
check-partition: all partition-inputs  ## guests of real Xen (TESTS=...), long
	@tests/partition/run.py --jobs 1 $(TESTS)
	@$(if $(TESTS),,$(MAKE) --no-print-directory compare-partition)

check-partition-all: all partition-inputs  ## each kernel and device, very long
	@tests/partition/run.py --jobs 1 --full

# microxen comes last: it is compared with what the others took.
compare-partition: all partition-inputs  ## beside xen-shim, PV and PVH, long
	@for target in pvh pv shim pvops microxen; do \
	    tests/partition/run.py --jobs 1 --target $$target costs. || \
	    exit 1; \
	done

partition-inputs: $(INITRAMFS) boot-inputs bench-inputs disk dom0-inputs

# Real Xen's tools, and a domain 0 that has them.
dom0-inputs:
	@tools/fetch-kernel --modules 6.1-generic
	@tools/fetch-xen-tools
	@$(MAKE) --no-print-directory $(PARTITION_OUT)/dom0.gz

# Drivers that domain 0 uses: less to unpack in each boot.
DOM0_MODULES := drivers/xen drivers/block/xen-blkback drivers/block/loop.ko \
                drivers/virtio drivers/block/virtio_blk.ko \
                drivers/net/xen-netback net/bridge net/802 net/llc \
                fs/ext4 fs/jbd2 fs/mbcache.ko lib/crc16.ko \
                crypto/crc32c_generic.ko

$(PARTITION_OUT)/dom0.gz: tests/partition/partition.mk \
                          tools/make-initramfs tools/fetch-xen-tools \
                          $(wildcard tests/partition/dom0/etc/*) \
                          $(wildcard tools/initramfs/etc/*)
	@rm -rf $(PARTITION_OUT)/modules
	@tools/take-modules $(B)/modules/6.1-generic \
	    $(PARTITION_OUT)/modules $(DOM0_MODULES)
	@tools/make-initramfs $@ $(B)/xen-tools/root $(PARTITION_OUT)/modules \
	    tests/partition/dom0

.PHONY: check-partition check-partition-all compare-partition \
        partition-inputs dom0-inputs
