# What a reader should not have to look for: each header compiles alone, no
# line is longer than 80 columns, every source says its licence.

STYLED := $(shell git ls-files 'src/*.[chS]' 'include/*.h' 'tests/*.[chS]' \
            'bench/*.[chS]' 2>/dev/null)
HEADERS := $(filter include/%.h,$(STYLED))

.PHONY: check-style
check-style: $(O)/offsets.h  ## look at the sources themselves
	@for header in $(HEADERS); do \
	    echo "#include \"$${header#include/}\"" | \
	    $(CC) $(CPPFLAGS) $(CFLAGS) -fsyntax-only -x c - || exit 1; \
	done
	@! awk 'length > 80 { print FILENAME ":" FNR ": " length " columns"; \
	         found = 1 } END { exit !found }' $(STYLED)
	@! grep -L 'SPDX-License-Identifier: MIT' $(STYLED) | grep .
	@! grep -nP '\t' $(filter %.c %.h,$(STYLED))
	@echo "$(words $(HEADERS)) headers compile alone; \
	$(words $(STYLED)) files are in style."
