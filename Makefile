# `make run` and `make test` do everything on a fresh Debian 12 machine; `make help` lists the rest.
SHELL := /bin/bash
PREFIX ?= /usr/local
WERROR ?= OFF
comma := ,
PYTHON := .deps/venv/bin/python
# Paths relative to the clone, so that every clone and build directory shares one compiler cache.
export CCACHE_BASEDIR := $(CURDIR)
export CCACHE_NOHASHDIR := 1

# $(call configure,DIRECTORY,OPTIONS): cmake, quiet unless it fails.
configure = @mkdir -p $(1) && { cmake -G Ninja -S . -B $(1) -DCMAKE_CXX_COMPILER_LAUNCHER=ccache -DDOCMILL_WERROR=$(WERROR) \
  -Wno-dev $(2) >$(1)/configure.log 2>&1 || { cat $(1)/configure.log; exit 1; }; }
# The parent is what has threads; the child's libraries are not instrumented. Nor is Arrow: memory that its own
# allocator gives out a second time, and mutexes that it made unseen, would look like faults of ours.
TSAN_TESTS := base|document|telemetry|net|aws|store|queue|output|results|sandbox|mill|service

FUZZ_TARGETS := codes frames image_headers messages options page_tree pictures structure text
FUZZ_SECONDS ?= 60
# Of the end-to-end tests at a time: one a core.
E2E_PROCESSES ?= auto

.DEFAULT_GOAL := help
.PHONY: help setup setup-tests setup-lint build run test test-build unit lint format asan tsan fuzz soak bench bench-scale bench-cloud bench-ocr bench-tables bench-collect docs install clean

help: ## this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-10s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

setup:
	@setup/install.sh

setup-tests:
	@setup/install.sh --tests

setup-lint:
	@setup/install.sh --tests --lint

build: setup ## build/docmill, the release program
	$(call configure,build,-DCMAKE_BUILD_TYPE=Release)
	@cmake --build build --target docmill docmill-extract docmill-extract-ocr

run: build ## sweep samples/ into out/, and look at what came out
	@tools/run_samples.sh build/docmill

test-build: setup-tests
	$(call configure,build/test,-DCMAKE_BUILD_TYPE=Release -DDOCMILL_TESTING=ON)
	@cmake --build build/test

unit: test-build ## the unit tests alone
	@ctest --test-dir build/test --output-on-failure --no-tests=error -j2

test: build unit ## every test: unit, end to end, corpus
	@$(PYTHON) -m pytest -q -n $(E2E_PROCESSES) --dist loadscope tests/e2e

lint: setup-lint ## clang-format and clang-tidy, warnings as errors
	$(call configure,build/test,-DCMAKE_BUILD_TYPE=Release -DDOCMILL_TESTING=ON)
	@python3 tools/lint.py build/test

format: setup-lint ## clang-format over all sources
	@git ls-files --cached --others --exclude-standard '*.cpp' '*.h' | xargs clang-format-19 -i

asan: setup-tests ## the unit tests under AddressSanitizer and UndefinedBehaviorSanitizer
	$(call configure,build/asan,-DCMAKE_BUILD_TYPE=Release -DDOCMILL_TESTING=ON -DDOCMILL_SANITIZE=address$(comma)undefined)
	@cmake --build build/asan
	@LSAN_OPTIONS="suppressions=$(CURDIR)/tests/lsan.supp" ctest --test-dir build/asan --output-on-failure --no-tests=error -j2

tsan: setup-tests ## the parent's unit tests under ThreadSanitizer
	$(call configure,build/tsan,-DCMAKE_BUILD_TYPE=Release -DDOCMILL_TESTING=ON -DDOCMILL_SANITIZE=thread)
	@cmake --build build/tsan
	@ARROW_DEFAULT_MEMORY_POOL=system TSAN_OPTIONS="suppressions=$(CURDIR)/tests/tsan.supp report_mutex_bugs=0" ctest --test-dir build/tsan --output-on-failure --no-tests=error -R '^($(TSAN_TESTS))$$'

fuzz: setup-lint ## every fuzz target for FUZZ_SECONDS (60) under libFuzzer and the sanitizers
	$(call configure,build/fuzz,-DCMAKE_CXX_COMPILER=clang++-19 -DCMAKE_C_COMPILER=clang-19 -DCMAKE_BUILD_TYPE=Release \
	  -DDOCMILL_TESTING=ON -DDOCMILL_FUZZING=ON -DDOCMILL_SANITIZE=address$(comma)undefined)
	@cmake --build build/fuzz --target $(addprefix fuzz_,$(FUZZ_TARGETS))
	@for target in $(FUZZ_TARGETS); do mkdir -p build/fuzz/corpus/$$target; build/fuzz/tests/fuzz_$$target \
	  -max_total_time=$(FUZZ_SECONDS) -print_final_stats=1 build/fuzz/corpus/$$target tests/fuzz/seeds/$$target || exit 1; done

docs: test-build ## docs/cli.md, docs/DATA_CATALOG.md and docs/bounds.md from the declarations
	@build/test/tests/docmill-gen-docs docs

bench: build ## docmill beside the engine's limit and its peers, and what each output costs (BENCH_ARGS='--rounds 1 --only folder' OUTPUTS_ARGS='--files 4 --rounds 1')
	@setup/install.sh --bench
	@cmake --build build --target pdfium_loop
	@.deps/bench-venv/bin/python bench/bench.py $(if $(BENCH_IN),--in $(BENCH_IN)) $(BENCH_ARGS)
	@.deps/bench-venv/bin/python bench/outputs.py $(or $(BENCH_IN),../shared/corpus/digital) $(OUTPUTS_ARGS)
	@.deps/bench-venv/bin/python bench/page_images.py $(or $(BENCH_IN),../shared/corpus/digital) $(OUTPUTS_ARGS)

bench-scale: build ## time, memory and open files for 1,000, 10,000 and 100,000 documents
	@setup/install.sh --bench
	@.deps/bench-venv/bin/python bench/scale.py

bench-cloud: build setup-tests ## a worker beside the sweep, requests for a document, memory (CLOUD_ARGS='--only folders')
	@$(PYTHON) bench/cloud.py $(CLOUD_ARGS)

bench-ocr: build ## OCR of docmill and its peers: errors, speed, memory (OCR_ARGS='--quick' for a look)
	@setup/install.sh --bench
	@cd bench/ocr && $(CURDIR)/.deps/bench-venv/bin/python -m unittest -q
	@.deps/bench-venv/bin/python bench/ocr/bench_ocr.py $(OCR_ARGS)

bench-collect: build setup-tests ## 100,000 tiny outputs joined: docmill collect beside pyarrow.dataset (COLLECT_ARGS='1000')
	@$(PYTHON) bench/collect.py $(COLLECT_ARGS)

bench-tables: setup ## Parquet files of 1, 50 and 5,000 rows: docmill's own encoder beside libparquet (TABLES_ARGS='5' rounds)
	$(call configure,build,-DCMAKE_BUILD_TYPE=Release)
	@cmake --build build --target table_writer_bench
	@ARROW_DEFAULT_MEMORY_POOL=system build/bench/table_writer_bench $(TABLES_ARGS)

soak: test-build ## a long run: memory, descriptors and children must not grow
	@$(PYTHON) tests/soak/soak.py

install: build ## below PREFIX (default /usr/local): a tree that carries the libraries it needs
	@cmake --install build --prefix $(PREFIX)

clean: ## remove what was built; .deps/ stays
	@rm -rf build out


