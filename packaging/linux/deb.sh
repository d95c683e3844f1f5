#!/bin/sh
# Make build/benchtop_VERSION_ARCH.deb of the frozen program, with SHA-256 sums of it and of its SBOM beside it, and have
# Debian's own tools look at it.
set -eu

tree=$(cd "$(dirname "$0")/../.." && pwd)
build="$tree/build"
python="$build/app-venv/bin/python"
SOURCE_DATE_EPOCH=${SOURCE_DATE_EPOCH:-$(git -C "$tree" log -1 --format=%ct 2>/dev/null || echo 1780000000)}
export SOURCE_DATE_EPOCH

"$python" -m pip --disable-pip-version-check --no-input --quiet install --constraint "$tree/constraints.txt" --constraint "$tree/packaging/constraints.txt" \
    argparse-manpage shtab
rm -f "$build"/benchtop_*.deb "$build/SHA256SUMS"
deb=$("$python" "$tree/packaging/linux/deb.py" "$build/frozen/benchtop" "$build/licences" "$build")

desktop-file-validate "$tree/resources/benchtop.desktop"
appstreamcli validate --no-net "$tree/resources/benchtop.metainfo.xml" >/dev/null
lintian --fail-on error "$deb" >"$build/lintian.log" 2>&1 || {
    grep "^E:" "$build/lintian.log" >&2
    exit 1
}
(cd "$build" && sha256sum "$(basename "$deb")" benchtop.cdx.json >SHA256SUMS)
cat "$build/SHA256SUMS"
