# The system test: an installed Debian, booted by its own GRUB. See run.py
# beside this.

DISK_OUT   := $(B)/disk
DISK_IMAGE := $(DISK_OUT)/debian.img
DISK_FILES := $(shell find tests/disk/root -type f)

check-disk: disk     ## an installed Debian on microxen (TESTS=...), long
	@tests/disk/run.py --jobs 1 --full $(TESTS)

check-disk-quick: disk
	@tests/disk/run.py --jobs $(BOOT_JOBS)

# The package is installed once; later images only replace the one in it, as
# all else takes minutes.
disk: all $(DISK_IMAGE)  ## the disk for check-disk
	@cmp -s $(B)/microxen.gz $(DISK_OUT)/microxen.gz || \
	 { tests/disk/put-image $(B)/microxen.gz $(DISK_IMAGE) && \
	   cp $(B)/microxen.gz $(DISK_OUT)/microxen.gz; }

$(DISK_IMAGE): $(DISK_OUT)/root.tar tests/disk/make-disk $(DISK_FILES) \
               packaging/VERSION $(wildcard packaging/debian/*)
	@$(MAKE) --no-print-directory deb
	@rm -f $(DISK_OUT)/microxen.gz
	@tests/disk/make-disk $< $(B)/deb/microxen_*.deb $@

$(DISK_OUT)/root.tar: tests/disk/make-root
	@tests/disk/make-root $@

.PHONY: check-disk check-disk-quick disk
