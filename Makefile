# Flashline.  make, make demo, make check, make bench, make install; `make help` lists them all.
#
# KIND=debug|release|asan builds the same in a folder of its own, so that flags never mix.

KIND ?= release
CC ?= gcc
PKG_CONFIG ?= pkg-config
CLANG_FORMAT ?= clang-format
prefix ?= /usr/local
V ?= 0
Q := $(if $(filter 1,$(V)),,@)

# The release build is what README names: build/flashline. Others are build/<kind>/flashline.
B := $(if $(filter release,$(KIND)),build,build/$(KIND))

.DEFAULT_GOAL := all
quiet_goals := help clean format uninstall
ifneq ($(filter-out $(quiet_goals),$(or $(MAKECMDGOALS),all)),)
include build/config.mk
endif

# Installs what is missing, once per change of the list, and asks pkg-config once.
build/config.mk: .ci/packages .ci/setup Makefile
	$(Q)mkdir -p build
	$(Q).ci/setup build run
	$(Q)for p in glib-2.0 gio-unix-2.0 yaml-0.1 jansson libusb-1.0 libftdi1 sqlite3 libelf libRmath libsodium libevdev; do \
	  n=$$(echo $$p | tr '.-' '__'); \
	  printf '%s_cflags := %s\n%s_libs := %s\n' $$n "$$($(PKG_CONFIG) --cflags $$p)" \
	    $$n "$$($(PKG_CONFIG) --libs $$p)" || exit 1; done > $@.new && mv $@.new $@

build/.check-packages: .ci/packages .ci/setup
	$(Q)mkdir -p build
	$(Q).ci/setup check && touch $@

cflags_debug   := -Og -g
cflags_release := -O2 -g
cflags_asan    := -O1 -g -fsanitize=address,undefined -fno-sanitize-recover=undefined \
                  -fno-omit-frame-pointer
cflags_fuzz    := -O1 -g -fsanitize=fuzzer-no-link,address,undefined -fno-sanitize-recover=undefined
ldflags_asan   := -fsanitize=address,undefined
ldflags_fuzz   := -fsanitize=fuzzer,address,undefined

CFLAGS ?= $(cflags_$(KIND))
ours := -std=c17 -D_GNU_SOURCE -Wall -Wextra -Wshadow -Wstrict-prototypes -Wmissing-prototypes \
        -Wpointer-arith -Wvla -Wformat=2 -Wno-unused-parameter -Wno-missing-field-initializers \
        -fno-strict-aliasing $(WERROR) $(if $(filter asan fuzz,$(KIND)),$(cflags_$(KIND))) \
        $(glib_2_0_cflags) $(gio_unix_2_0_cflags) $(yaml_0_1_cflags) $(jansson_cflags) \
        $(libusb_1_0_cflags) $(libftdi1_cflags) $(sqlite3_cflags) $(libelf_cflags) $(libRmath_cflags) $(libsodium_cflags) $(libevdev_cflags)
libs := $(yaml_0_1_libs) $(jansson_libs) $(libusb_1_0_libs) $(libftdi1_libs) $(sqlite3_libs) \
        $(libelf_libs) $(libRmath_libs) $(libsodium_libs) $(libevdev_libs) $(gio_unix_2_0_libs) $(glib_2_0_libs) -lm
libs_virtual := $(yaml_0_1_libs) $(jansson_libs) $(gio_unix_2_0_libs) $(glib_2_0_libs) -lm

# ---- what is built -------------------------------------------------------------------------
verbs_c   := $(sort $(wildcard station/main.c station/cmd_*.c))
station_c := $(sort $(wildcard station/*/*.c))
shim_c    := $(sort $(wildcard fixtures/virtual/shim*.c))
mains_c   := $(addprefix fixtures/virtual/,virtual_fixture.c virtual_attach.c demo_images.c)
virtual_c := $(filter-out $(shim_c) $(mains_c),$(sort $(wildcard fixtures/virtual/*.c)))
tests_c   := $(sort $(wildcard tests/test_*.c))
tools_c   := $(sort $(wildcard tests/tool_*.c))
testlib_c := $(sort $(wildcard tests/lib/*.c))
fuzz_c    := $(sort $(wildcard tests/fuzz/fuzz_*.c))

obj = $(patsubst %.c,$(B)/obj/%.o,$(1))
tests := $(patsubst tests/%.c,$(B)/tests/%,$(tests_c))
tools := $(patsubst tests/%.c,$(B)/tests/%,$(tools_c))
fuzzers := $(patsubst tests/fuzz/%.c,$(B)/tests/fuzz/%,$(fuzz_c))
programs := $(addprefix $(B)/,flashline virtual-fixture virtual-attach libvirtual-usb.so demo-images)

all: $(programs) images

$(B)/obj/station/%.o: station/%.c Makefile build/config.mk
	@mkdir -p $(@D)
	@echo "  CC    $<"
	$(Q)$(CC) $(ours) -Istation $(CFLAGS) -MMD -MP -c $< -o $@

$(B)/obj/fixtures/%.o: fixtures/%.c Makefile build/config.mk
	@mkdir -p $(@D)
	@echo "  CC    $<"
	$(Q)$(CC) $(ours) -Istation -Ifixtures/virtual $(CFLAGS) -MMD -MP -c $< -o $@

$(B)/obj/tests/%.o: tests/%.c Makefile build/config.mk
	@mkdir -p $(@D)
	@echo "  CC    $<"
	$(Q)$(CC) $(ours) -Istation -Ifixtures/virtual -Itests $(CFLAGS) -MMD -MP -c $< -o $@

$(B)/libstation.a: $(call obj,$(station_c))
$(B)/libvirtual.a: $(call obj,$(virtual_c))
$(B)/libtests.a: $(call obj,$(testlib_c))
$(B)/lib%.a:
	@echo "  AR    $@"
	$(Q)rm -f $@ && ar rcs $@ $^

$(B)/flashline: $(call obj,$(verbs_c)) $(B)/libstation.a
	@echo "  LD    $@"
	$(Q)$(CC) $(LDFLAGS) $(ldflags_$(KIND)) $^ $(libs) -o $@

$(B)/virtual-fixture: $(call obj,fixtures/virtual/virtual_fixture.c)
$(B)/virtual-attach: $(call obj,fixtures/virtual/virtual_attach.c)
$(B)/demo-images: $(call obj,fixtures/virtual/demo_images.c)
$(addprefix $(B)/,virtual-fixture virtual-attach demo-images): $(B)/libvirtual.a $(B)/libstation.a
	@echo "  LD    $@"
	$(Q)$(CC) $(LDFLAGS) $(ldflags_$(KIND)) $(filter %.o,$^) $(filter %.a,$^) $(libs_virtual) -o $@

# The preload goes into other people's programs: no sanitizer, nothing but libc.
$(B)/libvirtual-usb.so: $(shim_c) $(wildcard fixtures/virtual/*.h) Makefile
	@mkdir -p $(@D)
	@echo "  LD    $@"
	$(Q)$(CC) -std=c17 -D_GNU_SOURCE -O2 -g -Wall -Wextra -Wno-unused-parameter $(WERROR) \
	  -fPIC -shared -fvisibility=hidden -Ifixtures/virtual $(shim_c) -o $@ -ldl -lpthread

# Test programs may use every engine, and every model.
$(B)/tests/%: $(B)/obj/tests/%.o $(B)/libtests.a $(B)/libvirtual.a $(B)/libstation.a
	@mkdir -p $(@D)
	@echo "  LD    $@"
	$(Q)$(CC) $(LDFLAGS) $(ldflags_$(KIND)) $^ $(libs) -o $@

# The demo's images are made from a seed, the same for every kind of build.
images: build/images/.made
build/images/.made: $(B)/demo-images
	$(Q)mkdir -p build/images && $< build/images && touch $@

-include $(shell find $(B)/obj -name '*.d' 2>/dev/null)

# ---- verbs -----------------------------------------------------------------------------------
help:
	@echo "make                 build/flashline, build/virtual-fixture"
	@echo "make demo            eight simulated boards, flashed by the real program"
	@echo "make demo WORLD=name SPEED=n   another world of fixtures/virtual/worlds, n times faster"
	@echo "make check           every test; KIND=asan with ASan and UBSan"
	@echo "make check-kernel    the boards before a real Linux kernel, in QEMU: some minutes"
	@echo "make fuzz SECONDS=60 every libFuzzer target so long; FUZZ=image_hex only that one"
	@echo "make fat-differ COUNT=5000 SEED=1   the FAT walker against fsck.fat and mtools, corruption by corruption"
	@echo "make soak            power cut at every 100 ms after a write to a drive; a shift of 200 boards;"
	@echo "                     a revision with 10 % bad drives, qualified with the planned units"
	@echo "make bench           times, side by side, at real flash and USB speeds"
	@echo "make gallery         the pictures of the reports in docs/gallery, by headless Chromium"
	@echo "make format          clang-format in place; make clean; make install; make uninstall"

WORLD ?= eight-up
SPEED ?= 1
demo: all $(tools)
	$(Q)tests/demo.sh $(B) $(WORLD) $(SPEED)

tests: $(tests) $(tools)

check: build/.check-packages all $(tests) $(tools)
	$(Q)B=$(B) tests/check.pl

# libFuzzer's programs want clang and objects of their own: KIND=fuzz. One after the other, SECONDS each;
# FUZZ=name runs only those.
SECONDS ?= 60
fuzzers: $(fuzzers)
fuzz:
	$(Q).ci/setup ci
	$(Q)$(MAKE) --no-print-directory KIND=fuzz CC=clang fuzzers
	$(Q)tests/fuzz.sh build/fuzz $(SECONDS) $(FUZZ)

# On a tmpfs, where there is one: its images are changed and read thousands of times.
COUNT ?= 5000
fat-differ: build/.check-packages $(B)/tests/tool_fat_differ
	$(Q)if [ -w /dev/shm ]; then export TMPDIR=/dev/shm; fi; \
	  $(B)/tests/tool_fat_differ $(or $(SEED),1) $(COUNT) $(JOBS)

# What takes too long for every check: a cut of power each 100 ms, on both kinds of drive, a whole shift, a whole
# qualification.
soak: build/.check-packages all $(tests) $(tools)
	$(Q)SWEEP_MS=100 $(B)/tests/test_steps_drive_sweep
	$(Q)B=$(B) bash tests/soak_cuts.sh 100
	$(Q)ROUNDS=35 SEED=$$(date +%s) B=$(B) bash tests/run_line_verb.sh
	$(Q)B=$(B) COUNT=200 PERCENT=3 SEED=1 bash tests/run_shift.sh
	$(Q)B=$(B) DETECT=0.1 CYCLES=2 SITTING=52 bash tests/run_qualify_world.sh

# What no preload can show; a few minutes, most of them QEMU's. CASES="line worlds": only those; WORLDS="faults": of the worlds.
check-kernel: build/.check-packages all $(addprefix $(B)/tests/tool_,cancels pins usbfs_memory)
	$(Q)B=$(B) CASES="$(CASES)" WORLDS="$(WORLDS)" APPEND="$(APPEND)" tests/kernel/check.sh

bench: build/.check-packages all $(tools)
	$(Q)B=$(B) tests/bench.sh

# Pictures of the reports, for README.md: of a factory's journal, made from a seed.
gallery: all $(B)/tests/tool_gallery
	$(Q)tests/gallery.sh $(B) $(or $(SEED),1)

format:
	$(Q)$(CLANG_FORMAT) -i $(shell git ls-files '*.[ch]')

clean:
	$(Q)rm -rf build

# The program, what it ships, and the virtual fixture with the demo's images where the demo's recipe
# looks for them, so that recipes can be tried anywhere.
share := $(DESTDIR)$(prefix)/share/flashline
install: all
	install -d $(DESTDIR)$(prefix)/bin $(DESTDIR)$(prefix)/lib/flashline $(share)/recipes \
	  $(share)/fixtures/virtual/worlds $(share)/build/images $(share)/reports \
	  $(DESTDIR)$(prefix)/lib/udev/rules.d
	install -m 755 $(B)/flashline $(B)/virtual-fixture $(B)/virtual-attach $(DESTDIR)$(prefix)/bin
	install -m 644 $(B)/libvirtual-usb.so $(DESTDIR)$(prefix)/lib/flashline
	install -m 644 $(wildcard recipes/*.yaml recipes/*.zpl) $(share)/recipes
	cd recipes && find demo-files -type f -exec install -D -m 644 '{}' '$(abspath $(share))/recipes/{}' ';'
	install -m 644 fixtures/70-flashline.rules $(DESTDIR)$(prefix)/lib/udev/rules.d
	install -m 644 $(wildcard reports/*.sql) $(share)/reports
	install -m 644 build/images/*.bin build/images/*.img $(share)/build/images
	install -m 644 $(wildcard fixtures/*.yaml) $(share)/fixtures
	install -m 644 $(wildcard fixtures/virtual/*.yaml) $(share)/fixtures/virtual
	install -m 644 $(wildcard fixtures/virtual/worlds/*.yaml) $(share)/fixtures/virtual/worlds

uninstall:
	rm -f $(addprefix $(DESTDIR)$(prefix)/bin/,flashline virtual-fixture virtual-attach)
	rm -f $(DESTDIR)$(prefix)/lib/udev/rules.d/70-flashline.rules
	rm -rf $(DESTDIR)$(prefix)/lib/flashline $(share)

.PHONY: all images tests help demo check check-kernel fuzz fuzzers fat-differ bench gallery format clean install uninstall
.SECONDARY:
.DELETE_ON_ERROR:
