#!/bin/sh
# Build the frozen program: build/frozen/benchtop, one folder with everything in it; build/licences, the licences
# of what is inside; build/benchtop.cdx.json, the list of that as an SBOM. On Linux, macOS and Windows (in its
# git's shell).
#
# The same commit gives the same bytes on the same machine: times are the commit's, and Python's hashes are
# not drawn anew.
set -eu

tree=$(cd "$(dirname "$0")/.." && pwd)
python=${PYTHON:-python3}
build="$tree/build"
venv="$build/app-venv"
system=$(uname -s)

SOURCE_DATE_EPOCH=${SOURCE_DATE_EPOCH:-$(git -C "$tree" log -1 --format=%ct 2>/dev/null || echo 1780000000)}
PYTHONHASHSEED=0
export SOURCE_DATE_EPOCH PYTHONHASHSEED

# What is compiled here runs on no older macOS. (numpy's libraries, which pip chooses for the macOS that it runs on,
# ask for 14.0.)
if [ "$system" = Darwin ]; then
    MACOSX_DEPLOYMENT_TARGET=${MACOSX_DEPLOYMENT_TARGET:-14.0}
    export MACOSX_DEPLOYMENT_TARGET
fi

PYTHON="$python" "$tree/packaging/llama/build.sh" "$build/native"

# What is frozen is what lies here, and nothing that someone installed beside it.
rm -rf "$venv" "$build/frozen" "$build/frozen.work"
"$python" -m venv "$venv"
bin="$venv/bin"
[ -d "$bin" ] || bin="$venv/Scripts"
pip() {
    "$bin/python" -m pip --disable-pip-version-check --no-input --quiet install \
        --constraint "$tree/constraints.txt" --constraint "$tree/packaging/constraints.txt" "$@"
}
pip --upgrade pip
pip "$tree" pyinstaller

BENCHTOP_ICON=
case "$system" in
Darwin) BENCHTOP_ICON="$build/benchtop.icns" ;;
MINGW* | MSYS*) BENCHTOP_ICON="$build/benchtop.ico" ;;
esac
[ -z "$BENCHTOP_ICON" ] || "$bin/python" "$tree/packaging/icons.py" "${BENCHTOP_ICON##*.}" "$BENCHTOP_ICON"
export BENCHTOP_ICON

# One folder for all of PyInstaller's own: nothing of it outside of this tree.
PYINSTALLER_CONFIG_DIR="$build/frozen.work/cache" BENCHTOP_NATIVE="$build/native" \
    "$bin/pyinstaller" --noconfirm --log-level ERROR --distpath "$build/frozen" \
    --workpath "$build/frozen.work" "$tree/packaging/pyinstaller.spec"
rm -rf "$build/frozen.work"

# What a wheel brought is told by the licences and the SBOM; the lists of files hold sums of scripts that name
# this folder.
find "$build/frozen/benchtop/_internal" -path '*.dist-info/RECORD' -delete

# Without what only a debugger reads, and without the folders of this machine. numpy's libraries stay as their
# makers built them: they would break.
if [ "$system" = Linux ]; then
    find "$build/frozen/benchtop/_internal" -type f -name '*.so*' ! -path '*/numpy*' | while read -r one; do
        strip --strip-unneeded "$one"
        case "$one" in */lib-dynload/* | */libpython*) patchelf --remove-rpath "$one" ;; esac
    done
    find "$build/frozen" -exec touch --no-dereference --date="@$SOURCE_DATE_EPOCH" {} +
fi

pip cyclonedx-python-lib
"$bin/python" "$tree/packaging/bundled.py" "$build/frozen/benchtop" "$build/licences" "$build/benchtop.cdx.json" \
    "$build/native"
