#!/bin/sh
# Build llama.cpp so that one package runs on every x86-64 or ARM processor and uses what each has.
#
#   build.sh FOLDER
#
# The source is the one that llama-cpp-python ships, in the version of constraints.txt, so that its Python
# part and these libraries always fit. The processor's code comes as one library for each generation, of
# which the engine loads the best at its start (app/benchtop/engine/processor_code.py). About 20 minutes on
# two cores, once for each version: FOLDER keeps the result.
set -eu

tree=$(cd "$(dirname "$0")/../.." && pwd)
folder=${1:?where to put the libraries}
python=${PYTHON:-python3}
version=$(sed -n 's/^llama[-_]cpp[-_]python==//p' "$tree/constraints.txt")
stamp="$folder/.built-$version"

[ -n "$version" ] || { echo "constraints.txt names no llama-cpp-python" >&2; exit 1; }
[ ! -e "$stamp" ] || exit 0
mkdir -p "$folder"
folder=$(cd "$folder" && pwd)
work="$folder.work"
rm -rf "$folder" "$work"
mkdir -p "$folder" "$work"

"$python" -m pip download --quiet --disable-pip-version-check --no-deps --no-binary llama-cpp-python --dest "$work" \
    "llama-cpp-python==$version"
mkdir "$work/source"
tar -xzf "$work"/llama_cpp_python-*.tar.gz -C "$work/source" --strip-components=1

# The same bytes each time: no paths of this machine, no versions in the names of files.
flags="-ffile-prefix-map=$work/source=llama.cpp"
origin="\$ORIGIN"
set -- -DCMAKE_C_FLAGS="$flags" -DCMAKE_CXX_FLAGS="$flags"
case "$(uname -s)" in
Darwin) origin="@loader_path" ;;
MINGW* | MSYS*) set -- ;; # MSVC: CMake's own flags, /EHsc among them
esac
cmake -G Ninja -S "$work/source/vendor/llama.cpp" -B "$work/out" \
    -DCMAKE_BUILD_TYPE=Release -DBUILD_SHARED_LIBS=ON \
    -DGGML_NATIVE=OFF -DGGML_BACKEND_DL=ON -DGGML_CPU_ALL_VARIANTS=ON \
    -DLLAMA_BUILD_COMMON=OFF -DLLAMA_BUILD_TESTS=OFF -DLLAMA_BUILD_TOOLS=OFF \
    -DLLAMA_BUILD_EXAMPLES=OFF -DLLAMA_BUILD_SERVER=OFF -DLLAMA_BUILD_APP=OFF -DLLAMA_CURL=OFF \
    "$@" \
    -DCMAKE_PLATFORM_NO_VERSIONED_SONAME=ON -DCMAKE_BUILD_WITH_INSTALL_RPATH=ON \
    -DCMAKE_INSTALL_RPATH="$origin" >"$work/configure.log" 2>&1 || { tail -n 30 "$work/configure.log" >&2; exit 1; }
ninja -C "$work/out" >"$work/build.log" 2>&1 || { tail -n 30 "$work/build.log" >&2; exit 1; }

for one in "$work"/out/bin/*; do
    case "$one" in
    *.so) if [ "$(uname -s)" = Linux ]; then strip --strip-unneeded "$one"; fi ;;
    *.dylib | *.dll) ;;
    *) continue ;;
    esac
    cp "$one" "$folder/"
done
cp "$work/source/vendor/llama.cpp/LICENSE" "$folder/LICENSE.llama.cpp"
touch "$stamp"
rm -rf "$work"
