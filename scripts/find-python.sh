#!/bin/sh
# Prints the first Python from 3.10 on that can make a virtual environment and compile an extension.
for python in ${PYTHON:-} python3 python3.13 python3.12 python3.11 python3.10 /usr/bin/python3; do
  if "$python" - <<'PYTHON' 2>/dev/null; then
import ensurepip, os, sys, sysconfig, venv
headers = os.path.join(sysconfig.get_paths()["include"], "Python.h")
sys.exit(not (sys.version_info >= (3, 10) and os.path.exists(headers)))
PYTHON
    command -v "$python"
    exit 0
  fi
done
echo "no Python from 3.10 on with venv and its headers was found; set PYTHON=/path/to/python3" >&2
exit 1
