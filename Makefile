# 园区建设期监测平台. Needs Python 3.11 or later with venv, make and a shell; the rest is installed into .venv.
PYTHON ?= python3
BIN := .venv/bin
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check

.PHONY: run test lint bench

# make run PORT=8061 chooses the port. No shell stands between make and the launcher, so a signal reaches it.
ifdef PORT
run: export PARKWATCH_PORT := $(PORT)
endif
run: .venv/.run
	@$(BIN)/python -m dashboard

test: .venv/.test
	@sh tests/debian-packages.sh
	@$(MAKE) --no-print-directory lint
	TMPDIR=$$(sh tests/fast-temp.sh) $(BIN)/pytest -q -n 3 --dist loadfile --no-loadscope-reorder

lint: .venv/.test
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

# The mail server it sends to is one of the tests' libraries.
bench: .venv/.test
	@$(BIN)/python -m benchmarks

.venv/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit("需要 Python 3.11 或更高版本" if sys.version_info < (3, 11) else 0)'
	@$(PYTHON) -m venv .venv || { rm -rf .venv; exit 1; }

.venv/.run: requirements.txt | .venv/bin/python
	@echo "正在安装所需的库（首次约需一分钟）……"
	@$(PIP) -r requirements.txt
	@touch $@

.venv/.test: requirements.txt requirements-dev.txt | .venv/bin/python
	@echo "正在安装所需的库（首次约需一分钟）……"
	@$(PIP) -r requirements-dev.txt
	@touch $@
