#!/bin/sh
# Build the frozen program: build/frozen/benchtop, one folder with everything in it.
#
# The same commit gives the same bytes on the same machine: times are the commit's, and Python's hashes are
# not drawn anew.
set -eu

tree=$(cd "$(dirname "$0")/.." && pwd)
python=${PYTHON:-python3}
build="$tree/build"
venv="$build/app-venv"

SOURCE_DATE_EPOCH=${SOURCE_DATE_EPOCH:-$(git -C "$tree" log -1 --format=%ct 2>/dev/null || echo 1780000000)}
PYTHONHASHSEED=0
export SOURCE_DATE_EPOCH PYTHONHASHSEED

PYTHON="$python" "$tree/packaging/llama/build.sh" "$build/native"

# What is frozen is what lies here, and nothing that someone installed beside it.
rm -rf "$venv" "$build/frozen" "$build/frozen.work"
"$python" -m venv "$venv"
pip() { "$venv/bin/python" -m pip --disable-pip-version-check --no-input --quiet "$@"; }
pip install --constraint "$tree/constraints.txt" --constraint "$tree/packaging/constraints.txt" --upgrade pip
pip install --constraint "$tree/constraints.txt" --constraint "$tree/packaging/constraints.txt" "$tree" pyinstaller

# One folder for all of PyInstaller's own: nothing of it outside of this tree.
PYINSTALLER_CONFIG_DIR="$build/frozen.work/cache" BENCHTOP_NATIVE="$build/native" \
    "$venv/bin/pyinstaller" --noconfirm --log-level WARN --distpath "$build/frozen" \
    --workpath "$build/frozen.work" "$tree/packaging/pyinstaller.spec"

# Without what only a debugger reads, and without the folders of this machine. numpy's libraries stay as their
# makers built them: they would break.
if [ "$(uname -s)" = Linux ]; then
    find "$build/frozen/benchtop/_internal" -type f -name '*.so*' ! -path '*/numpy*' | while read -r one; do
        strip --strip-unneeded "$one"
        case "$one" in */lib-dynload/* | */libpython*) patchelf --remove-rpath "$one" ;; esac
    done
fi
find "$build/frozen" -exec touch --no-dereference --date="@$SOURCE_DATE_EPOCH" {} +
