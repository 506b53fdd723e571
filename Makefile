# A thin front: what each target does lies in scripts/ and tests/run.py.
PYTHON_IN = .venv/bin/python
PREFIX ?= /usr/local
LIBDIR ?= lib
export CCACHE_DIR ?= $(CURDIR)/.cache/ccache
export XDG_CACHE_HOME ?= $(CURDIR)/.cache

.PHONY: all demo flask test quick build extension core bench check format install clean
all: build

demo: extension
	@scripts/venv.sh demo
	@$(PYTHON_IN) demo/nycflights.py $(ARGS) $(if $(URL),'$(URL)')

flask: extension
	@scripts/venv.sh flask
	@$(PYTHON_IN) examples/flask_users/run.py $(ARGS)

build: core extension

core:
	@scripts/debian-packages.sh test
	@[ -e build/dev/build.ninja ] || cmake --preset dev
	@cmake --build --preset dev -j 2

extension:
	@scripts/debian-packages.sh build
	@scripts/venv.sh base
	@$(PYTHON_IN) setup.py -q build_ext --inplace

quick: build
	@scripts/venv.sh test
	@$(PYTHON_IN) tests/run.py quick

check:
	@scripts/debian-packages.sh test
	@scripts/venv.sh base
	@scripts/venv.sh test
	@$(PYTHON_IN) tests/run.py check tidy

format:
	@git ls-files -co --exclude-standard -z '*.c' '*.h' | xargs -0 clang-format-14 -i
	@$(PYTHON_IN) -m ruff format -q . && $(PYTHON_IN) -m ruff check -q --fix .

test:
	@scripts/debian-packages.sh test
	@scripts/venv.sh base
	@scripts/venv.sh test
	@scripts/venv.sh flask
	@$(PYTHON_IN) tests/run.py all

bench:
	@scripts/debian-packages.sh build
	@scripts/venv.sh base
	@scripts/venv.sh test
	@CORM_LTO=1 $(PYTHON_IN) setup.py -q build_ext --inplace
	@$(PYTHON_IN) benchmarks/run.py $(ARGS)

install:
	@scripts/debian-packages.sh install
	@cmake --preset release -DCMAKE_INSTALL_PREFIX=$(abspath $(PREFIX)) -DCMAKE_INSTALL_LIBDIR=$(LIBDIR) >/dev/null
	@cmake --build --preset release -j 2
	@cmake --install build/release

clean:
	rm -rf build dist .cache bindings/python/*.egg-info bindings/python/cormorant/_core*.so
	find . -name __pycache__ -not -path './.venv/*' -prune -exec rm -rf {} +
