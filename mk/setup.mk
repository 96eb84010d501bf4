# Debian packages that the goals of the command line need. They are
# installed before anything is built, as what they bring is asked for by
# other parts of these makefiles.

SETUP_SETS := $(if $(filter-out check-deb check-bench,\
                $(filter check%,$(MAKECMDGOALS))),build run check)
SETUP_SETS += $(if $(filter check-all check-boot-all,$(MAKECMDGOALS)),all)
SETUP_SETS += $(if $(filter check check-all check-disk check-disk-quick disk,\
                $(MAKECMDGOALS)),build run deb disk)
SETUP_SETS += $(if $(filter check bench check-bench record-bench,\
                $(MAKECMDGOALS)),build bench)
SETUP_SETS += $(if $(filter compare soak soak-random,$(MAKECMDGOALS)),build run check)
SETUP_SETS += $(if $(filter run,$(MAKECMDGOALS)),build run)

ifneq ($(strip $(SETUP_SETS)),)
# All that it prints goes to stderr, to be seen while it works.
SETUP_STATUS := $(shell tools/setup $(SETUP_SETS) >&2; echo $$?)
ifneq ($(SETUP_STATUS),0)
$(error tools/setup failed)
endif
endif
