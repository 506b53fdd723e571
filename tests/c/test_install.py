"""What `make install` puts where, and that both ways to it lead there."""

from __future__ import annotations

from pathlib import Path

from conftest import BUILD, ROOT, Installed, run


def lua_modules() -> set[str]:
    """What each version of Lua finds: the module in C, and those in Lua."""
    versions = ("5.1", "5.4")
    scripts = [path.name for path in (ROOT / "bindings/lua/lua/cormorant").glob("*.lua")]
    modules = {f"lib/lua/{version}/cormorant/core.so" for version in versions}
    return modules | {f"share/lua/{version}/cormorant/{name}" for version in versions for name in scripts}


def test_the_tree_has_libraries_headers_and_both_packages(installed: Installed) -> None:
    found = {path.relative_to(installed.prefix).as_posix() for path in installed.prefix.rglob("*") if not path.is_dir()}
    headers = {f"include/{path.relative_to(ROOT / 'core/include')}" for path in (ROOT / "core/include").rglob("*.h")}
    package = {f"lib/cmake/cormorant/cormorant{name}.cmake" for name in ("", "_static", "Config", "ConfigVersion")}
    library = {f"lib/libcormorant.{end}" for end in ("so", "so.0", "so.0.1.0", "a")}
    expected = headers | package | library | lua_modules() | {"lib/pkgconfig/cormorant.pc"}
    assert expected <= found
    assert [name for name in found - expected if not name.endswith("-none.cmake")] == []  # one for each build type
    assert (installed.prefix / "lib/libcormorant.so").readlink() == Path("libcormorant.so.0")


def test_pkg_config_knows_the_version_and_what_a_static_program_needs(installed: Installed) -> None:
    assert installed.flags("--modversion") == ["0.1.0"]
    assert "-lsqlite3" not in installed.flags("--libs")
    assert {"-lcormorant", "-lsqlite3", "-lm", "-pthread"} <= set(installed.flags("--static", "--libs"))


def test_a_staged_install_lies_below_destdir(tmp_path: Path) -> None:
    run("cmake", "--install", BUILD, "--prefix", "/opt/cormorant", DESTDIR=str(tmp_path))
    assert (tmp_path / "opt/cormorant/lib/libcormorant.so.0").exists()


def test_the_library_folder_can_be_chosen(tmp_path: Path) -> None:
    run("cmake", "-S", ROOT, "-B", tmp_path, "-DCMAKE_INSTALL_LIBDIR=lib64/deep", "-DBUILD_TESTING=OFF")
    assert "libdir=${prefix}/lib64/deep\n" in (tmp_path / "cormorant.pc").read_text()
    assert "prefix=${pcfiledir}/../../../" in (tmp_path / "cormorant.pc").read_text()
    assert "lib64/deep/libcormorant" in (tmp_path / "cmake_install.cmake").read_text()


def test_the_static_library_needs_nothing_but_what_the_package_names(installed: Installed, tmp_path: Path) -> None:
    libs = [word for word in installed.flags("--static", "--libs") if word != "-lcormorant"]
    program = tmp_path / "static"
    run("gcc", ROOT / "examples/c/quickstart.c", *installed.flags("--cflags"), "-o", program,
        installed.prefix / "lib/libcormorant.a", *libs)  # fmt: skip
    assert "libcormorant" not in run("ldd", program)
    assert run(program) == (ROOT / "examples/c/quickstart.txt").read_text()
