"""Builds the package with the core compiled in: a C compiler and the headers of Python and sqlite3 are enough.

Environment: ``CORM_LTO=1`` optimises over all files at once, which takes half a minute more and makes it all 4 to 8 %
faster; ``CORM_SANITIZE=1`` builds with AddressSanitizer and UndefinedBehaviorSanitizer, ``CORM_WERROR=1`` makes
warnings errors, ``CORM_JOBS`` is how many files are compiled at once (2).
"""

from __future__ import annotations

import os
import re
import shutil
import sysconfig
from multiprocessing.pool import ThreadPool
from pathlib import Path
from typing import Any

from setuptools import Extension, find_packages, setup
from setuptools.command.build_ext import build_ext

ROOT = Path(__file__).parent
SANITIZE = os.environ.get("CORM_SANITIZE") == "1"
LTO = os.environ.get("CORM_LTO") == "1" and not SANITIZE
OTHER_CLIENT_LIBRARIES = re.compile(r"core/src/driver/(mariadb)[^/]*\.c")


def files(*patterns: str) -> list[str]:
    found = {path.relative_to(ROOT).as_posix() for pattern in patterns for path in ROOT.glob(pattern)}
    return sorted(name for name in found if not OTHER_CLIENT_LIBRARIES.fullmatch(name))


def compile_arguments() -> list[str]:
    arguments = ["-std=c11", "-fvisibility=hidden", "-Wall", "-Wextra", "-Wshadow", "-Wconversion"]
    # Python's own headers are not ours to warn about.
    arguments += ["-isystem", sysconfig.get_paths()["include"]]
    arguments += ["-Wno-unused-parameter", "-Wno-missing-field-initializers", "-Wno-cast-function-type"]
    if os.environ.get("CORM_WERROR") == "1":
        arguments.append("-Werror")
    if SANITIZE:
        return arguments + [*sanitizers(), "-O1", "-g"]
    return arguments + (["-O3", "-flto=auto", "-g1"] if LTO else ["-O2", "-g1"])


def link_arguments() -> list[str]:
    return sanitizers() if SANITIZE else ["-O3", "-flto=auto"] if LTO else []


def sanitizers() -> list[str]:
    return ["-fsanitize=address,undefined", "-fno-sanitize-recover=all", "-fno-omit-frame-pointer"]


def is_current(target: str, source: str) -> bool:
    """Whether an object is newer than all that it was made from, as the compiler listed it."""
    listed = Path(target).with_suffix(".d")
    if not Path(target).exists() or not listed.exists():
        return False
    made_from = listed.read_text().replace("\\\n", " ").split(":", 1)[1].split()
    made = Path(target).stat().st_mtime
    newest = [Path(name) for name in [source, __file__, *made_from]]
    return all(path.exists() and path.stat().st_mtime <= made for path in newest)


class BuildExt(build_ext):
    """Compiles only what changed, some files at once, through ccache where there is one."""

    def build_extension(self, ext: Extension) -> None:
        compiler: Any = self.compiler
        if LTO:
            self.build_temp += "-lto"
        self.forget_other_flags(ext)
        ccache = shutil.which("ccache")
        if ccache and os.environ.get("CORM_CCACHE", "1") == "1" and "ccache" not in compiler.compiler_so[0]:
            cache = Path(self.build_temp).absolute() / "ccache"
            os.environ.setdefault("CCACHE_DIR", str(cache))  # the home folder may not be writable
            compiler.compiler_so = [ccache, *compiler.compiler_so]
        compiler.compile = self.compile_some_at_once
        super().build_extension(ext)

    def forget_other_flags(self, ext: Extension) -> None:
        """distutils leaves a newer library alone, however it was made."""
        made = Path(self.get_ext_fullpath(ext.name))
        note = Path(self.build_temp).parent / f"{made.name}.flags"
        flags = " ".join([str(made), *ext.extra_link_args])
        if not note.exists() or note.read_text() != flags:
            made.unlink(missing_ok=True)
            note.parent.mkdir(parents=True, exist_ok=True)
            note.write_text(flags)

    def compile_some_at_once(self, sources: list[str], output_dir: str | None = None, **options: Any) -> list[str]:
        compiler: Any = self.compiler
        _, objects, extra, flags, build = compiler._setup_compile(
            output_dir,
            options.get("macros"),
            options.get("include_dirs"),
            sources,
            options.get("depends"),
            options.get("extra_postargs"),
        )
        arguments = compiler._get_cc_args(flags, options.get("debug", False), options.get("extra_preargs"))

        def one(target: str) -> None:
            source, extension = build[target]
            dependencies = ["-MMD", "-MF", str(Path(target).with_suffix(".d"))]
            if self.force or not is_current(target, source):
                compiler._compile(target, source, extension, arguments, extra + dependencies, flags)

        # distutils lists only what is older than its source; what includes a changed header is as stale.
        build = {target: (source, Path(source).suffix) for target, source in zip(objects, sources)}
        with ThreadPool(int(os.environ.get("CORM_JOBS", "2"))) as pool:
            pool.map(one, objects, chunksize=1)
        return list(objects)


core = Extension(
    "cormorant._core",
    sources=files("bindings/python/src/*.c", "core/src/**/*.c"),
    depends=["setup.py", *files("bindings/python/src/*.h", "core/src/**/*.h", "core/include/**/*.h")],
    include_dirs=["core/include", "core/src"],
    define_macros=[("CORM_STATIC", "1")],
    extra_compile_args=compile_arguments(),
    extra_link_args=link_arguments(),
    libraries=["sqlite3", "pthread", "m", "dl"],
)

setup(
    packages=find_packages("bindings/python"),
    package_dir={"": "bindings/python"},
    package_data={"cormorant": ["py.typed", "*.pyi", "**/*.pyi"]},
    ext_modules=[core],
    cmdclass={"build_ext": BuildExt},
    zip_safe=False,
)
