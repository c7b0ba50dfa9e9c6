# `make run` and `make test` do everything on a fresh Debian 12 machine; `make help` lists the rest.
SHELL := /bin/bash
PREFIX ?= /usr/local
BUILD := build
CMAKE := cmake -G Ninja -DCMAKE_C_COMPILER_LAUNCHER=ccache -DCMAKE_CXX_COMPILER_LAUNCHER=ccache -Wno-dev
# Paths relative to the clone, so that every clone and build directory shares one compiler cache.
export CCACHE_BASEDIR := $(CURDIR)
export CCACHE_NOHASHDIR := 1
SOURCES = $(shell git ls-files --cached --others --exclude-standard '*.cpp' '*.h')

.DEFAULT_GOAL := help
.PHONY: help setup setup-tests build run test unit lint format asan tsan soak bench docs install clean

help: ## this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-10s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

setup:
	@setup/install.sh

setup-tests:
	@setup/install.sh --tests

build: setup ## build/docmill, the release program
	@$(CMAKE) -S . -B $(BUILD) -DCMAKE_BUILD_TYPE=Release >/dev/null
	@cmake --build $(BUILD) --target docmill docmill-extract

run: build ## sweep samples/ into out/ and look at what came out
	@tools/run_samples.sh $(BUILD)/docmill

test: build setup-tests ## every test: unit, end to end, corpus
	@$(CMAKE) -S . -B $(BUILD)/test -DCMAKE_BUILD_TYPE=Release -DDOCMILL_TESTING=ON >/dev/null
	@cmake --build $(BUILD)/test
	@ctest --test-dir $(BUILD)/test --output-on-failure --no-tests=error -j2
	@.deps/venv/bin/python -m pytest tests/e2e -q

unit: setup ## the unit tests alone
	@$(CMAKE) -S . -B $(BUILD)/test -DCMAKE_BUILD_TYPE=Release -DDOCMILL_TESTING=ON >/dev/null
	@cmake --build $(BUILD)/test
	@ctest --test-dir $(BUILD)/test --output-on-failure --no-tests=error -j2

clean: ## remove what was built; .deps/ stays
	@rm -rf $(BUILD) out
