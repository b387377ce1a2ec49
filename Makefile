# Coracle: see README.md. Everything is built into build/.
CC = gcc
PREFIX ?= /usr
DESTDIR ?=
BUILD ?= build
SANITIZE ?=
OPT ?= -O2 -g

PKGS = jansson sqlite3 zlib libzstd liblzma
CPPFLAGS += -D_GNU_SOURCE -I.
CFLAGS += -std=gnu17 $(OPT) -Wall -Wextra -Werror -fPIE -fstack-protector-strong -ffunction-sections -fdata-sections \
          -pthread $(if $(SANITIZE),-fsanitize=$(SANITIZE) -fno-omit-frame-pointer -DCORACLE_TEST_BUILD,-D_FORTIFY_SOURCE=2)
LDFLAGS += -pie -pthread -Wl,-z,relro,-z,now,-z,noexecstack -Wl,--as-needed -Wl,--gc-sections $(if $(SANITIZE),-fsanitize=$(SANITIZE))
LDLIBS_coracled = $(shell pkg-config --libs $(PKGS)) -lbz2 -ldl
LDLIBS_coracle = $(shell pkg-config --libs jansson libcurl)

BASE = $(wildcard core/base/*.c)
SCHEMA = $(wildcard core/schema/*.c)
CORE = $(filter-out core/base/% core/schema/%,$(wildcard core/*.c core/*/*.c core/*/*/*.c))
API = $(wildcard api/*.c api/*/*.c api/*/*/*.c api/*/*/*/*.c)
API_TYPES = $(wildcard api/types/*/*.c)
SERVER = $(wildcard server/*.c)
CORACLED = $(wildcard cmd/coracled/*.c)
CORACLE = $(wildcard cmd/coracle/*.c)
SWAGGER = $(wildcard swagger/*.c)

objects = $(patsubst %.c,$(BUILD)/%.o,$(1))
ENGINE_OBJECTS = $(call objects,$(BASE) $(SCHEMA) $(CORE) $(API) $(SERVER))

all: $(BUILD)/coracled $(BUILD)/coracle

$(BUILD)/libcoracle.a: $(ENGINE_OBJECTS)
	rm -f $@ && ar rcs $@ $^

$(BUILD)/coracled: $(call objects,$(CORACLED)) $(BUILD)/libcoracle.a
	$(CC) $(LDFLAGS) -o $@ $^ $(LDLIBS_coracled)

# An archive: what the client does not use of core/base does not bring its libraries along.
$(BUILD)/libclient.a: $(call objects,$(filter-out %/main.c,$(CORACLE)) $(API_TYPES) $(SCHEMA) $(BASE))
	rm -f $@ && ar rcs $@ $^

$(BUILD)/coracle: $(BUILD)/cmd/coracle/main.o $(BUILD)/libclient.a
	$(CC) $(LDFLAGS) -o $@ $^ $(LDLIBS_coracle)

$(BUILD)/%.o: %.c
	@mkdir -p $(@D)
	$(CC) $(CPPFLAGS) $(CFLAGS) -MMD -MP -c -o $@ $<

# ---- tests: always with sanitizers, in a build folder of their own -----------------------------------------------
UNIT = $(wildcard test/unit/*.c test/unit/*/*.c test/unit/*/*/*.c test/unit/*/*/*/*.c)
UNIT_PROGRAMS = $(patsubst %.c,$(BUILD)/%,$(UNIT))

unit:
	$(MAKE) BUILD=$(BUILD)/san SANITIZE=address,undefined OPT='-O1 -g' unit-programs
	contrib/run-unit.sh $(BUILD)/san/test/unit

unit-programs: $(UNIT_PROGRAMS)

$(BUILD)/test/unit/%: $(BUILD)/test/unit/%.o $(BUILD)/libcoracle.a
	$(CC) $(LDFLAGS) -o $@ $^ -lcmocka $(LDLIBS_coracled)

$(BUILD)/test/unit/cmd/coracle/%: $(BUILD)/test/unit/cmd/coracle/%.o $(BUILD)/libclient.a
	$(CC) $(LDFLAGS) -o $@ $^ -lcmocka $(LDLIBS_coracle)

# TESTS: files or folders below test/e2e; all without. The log of exchanges is for test/openapi/validate.sh.
e2e:
	$(MAKE) BUILD=$(BUILD)/san SANITIZE=address,undefined OPT='-O1 -g' all
	test/e2e/run.sh $(BUILD)/san $(TESTS)

# The server killed at CRASH_ROUNDS random moments (200); `make e2e` does some of them.
crash: all
	unshare --mount --net python3 test/e2e/crash/kill.py --build $(BUILD)

# Two servers and podman side by side for CHURN_SECONDS.
CHURN_SECONDS ?= 600
churn: all
	unshare --mount --net python3 test/e2e/crash/churn.py --build $(BUILD) --seconds $(CHURN_SECONDS)

# RACE_CLIENTS clients for RACE_SECONDS on the same few names. Under ThreadSanitizer:
#   make race BUILD=build/tsan SANITIZE=thread OPT='-O1 -g'
RACE_SECONDS ?= 120
RACE_CLIENTS ?= 50
race: all
	unshare --mount --net --propagation private python3 test/e2e/crash/race.py --build $(BUILD) --seconds $(RACE_SECONDS) --clients $(RACE_CLIENTS)

# What has to hold before a change lands; "N passed, N failed" is the last line.
check:
	contrib/install-deps.sh build run test
	@test/check.sh $(BUILD)

# Beside podman 5.4, dockerd 26.1 and the bare floor: test/bench/bench.py says how to read the table.
# BENCH_ROUNDS, BENCH_ONLY=family,…  CORACLE_PEERS: a tree that is there already
bench: all $(BUILD)/test/bench/load
	contrib/install-deps.sh run test
	test/bench/run.sh $(BUILD)

$(BUILD)/test/bench/load: $(BUILD)/test/bench/load.o
	$(CC) $(LDFLAGS) -o $@ $^

# ---- what the route tables say -----------------------------------------------------------------------------------
SWAGGER_DOCUMENTS = docker libpod libpod-v2

$(BUILD)/swagger/swagger: $(call objects,$(SWAGGER)) $(BUILD)/libcoracle.a
	$(CC) $(LDFLAGS) -o $@ $^ $(LDLIBS_coracled)

swagger: $(BUILD)/swagger/swagger
	for name in $(SWAGGER_DOCUMENTS); do $< $$name >swagger/$$name.json || exit 1; done

routes: $(BUILD)/swagger/swagger
	@$< routes

lint: $(BUILD)/swagger/swagger
	contrib/lint/all.sh $<

# Formats the lines that are not committed yet, or differ from SINCE; what was laid out by hand before stays.
SINCE ?= HEAD
fmt:
	git clang-format --style=file --extensions=c,h $(SINCE)

# Each parser with hostile input, FUZZ_SECONDS for each.
fuzz:
	contrib/fuzz.sh $(BUILD)/fuzz

# ---- install -----------------------------------------------------------------------------------------------------
BINDIR = $(PREFIX)/bin
MANDIR = $(PREFIX)/share/man
UNITDIR = $(PREFIX)/lib/systemd/system

$(BUILD)/man/%: man/%.scd
	@mkdir -p $(@D)
	scdoc <$< >$@

man: $(BUILD)/man/coracled.8 $(BUILD)/man/coracle.1 $(BUILD)/man/coracle-policy.5

install: all man
	install -D -m 755 $(BUILD)/coracled $(DESTDIR)$(BINDIR)/coracled
	install -D -m 755 $(BUILD)/coracle $(DESTDIR)$(BINDIR)/coracle
	install -D -m 644 $(BUILD)/man/coracled.8 $(DESTDIR)$(MANDIR)/man8/coracled.8
	install -D -m 644 $(BUILD)/man/coracle-policy.5 $(DESTDIR)$(MANDIR)/man5/coracle-policy.5
	install -D -m 644 $(BUILD)/man/coracle.1 $(DESTDIR)$(MANDIR)/man1/coracle.1
	install -D -m 644 contrib/systemd/coracle.socket $(DESTDIR)$(UNITDIR)/coracle.socket
	sed 's|@BINDIR@|$(BINDIR)|' contrib/systemd/coracle.service >$(BUILD)/coracle.service
	install -D -m 644 $(BUILD)/coracle.service $(DESTDIR)$(UNITDIR)/coracle.service
	sed 's|@BINDIR@|$(BINDIR)|' contrib/systemd/coracle-boot.service >$(BUILD)/coracle-boot.service
	install -D -m 644 $(BUILD)/coracle-boot.service $(DESTDIR)$(UNITDIR)/coracle-boot.service
	install -D -m 644 contrib/systemd/coracle.tmpfiles $(DESTDIR)$(PREFIX)/lib/tmpfiles.d/coracle.conf
	install -D -m 644 contrib/completion/coracle.bash $(DESTDIR)$(PREFIX)/share/bash-completion/completions/coracle

demo:
	contrib/install-deps.sh build run
	$(MAKE) -j $(shell nproc) all
	contrib/demo.sh $(BUILD)

clean:
	rm -rf build

# Not below peers, a whole Debian.
-include $(shell find $(BUILD) -path $(BUILD)/peers -prune -o -name '*.d' -print 2>/dev/null)

.PHONY: all clean unit unit-programs e2e crash churn race check bench swagger routes lint fuzz fmt man install demo
