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
LEFT_OUT = frozenset({"hf-xet", "altgraph", "pyinstaller-hooks-contrib", "setuptools"})
"""What the metadata asks for and the program does not hold: see packaging/pyinstaller.spec."""
KNOWN = {"pyinstaller": "GPL-2.0-or-later WITH Bootloader-exception"}
"""What the metadata says too shortly: PyInstaller's bootloader may go with any program."""
NOTICES = re.compile(r"(licen[cs]e|copying|notice|authors)", re.IGNORECASE)


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


def notices(one: Distribution) -> Iterator[Path]:
    """The files of a distribution that tell its licence."""
    for file in one.files or ():
        if ".dist-info" in str(file) and NOTICES.search(file.name):
            yield Path(str(one.locate_file(file)))


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
        place = folder / name
        for file in notices(one):
            place.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(file, place / file.name)
    base = Path(sysconfig.get_path("stdlib"))
    for name, version, licence, source in (
        ("cpython", platform.python_version(), "PSF-2.0", base / "LICENSE.txt"),
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
    python, llama = platform.python_version(), distribution("llama-cpp-python").version
    parts.append(
        Component(
            name="cpython",
            version=python,
            bom_ref="cpython",
            licenses=[licences.make_from_string("PSF-2.0")],
        )
    )
    parts.append(
        Component(
            name="llama.cpp",
            version=llama,
            bom_ref="llama.cpp",
            licenses=[licences.make_from_string("MIT")],
        )
    )
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
