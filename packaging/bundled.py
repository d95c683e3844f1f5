"""What is inside of the frozen program, with its licences: a folder of texts and a CycloneDX SBOM.

    bundled.py FROZEN LICENCES SBOM

Run with the Python that froze the program: what belongs to Benchtop follows from the metadata of what is
installed there. SOURCE_DATE_EPOCH is the time that the SBOM tells.
"""

from __future__ import annotations

import hashlib
import os
import platform
import re
import shutil
import subprocess
import sys
import sysconfig
from collections.abc import Iterator
from datetime import UTC, datetime
from importlib.metadata import Distribution, PackageNotFoundError, distribution
from itertools import takewhile
from pathlib import Path
from uuid import NAMESPACE_URL, uuid5

from cyclonedx.contrib.license.factories import LicenseFactory
from cyclonedx.model import HashAlgorithm, HashType
from cyclonedx.model.bom import Bom
from cyclonedx.model.component import Component, ComponentType
from cyclonedx.output.json import JsonV1Dot6
from packageurl import PackageURL
from packaging.requirements import Requirement

ROOTS = ("benchtop", "pip", "pyinstaller")
LEFT_OUT = frozenset(
    {"hf-xet", "altgraph", "macholib", "pefile", "pyinstaller-hooks-contrib", "setuptools"}
)
"""What the metadata asks for and the program does not hold: see packaging/pyinstaller.spec."""
KNOWN = {"pyinstaller": "GPL-2.0-or-later WITH Bootloader-exception"}
"""What the metadata says too shortly: PyInstaller's bootloader may go with any program."""
NOTICES = re.compile(r"(licen[cs]e|copying|notice|authors)", re.IGNORECASE)
HERE = Path(__file__).resolve().parent
QT = ("pyside6-essentials", "shiboken6")
QT_WORDS = """\
Qt {qt}, PySide6 and shiboken6 are used under the GNU Lesser General Public License, version 3 (LGPL-3.txt,
which adds to GPL-3.txt). They are copyright The Qt Company Ltd. and other contributors. Their libraries are
files of their own in the folder PySide6 and may be replaced by others of the same interface. Their source:
the archives of Qt {qt} and of PySide {pyside} that the Qt Project publishes. What others made inside of Qt,
with each licence: https://doc.qt.io/qt-6/licenses-used-in-qt.html
"""
IN_LIBRARIES = (
    ("icu", re.compile(r"libicuuc\.so\.(\d+)"), "Unicode-3.0", "inside of Qt's folder"),
    ("openblas", re.compile(r"libscipy_openblas.*?-(\w+)\.so"), "BSD-3-Clause", "see numpy"),
    ("libgfortran", re.compile(r"libgfortran.*\.so\.([\d.]+)"), "GPL-3.0-or-later WITH GCC-exception-3.1",
     "see numpy"),
    ("libquadmath", re.compile(r"libquadmath.*\.so\.([\d.]+)"), "LGPL-2.1-or-later", "see numpy"),
)  # fmt: skip
"""Libraries that came inside of others' wheels, known by their files' names."""


def name_of(text: str) -> str:
    """A project's name in the one spelling that all agree on (PEP 503)."""
    return re.sub(r"[-_.]+", "-", text).lower()


def inside() -> list[Distribution]:
    """Every distribution that is inside, by name."""
    found: dict[str, Distribution] = {}
    waiting = list(ROOTS)
    while waiting:
        name = name_of(waiting.pop())
        if name in found or name in LEFT_OUT:
            continue
        try:
            one = found[name] = distribution(name)
        except PackageNotFoundError:  # of another system
            continue
        for text in one.requires or ():
            needed = Requirement(text)
            if needed.marker is None or needed.marker.evaluate({"extra": ""}):
                waiting.append(needed.name)
    return [found[name] for name in sorted(found)]


def notices(one: Distribution) -> Iterator[tuple[Path, Path]]:
    """The files of a distribution that tell its licence and those of what it holds, each with its place in a
    folder of them."""
    for file in one.files or ():
        if (
            NOTICES.search(file.name)
            and not file.suffix.startswith(".py")
            and ".." not in file.parts
        ):
            place = Path(*(part for part in file.parts if not part.endswith(".dist-info")))
            yield Path(str(one.locate_file(file))), place


def licence_of(one: Distribution) -> str:
    """What a distribution says of its licence: an SPDX expression where it has one."""
    told = one.metadata
    if name_of(told["Name"]) in KNOWN:
        return KNOWN[name_of(told["Name"])]
    if told.get("License-Expression"):
        return str(told["License-Expression"])
    classes = [
        line.rsplit(" :: ", 1)[-1]
        for line in told.get_all("Classifier", [])
        if line.startswith("License ::")
    ]
    short = (told.get("License") or "").strip()
    return (short if 0 < len(short) < 60 else "") or "; ".join(classes) or "see its licence text"


def write_licences(frozen: Path, folder: Path, native: Path) -> None:
    """One folder for each part, and a list of all of them."""
    shutil.rmtree(folder, ignore_errors=True)
    lines = ["What is inside of this program, and under which licence.", ""]
    for one in inside():
        name, version = name_of(one.metadata["Name"]), one.version
        lines.append(f"{name} {version}: {licence_of(one)}")
        for file, place in notices(one):
            (folder / name / place).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(file, folder / name / place)
        if name == "nvidia-ml-py":  # its licence stands at the beginning of its one module
            text = Path(str(one.locate_file("pynvml.py"))).read_text(encoding="utf-8")
            head = "\n".join(takewhile(lambda line: line.startswith("#"), text.splitlines()))
            (folder / name).mkdir()
            (folder / name / "LICENSE").write_text(f"{head}\n", encoding="utf-8")
    write_qt(folder / "qt")
    for name, version, licence, where in in_libraries(frozen):
        lines.append(f"{name} {version}: {licence}, {where}")
        if licence.startswith("LGPL-2.1"):
            (folder / name).mkdir()
            shutil.copyfile(HERE / "licences" / "LGPL-2.1.txt", folder / name / "LGPL-2.1.txt")
    of_python = Path(sysconfig.get_path("stdlib"), "LICENSE.txt")
    if not of_python.is_file():
        of_python = Path(sys.base_prefix, "LICENSE.txt")  # on Windows
    for name, version, licence, source in (
        ("cpython", platform.python_version(), "PSF-2.0", of_python),
        ("llama.cpp", llama_version(), "MIT", native / "LICENSE.llama.cpp"),
    ):
        lines.append(f"{name} {version}: {licence}")
        (folder / name).mkdir(parents=True, exist_ok=True)
        shutil.copyfile(source, folder / name / "LICENSE")
    for name, version, library in system_libraries(frozen):
        lines.append(f"{name} {version}: {library}, see /usr/share/doc/{name}/copyright")
        text = Path("/usr/share/doc", name, "copyright")
        if text.is_file():
            (folder / name).mkdir(parents=True, exist_ok=True)
            shutil.copyfile(text, folder / name / "copyright")
    (folder / "README").write_text("\n".join(lines) + "\n", encoding="utf-8")


def write_qt(folder: Path) -> None:
    """The licence of Qt and its Python, whose wheels bring no text of it."""
    folder.mkdir(parents=True)
    for name in ("LGPL-3.txt", "GPL-3.txt"):
        shutil.copyfile(HERE / "licences" / name, folder / name)
    words = QT_WORDS.format(qt=qt_version(), pyside=distribution(QT[0]).version)
    (folder / "README").write_text(words, encoding="utf-8")


def qt_version() -> str:
    """That of the libraries."""
    from PySide6.QtCore import qVersion

    return str(qVersion())


def in_libraries(frozen: Path) -> list[tuple[str, str, str, str]]:
    """(name, version, licence, where its text lies) of each of IN_LIBRARIES."""
    names = sorted(one.name for one in frozen.rglob("*.so*"))
    return [
        (name, found[0][1], licence, where)
        for name, pattern, licence, where in IN_LIBRARIES
        if (found := [match for one in names if (match := pattern.search(one))])
    ]


def llama_version() -> str:
    """The version of llama-cpp-python whose llama.cpp this is."""
    return f"of llama-cpp-python {distribution('llama-cpp-python').version}"


def system_libraries(frozen: Path) -> list[tuple[str, str, str]]:
    """(package, version, library) of what was taken from this Debian."""
    found: list[tuple[str, str, str]] = []
    if shutil.which("dpkg-query") is None:
        return found
    for file in sorted((frozen / "_internal").glob("lib*.so*")):
        if file.is_symlink() or file.name.startswith(("libpython", "libggml", "libllama")):
            continue
        asked = subprocess.run(
            ["dpkg", "-S", f"*/{file.name}"], capture_output=True, text=True, check=False
        )
        package = asked.stdout.split(":", 1)[0].strip()
        if package:
            version = subprocess.run(
                ["dpkg-query", "-W", "-f", "${Version}", package],
                capture_output=True,
                text=True,
                check=True,
            ).stdout.split("\n", 1)[0]
            found.append((package, version, file.name))
    return found


def write_sbom(frozen: Path, path: Path) -> None:
    """CycloneDX 1.6 as JSON."""
    licences = LicenseFactory()
    bom = Bom()
    when = datetime.fromtimestamp(int(os.environ.get("SOURCE_DATE_EPOCH", "0")), tz=UTC)
    bom.metadata.timestamp = when
    program = distribution("benchtop")
    bom.serial_number = uuid5(NAMESPACE_URL, f"benchtop {program.version} {when.isoformat()}")
    program_file = next(one for one in frozen.iterdir() if one.stem == "benchtop" and one.is_file())
    sha256 = hashlib.sha256(program_file.read_bytes()).hexdigest()
    main = Component(
        name="benchtop",
        version=program.version,
        type=ComponentType.APPLICATION,
        bom_ref="benchtop",
        licenses=[licences.make_from_string("MIT")],
        hashes=[HashType(alg=HashAlgorithm.SHA_256, content=sha256)],
    )
    bom.metadata.component = main
    parts = []
    for one in inside():
        name = name_of(one.metadata["Name"])
        if name == "benchtop":
            continue
        url = PackageURL("pypi", name=name, version=one.version)
        licence = [licences.make_from_string(licence_of(one))]
        parts.append(
            Component(name=name, version=one.version, purl=url, bom_ref=str(url), licenses=licence)
        )
    for name, version, licence_name in (
        ("cpython", platform.python_version(), "PSF-2.0"),
        ("llama.cpp", llama_version(), "MIT"),
        ("qt", qt_version(), "LGPL-3.0-only"),
        *(one[:3] for one in in_libraries(frozen)),
    ):
        licence = [licences.make_from_string(licence_name)]
        parts.append(Component(name=name, version=version, bom_ref=name, licenses=licence))
    for name, version, _library in system_libraries(frozen):
        url = PackageURL("deb", "debian", name, version)
        if all(str(url) != str(part.bom_ref.value) for part in parts):
            parts.append(Component(name=name, version=version, purl=url, bom_ref=str(url)))
    for part in parts:
        bom.components.add(part)
    bom.register_dependency(main, parts)
    path.write_text(JsonV1Dot6(bom).output_as_string(indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    frozen_folder, licence_folder, sbom_file, native_folder = map(Path, sys.argv[1:])
    write_licences(frozen_folder, licence_folder, native_folder)
    write_sbom(frozen_folder, sbom_file)
