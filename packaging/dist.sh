#!/bin/sh
# Make the wheel and the sdist in dist/, with resources and the starter model inside, and check them.
set -eu

tree=$(cd "$(dirname "$0")/.." && pwd)
tools="$tree/build/dist-venv"
SOURCE_DATE_EPOCH=${SOURCE_DATE_EPOCH:-$(git -C "$tree" log -1 --format=%ct 2>/dev/null || echo 1780000000)}
export SOURCE_DATE_EPOCH

[ -x "$tools/bin/python" ] || ${PYTHON:-python3} -m venv "$tools"
"$tools/bin/python" -m pip --disable-pip-version-check --no-input --quiet install \
    --constraint "$tree/constraints.txt" --constraint "$tree/packaging/constraints.txt" build twine
rm -rf "$tree/dist"
"$tools/bin/python" -m build --outdir "$tree/dist" "$tree" >"$tree/build/dist.log" 2>&1 || {
    tail -n 20 "$tree/build/dist.log" >&2
    exit 1
}
"$tools/bin/twine" check --strict "$tree"/dist/*
(cd "$tree/dist" && sha256sum -- *.whl *.tar.gz >SHA256SUMS && cat SHA256SUMS)
