#!/bin/sh
# Make build/benchtop-VERSION-ARCH.AppImage: one file that runs on most Linux desktops with glibc 2.36 or later.
#
# Needs `appimagetool` on the path. The frozen program brings here what Python's own modules need of the system
# (BENCHTOP_BRING_LIBRARIES), because no package names it; X11, fonts and D-Bus are the desktop's.
set -eu

tree=$(cd "$(dirname "$0")/../.." && pwd)
build="$tree/build"
version=$(sed -n 's/^__version__ = "\(.*\)"/\1/p' "$tree/app/benchtop/__init__.py")
dir="$build/Benchtop.AppDir"
SOURCE_DATE_EPOCH=${SOURCE_DATE_EPOCH:-$(git -C "$tree" log -1 --format=%ct)}
export SOURCE_DATE_EPOCH

BENCHTOP_BRING_LIBRARIES=1 "$tree/packaging/frozen.sh"
rm -rf "$dir"
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
ARCH=$(uname -m) appimagetool --no-appstream "$dir" "$build/benchtop-$version-$(uname -m).AppImage"
