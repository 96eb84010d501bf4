# Where microxen goes on a Debian system, and the packages that put it there.

DESTDIR ?=

RELEASE := $(file < packaging/VERSION)

# GRUB's 20_linux_xen offers each /boot/xen* as a hypervisor whose version is
# what lies between "xen-" and ".gz", the highest one first. A version of
# microxen's own is below any real Xen's, so that beside one microxen is
# offered, yet does not become what boots by default.
INSTALLED_BOOT := $(DESTDIR)/boot/xen-$(RELEASE)-microxen.gz
# Not in /boot, where 20_linux_xen would have to know it for no hypervisor.
INSTALLED_SYMS := $(DESTDIR)/usr/lib/debug/boot/xen-syms-$(RELEASE)-microxen
INSTALLED_DOC  := $(DESTDIR)/usr/share/doc/microxen
INSTALLED_MAN  := $(DESTDIR)/usr/share/man/man7/microxen.7

DOCUMENTS := README.md $(wildcard docs/*.md)

install: all         ## install for GRUB to find (DESTDIR=...)
	install -D -m 644 $(B)/microxen.gz $(INSTALLED_BOOT)
	install -D -m 644 $(B)/microxen-syms $(INSTALLED_SYMS)
	install -D -m 644 packaging/microxen.7 $(INSTALLED_MAN)
	@for file in $(DOCUMENTS); do \
	    install -D -m 644 $$file $(INSTALLED_DOC)/$$file || exit; \
	done
	$(if $(DESTDIR),,@echo "Now run update-grub; its menu then has it.")

uninstall:           ## remove what install installed (DESTDIR=...)
	rm -f $(INSTALLED_BOOT) $(INSTALLED_SYMS) $(INSTALLED_MAN)
	rm -rf $(INSTALLED_DOC)
	$(if $(DESTDIR),,@echo "Now run update-grub; its menu still has it.")

deb:                 ## build Debian packages, into build/deb
	@tools/setup build deb
	@packaging/build-deb $(B)/deb

check-deb: deb       ## see that they are sound and that GRUB finds it
	@packaging/check-deb $(B)/deb

.PHONY: install uninstall deb check-deb
