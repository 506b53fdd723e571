#!/bin/sh
# The Debian packages that the build and the tests need: installs the missing ones as root, names them otherwise.
# Usage: debian-packages.sh build|install|test
set -eu

build="build-essential libsqlite3-dev python3-dev python3-venv"
install="build-essential libsqlite3-dev cmake ninja-build"
test="$build cmake ninja-build pkg-config libcmocka-dev clang-format-14 clang-tidy-14 git clang-14 valgrind
  lua5.4 liblua5.4-dev luajit libluajit-5.1-dev lua-busted postgresql libpq5"

command -v dpkg-query >/dev/null || exit 0 # another system: what is missing will say so itself

case "${1:-test}" in
build) wanted=$build ;;
install) wanted=$install ;;
*) wanted=$test ;;
esac

missing=""
for package in $wanted; do
  dpkg-query -W -f '${Status}' "$package" 2>/dev/null | grep -q "ok installed" || missing="$missing $package"
done
[ -n "$missing" ] || exit 0

if [ "$(id -u)" != 0 ]; then
  echo "missing packages; install them with: sudo apt-get install -y$missing" >&2
  exit 1
fi
export DEBIAN_FRONTEND=noninteractive
apt-get -o DPkg::Lock::Timeout=600 -qq update
# shellcheck disable=SC2086
apt-get -o DPkg::Lock::Timeout=600 -qq install -y --no-install-recommends $missing
