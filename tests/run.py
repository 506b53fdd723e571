"""Runs the tests: `run.py all`, `quick`, or any of the parts by name.

Each runner prints its totals; the last line is `N passed, M failed` over all of them. What is skipped counts as failed:
a test that did not run shows nothing. The status is 0 only when nothing failed.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import sysconfig
import time
import xml.etree.ElementTree as ElementTree
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Callable, Iterable

import servers

ROOT = Path(__file__).resolve().parent.parent
BUILD = ROOT / "build"
REPORTS = BUILD / "reports"
SANITIZED_PYTHON = BUILD / "asan-python"
LONGEST_OUTPUT = 200  # lines of a quiet command that failed
FINDING = 42  # the sanitizers' exit status, to tell a finding from a failing test


@dataclass
class Total:
    name: str
    passed: int = 0
    failed: int = 0
    seconds: float = 0.0

    def show(self) -> None:
        print(f"== {self.name}: {self.passed} passed, {self.failed} failed ({self.seconds:.1f} s)", flush=True)


def environment(**more: str) -> dict[str, str]:
    """The environment of a runner: caches stay in the checkout, since a home folder may not be writable."""
    values = dict(os.environ, PYTHONDONTWRITEBYTECODE="1", **more)
    values.setdefault("CCACHE_DIR", str(ROOT / ".cache/ccache"))
    values.setdefault("XDG_CACHE_HOME", str(ROOT / ".cache"))
    values.setdefault("HYPOTHESIS_STORAGE_DIRECTORY", str(ROOT / ".cache/hypothesis"))
    return values


def run(command: Iterable[str | Path], quiet: bool = False, **more: str) -> int:
    """Runs a command in the checkout. With `quiet` its output is shown only when it fails."""
    words = [str(word) for word in command]
    done = subprocess.run(
        words,
        cwd=ROOT,
        env=environment(**more),
        stdout=subprocess.PIPE if quiet else None,
        stderr=subprocess.STDOUT if quiet else None,
    )
    if quiet and done.returncode != 0:
        print("$", " ".join(words[:6]), "..." if len(words) > 6 else "")
        lines = done.stdout.decode(errors="replace").splitlines()
        print("\n".join(lines[:LONGEST_OUTPUT]), flush=True)
        if len(lines) > LONGEST_OUTPUT:
            print(f"... and {len(lines) - LONGEST_OUTPUT} lines more")
    return done.returncode


def sources(*patterns: str) -> list[Path]:
    return sorted(path for pattern in patterns for path in ROOT.glob(pattern))


# --- check: what can be said without running anything


def check_format() -> int:
    own = sources(
        "core/**/*.[ch]", "bindings/**/*.[ch]", "tests/unit/**/*.[ch]", "tests/lua/*.[ch]", "examples/**/*.[ch]"
    )
    return run(["clang-format-14", "--dry-run", "-Werror", *own], quiet=True)


def ruff(*arguments: str) -> int:
    return run([sys.executable, "-m", "ruff", *arguments, "."], quiet=True)


def check_types() -> int:
    """The package; then programs, as their users check them."""
    mypy = [sys.executable, "-m", "mypy"]
    programs = ["demo/nycflights.py", "examples/python/quickstart.py", "examples/shop/shop.py"]
    flask = "examples/flask_users"
    return (
        run(mypy, quiet=True)
        or run([*mypy, *programs], quiet=True)
        or run([*mypy, f"{flask}/users", f"{flask}/config.py", f"{flask}/run.py"], quiet=True, MYPYPATH=flask)
    )


def check_layers() -> int:
    return run([sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "tests/architecture"], quiet=True)


def check_warnings() -> int:
    return build_core("dev") or build_extension()


def totals_of_checks(name: str, checks: dict[str, Callable[[], int]]) -> Total:
    total, began = Total(name), time.monotonic()
    for title, check in checks.items():
        failed = check() != 0
        print(f"   {title}: {'FAILED' if failed else 'ok'}", flush=True)
        total.failed += failed
        total.passed += not failed
    total.seconds = time.monotonic() - began
    return total


def check() -> Total:
    return totals_of_checks(
        "check",
        {
            "clang-format": check_format,
            "ruff format": lambda: ruff("format", "--check"),
            "ruff check": lambda: ruff("check"),
            "mypy": check_types,
            "layers": check_layers,
            "warnings as errors": check_warnings,
        },
    )


def tidy() -> Total:
    def clang_tidy() -> int:
        files = [str(path) for path in sources("core/src/**/*.c")]
        command = ["run-clang-tidy-14", "-quiet", "-j", "2", "-p", str(BUILD / "dev"), *files]
        if build_core("dev") != 0:
            return 1
        done = subprocess.run(command, cwd=ROOT, env=environment(), capture_output=True, text=True)
        said = re.sub(r"\x1b\[[0-9;]*m", "", done.stdout)
        findings = sorted({line for line in said.splitlines() if re.search(r": (error|warning): ", line)})
        print("\n".join(findings or [done.stderr[-4000:]] if done.returncode else []), end="", flush=True)
        return done.returncode

    return totals_of_checks("clang-tidy", {"clang-tidy": clang_tidy})


# --- building


def build_core(preset: str) -> int:
    folder = BUILD / preset
    configured = (folder / "build.ninja").exists() or run(["cmake", "--preset", preset], quiet=True) == 0
    return run(["cmake", "--build", folder, "-j", "2"], quiet=True) if configured else 1


def build_extension() -> int:
    return run([sys.executable, "setup.py", "-q", "build_ext", "--inplace"], quiet=True, CORM_WERROR="1")


def build_sanitized_extension() -> int:
    shutil.rmtree(SANITIZED_PYTHON / "cormorant", ignore_errors=True)  # files that were removed must not stay
    command = [sys.executable, "setup.py", "-q", "build", "--build-lib", SANITIZED_PYTHON, "--build-temp"]
    return run([*command, SANITIZED_PYTHON / "objects"], quiet=True, CORM_SANITIZE="1")


# --- runners


def cmocka_counts(output: str) -> tuple[int, int]:
    def total(word: str) -> int:
        return sum(int(n) for n in re.findall(rf"^\[ +{word} +\] (?:\S+: )?(\d+) test", output, re.MULTILINE))

    return total("PASSED"), total("FAILED") + total("SKIPPED")


def ctest(preset: str) -> Total:
    total, began = Total(f"ctest {preset}"), time.monotonic()
    report = REPORTS / f"ctest-{preset}.xml"
    report.unlink(missing_ok=True)
    if build_core(preset) == 0:
        command = ["ctest", "--test-dir", BUILD / preset, "-j", "2", "--output-on-failure", "--output-junit", report]
        command += ["--test-output-size-passed", "1000000", "--test-output-size-failed", "1000000"]
        run(command, quiet=True, ASAN_OPTIONS=f"exitcode={FINDING}", UBSAN_OPTIONS="print_stacktrace=1")
    if not report.exists():
        total.failed = 1
        return total
    for case in ElementTree.parse(report).iter("testcase"):
        passed, failed = cmocka_counts(case.findtext("system-out") or "")
        if case.get("status") != "run":
            failed = max(failed, 1)  # a crash, a leak, a time-out: no cmocka total says so
        elif passed + failed == 0:
            failed = 1  # a program that ran no test
        total.passed += passed
        total.failed += failed
    total.seconds = time.monotonic() - began
    return total


def has_tests(folder: str) -> bool:
    return any((ROOT / folder).rglob("test_*.py"))


def pytest(name: str, folders: Iterable[str], *arguments: str, **more: str) -> Total:
    """One pytest process over those of the folders that have tests."""
    total, began = Total(f"pytest {name}"), time.monotonic()
    present = [folder for folder in folders if has_tests(folder)]
    if not present:
        return total
    report = REPORTS / f"pytest-{name.replace(' ', '-')}.xml"
    report.unlink(missing_ok=True)
    command = [sys.executable, "-m", "pytest", "-q", f"--junitxml={report}", *arguments, *present]
    status = run(command, **more)
    if report.exists():
        for suite in ElementTree.parse(report).iter("testsuite"):
            bad = sum(int(suite.get(word, "0")) for word in ("failures", "errors", "skipped"))
            total.failed += bad
            total.passed += int(suite.get("tests", "0")) - bad
    if status != 0 and total.failed == 0:
        print(f"pytest {name}: exit status {status}" + (" (a sanitizer's finding)" if status == FINDING else ""))
        total.failed = 1  # a crash, a leak at exit, nothing collected
    total.seconds = time.monotonic() - began
    return total


def python() -> Total:
    if build_core("dev") != 0 or build_extension() != 0:
        return Total("pytest python", failed=1)
    return pytest("python", ["tests/python", "tests/architecture", "tests/golden", "tests/typing"], "-n", "2")


def python_postgresql() -> Total:
    """The tests of the Python package that are not about SQLite, on the server."""
    if build_core("dev") != 0 or build_extension() != 0:
        return Total("pytest python postgresql", failed=1)
    server = os.environ.get("CORM_TEST_POSTGRESQL_URL")
    if not server:
        print("CORM_TEST_POSTGRESQL_URL is not set")
        return Total("pytest python postgresql", failed=1)
    return pytest("python postgresql", ["tests/python"], "-n", "2", CORM_TEST_URL=server)


def c() -> Total:
    """What users of C see: the installed library, headers, symbols and layouts, the example programs; the shop."""
    if build_core("dev") != 0 or build_extension() != 0:  # the shop is run in Python and Lua, too
        return Total("pytest c", failed=1)
    return pytest("c", ["tests/c", "tests/abi"], "-n", "2")


def differential() -> Total:
    return pytest("differential", ["tests/differential"], "-n", "2")


def flask() -> Total:
    """The example application; its modules are found as they are when it is served."""
    folder = ROOT / "examples/flask_users"
    return pytest("flask", [str(folder / "tests")], PYTHONPATH=str(folder))


def library(name: str) -> str:
    found = subprocess.run(["gcc", f"-print-file-name={name}"], capture_output=True, text=True, check=True)
    return found.stdout.strip()


def leak_suppressions() -> Path:
    """A file of those lines of lsan.supp that are for this version of Python."""
    lines = (ROOT / "tests/lsan.supp").read_text()
    if sys.version_info < (3, 12):
        lines = lines.partition("# From Python 3.12 on")[0]
    file = SANITIZED_PYTHON / "lsan.supp"
    file.write_text(lines)
    return file


def sanitizer_environment() -> dict[str, str]:
    values = {
        "PYTHONPATH": str(SANITIZED_PYTHON),
        "PYTHONMALLOC": "malloc",
        "LD_PRELOAD": f"{library('libasan.so')} {library('libubsan.so')}",
        "ASAN_OPTIONS": f"exitcode={FINDING}",
        "UBSAN_OPTIONS": "print_stacktrace=1",
    }
    values["LSAN_OPTIONS"] = f"suppressions={leak_suppressions()}:print_suppressions=0"
    return values


def sanitized_python() -> Total:
    """pytest under the sanitizers. Two processes, each whole from start to exit: leaks are counted at the exit."""
    if build_sanitized_extension() != 0:
        return Total("pytest asan", failed=1)
    values = sanitizer_environment()
    is_it = "import sys, cormorant._core as c; sys.exit(not c.__file__.startswith(sys.argv[1]))"
    if run([sys.executable, "-c", is_it, str(SANITIZED_PYTHON)], **values) != 0:
        print("the sanitized extension does not load, or another one does")
        return Total("pytest asan", failed=1)
    parts = {"asan python": ["tests/python", "tests/golden"], "asan differential": ["tests/differential"]}
    with ThreadPoolExecutor(2) as pool:
        jobs = [pool.submit(pytest, name, folders, **values) for name, folders in parts.items()]
        totals = [job.result() for job in jobs]
    for total in totals:
        total.show()
    return Total(
        "pytest asan", sum(t.passed for t in totals), sum(t.failed for t in totals), max(t.seconds for t in totals)
    )


LUAS = {"lua5.4": "5.4", "luajit": "5.1"}  # the interpreters, and the versions whose modules they load


def busted(name: str, interpreter: str, preset: str, **more: str) -> Total:
    """The specs of tests/lua on one interpreter: each test is a line of TAP."""
    total, began = Total(name), time.monotonic()
    paths = {
        "LUA_PATH": "bindings/lua/lua/?.lua;bindings/lua/lua/?/init.lua;tests/lua/?.lua;;",
        "LUA_CPATH": f"build/{preset}/lua/{LUAS[interpreter]}/?.so;;",
    }
    command = [interpreter, shutil.which("busted") or "busted", "--ignore-lua", "-o", "TAP", "tests/lua"]
    done = subprocess.run(command, cwd=ROOT, env=environment(**paths, **more), capture_output=True, text=True)
    lines = done.stdout.splitlines()
    total.passed = sum(1 for line in lines if line.startswith("ok ") and "# SKIP" not in line)
    total.failed = sum(1 for line in lines if line.startswith("not ok ") or "# SKIP" in line)
    if done.returncode != 0 or total.failed or not total.passed:
        print("\n".join(line for line in lines if not line.startswith("ok ")), done.stderr[-4000:], sep="\n")
        print(f"{name}: exit status {done.returncode}")
        total.failed = max(total.failed, 1)  # a crash, a leak, nothing found
    total.seconds = time.monotonic() - began
    return total


def sum_of(name: str, totals: Iterable[Total]) -> Total:
    whole = Total(name)
    for total in totals:
        total.show()
        whole.passed += total.passed
        whole.failed += total.failed
        whole.seconds += total.seconds
    return whole


def lua(name: str = "lua", preset: str = "dev", **more: str) -> Total:
    """Both interpreters, on SQLite and on the server that the environment names."""
    if build_core(preset) != 0:
        return Total(name, failed=1)
    urls = {"sqlite": "", "postgresql": os.environ.get("CORM_TEST_POSTGRESQL_URL", "")}
    return sum_of(
        name,
        (
            busted(f"{interpreter} {database}", interpreter, preset, CORM_TEST_LUA_URL=url, **more)
            for interpreter in LUAS
            for database, url in urls.items()
            if url or database == "sqlite"
        ),
    )


def sanitized_lua() -> Total:
    values = sanitizer_environment()
    return lua("lua asan", "asan", **{key: values[key] for key in ("LD_PRELOAD", "ASAN_OPTIONS", "UBSAN_OPTIONS")})


def quick_python() -> Total:
    return pytest("quick", ["tests/python", "tests/architecture"], "-n", "2", "-m", "not slow")


PARTS: dict[str, Callable[[], Total]] = {
    "check": check,
    "tidy": tidy,
    "ctest": lambda: ctest("dev"),
    "python": python,
    "python-postgresql": python_postgresql,
    "c": c,
    "lua": lua,
    "differential": differential,
    "flask": flask,
    "ctest-asan": lambda: ctest("asan"),
    "python-asan": sanitized_python,
    "lua-asan": sanitized_lua,
    "quick-python": quick_python,
}
GROUPS = {
    "all": [
        "check",
        "ctest",
        "c",
        "python",
        "python-postgresql",
        "lua",
        "differential",
        "flask",
        "ctest-asan",
        "python-asan",
        "lua-asan",
    ],
    "quick": ["ctest", "quick-python"],
}


# Parts that speak to databases other than SQLite: the servers are there while they run.
WITH_SERVERS = {
    "ctest",
    "c",
    "python",
    "python-postgresql",
    "lua",
    "differential",
    "flask",
    "ctest-asan",
    "python-asan",
    "lua-asan",
    "quick-python",
}


def run_parts(parts: list[str]) -> list[Total]:
    totals = []
    for part in parts:
        print(f"-- {part}", flush=True)
        totals.append(PARTS[part]())
        totals[-1].show()
    return totals


def run_with_servers(parts: list[str]) -> list[Total]:
    """Without a server the parts run all the same, and what needs one fails; so does this run."""
    if not WITH_SERVERS.intersection(parts):
        return run_parts(parts)
    ran: list[Total] = []
    try:
        with servers.environment_with_servers():
            ran = run_parts(parts)
    except servers.CannotStart as why:
        print(why, flush=True)
        ran = [*run_parts(parts), Total("servers", failed=1)]
    return ran


def main(names: list[str]) -> int:
    wanted = [part for name in names or ["all"] for part in GROUPS.get(name, [name])]
    unknown = [part for part in wanted if part not in PARTS]
    if unknown:
        print(f"no part {unknown[0]!r}; there are {', '.join([*GROUPS, *PARTS])}")
        return 2
    REPORTS.mkdir(parents=True, exist_ok=True)
    totals = run_with_servers(wanted)
    print(f"\nPython {sysconfig.get_python_version()}")
    for total in totals:
        total.show()
    passed, failed = sum(total.passed for total in totals), sum(total.failed for total in totals)
    print(f"{passed} passed, {failed} failed")
    return 1 if failed or not passed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
