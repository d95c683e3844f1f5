#!/bin/sh
# Make build/benchtop-VERSION-ARCH.AppImage: one file that runs on most Linux desktops with glibc 2.36 or later.
#
# Needs `appimagetool` on the path. The frozen program brings here what Python's own modules and Qt's plugin for X11
# need of the system (BENCHTOP_BRING_LIBRARIES), because no package names it. What every desktop has is left to it.
set -eu

tree=$(cd "$(dirname "$0")/../.." && pwd)
build="$tree/build"
version=$(sed -n 's/^__version__ = "\(.*\)"/\1/p' "$tree/app/benchtop/__init__.py")
dir="$build/Benchtop.AppDir"
SOURCE_DATE_EPOCH=${SOURCE_DATE_EPOCH:-$(git -C "$tree" log -1 --format=%ct)}
export SOURCE_DATE_EPOCH

# The C library, and what AppImage's excludelist names; then what belongs to a desktop with D-Bus, GLib and Wayland.
# libcrypt is for a module of Python's that nothing here imports.
desktops="
ld-linux-x86-64.so.2 ld-linux-aarch64.so.1 libc.so.6 libdl.so.2 libm.so.6 libpthread.so.0 librt.so.1 libutil.so.1
libEGL.so.1 libGL.so.1 libX11-xcb.so.1 libX11.so.6 libexpat.so.1 libfontconfig.so.1 libfreetype.so.6 libgcc_s.so.1
libstdc++.so.6 libuuid.so.1 libwayland-client.so.0 libxcb.so.1 libz.so.1
libdbus-1.so.3 libglib-2.0.so.0 libgthread-2.0.so.0 libwayland-cursor.so.0 libwayland-egl.so.1 libcrypt.so.1
"

BENCHTOP_BRING_LIBRARIES=1 "$tree/packaging/frozen.sh"

missing=$(
    find "$build/frozen/benchtop" -type f \( -name '*.so*' -o -name benchtop \) -exec readelf -d {} + 2>/dev/null |
        sed -n 's/.*(NEEDED).*\[\(.*\)\]/\1/p' | sort -u | while read -r one; do
        case "$desktops" in *"$one"*) continue ;; esac
        [ -n "$(find "$build/frozen/benchtop" -name "$one" -print -quit)" ] || printf ' %s' "$one"
    done
)
[ -z "$missing" ] || { echo "Neither inside nor on every desktop:$missing" >&2; exit 1; }

rm -rf "$dir" "$build"/benchtop-*.AppImage
mkdir -p "$dir/opt" "$dir/usr/share/applications" "$dir/usr/share/metainfo"
cp -a "$build/frozen/benchtop" "$dir/opt/benchtop"
cp -a "$build/licences" "$dir/opt/benchtop/licences"
"$build/app-venv/bin/python" "$tree/packaging/icons.py" png "$dir/usr/share/icons/hicolor"
cp "$tree/resources/benchtop.desktop" "$dir/usr/share/applications/"
cp "$tree/resources/benchtop.desktop" "$dir/"
sed -i '/^TryExec=/d' "$dir/benchtop.desktop"
cp "$tree/resources/benchtop.metainfo.xml" "$dir/usr/share/metainfo/org.benchtop.Benchtop.appdata.xml"
cp "$dir/usr/share/icons/hicolor/256x256/apps/benchtop.png" "$dir/benchtop.png"
ln -s benchtop.png "$dir/.DirIcon"
ln -s opt/benchtop/benchtop "$dir/AppRun"
image="benchtop-$version-$(uname -m).AppImage"
ARCH=$(uname -m) appimagetool --no-appstream "$dir" "$build/$image"
(cd "$build" && sha256sum "$image" | tee "$image.sha256")
