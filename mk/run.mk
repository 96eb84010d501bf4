# `make run`: a Debian kernel under microxen, with a shell on its console.

# A name that tools/fetch-kernel knows, or a path to a vmlinuz.
KERNEL ?= 6.1-generic
MEMORY ?= 1G
# More words for microxen's command line, the kernel's, and QEMU's.
XEN_OPTIONS ?=
KERNEL_OPTIONS ?=
QEMU_OPTIONS ?=

INITRAMFS := $(B)/initramfs.gz

comma := ,
kernel_is_path = $(findstring /,$(KERNEL))
vmlinuz = $(if $(kernel_is_path),$(KERNEL),$(B)/kernels/$(KERNEL)/vmlinuz)
# QEMU separates its modules with commas and takes two for one.
kernel_line = console=hvc0 $(subst $(comma),$(comma)$(comma),$(KERNEL_OPTIONS))

run:                 ## boot a Debian kernel in QEMU; 'poweroff' ends it
	@$(MAKE) --no-print-directory all $(INITRAMFS)
	$(if $(kernel_is_path),,@tools/fetch-kernel $(KERNEL))
	@echo "Booting $(vmlinuz); 'poweroff' or ctrl-a x ends it."
	@qemu-system-x86_64 -accel tcg -cpu max -m $(MEMORY) -nographic \
	    -kernel $(B)/microxen \
	    -append 'console=com1 com1=115200,8n1 $(XEN_OPTIONS)' \
	    -initrd '$(vmlinuz) $(kernel_line),$(INITRAMFS)' \
	    $(QEMU_OPTIONS)

$(INITRAMFS): tools/make-initramfs $(wildcard tools/initramfs/etc/*)
	@tools/make-initramfs $@

.PHONY: run
