#!/bin/bash
# Sign build/frozen/Benchtop.app and put it into a .dmg. On macOS, after packaging/frozen.sh.
#
#   SIGN_AS      the identity of a Developer ID certificate; "-" (the default) signs for this machine only
#   NOTARY       a keychain profile of `xcrun notarytool store-credentials`; without it nothing is notarised
#
# Of the entitlements the first lets torch be loaded, which Benchtop sets up by itself for training and others have
# signed (and, signed for this machine only, our own libraries, which then belong to no team); the second lets it
# make code as it runs. They belong to the program alone, which is all of Benchtop's processes.
set -eu

tree=$(cd "$(dirname "$0")/../.." && pwd)
app="$tree/build/frozen/Benchtop.app"
program="$app/Contents/MacOS/benchtop"
version=$(sed -n 's/^__version__ = "\(.*\)"/\1/p' "$tree/app/benchtop/__init__.py")
dmg="$tree/build/benchtop-$version-macos-$(uname -m).dmg"
oldest=$(/usr/libexec/PlistBuddy -c "Print :LSMinimumSystemVersion" "$app/Contents/Info.plist")
sign_as=${SIGN_AS:--}
timestamp=--timestamp # Apple's, which notarisation asks for
[ "$sign_as" != - ] || timestamp=--timestamp=none

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

sign() {
    codesign --force "$timestamp" --options runtime --sign "$sign_as" "$@"
}

rm -rf "$app/Contents/Resources/licences"
cp -R "$tree/build/licences" "$app/Contents/Resources/licences"

# A signature covers what lies inside: every library first, those in frameworks too, whatever their names; then the
# frameworks; the whole at last.
"$tree/build/app-venv/bin/python" "$tree/packaging/macos/mach_o.py" "$app" "$oldest" >"$work/all"
while IFS= read -r -d '' one; do
    [ "$one" = "$program" ] || sign "$one"
done <"$work/all"
find "$app/Contents" -depth -type d -name '*.framework' -print0 >"$work/frameworks"
while IFS= read -r -d '' one; do
    sign "$one"
done <"$work/frameworks"
sign --entitlements "$tree/packaging/macos/entitlements.plist" "$app"
codesign --verify --deep --strict --verbose=2 "$app"

mkdir "$work/dmg"
cp -R "$app" "$work/dmg/"
ln -s /Applications "$work/dmg/Applications"
for try in 1 2 3; do # the system looks at new files, and keeps a disk busy meanwhile
    rm -f "$dmg"
    hdiutil create -volname "Benchtop $version" -srcfolder "$work/dmg" -format ULMO -ov "$dmg" && break
    [ "$try" != 3 ] || exit 1
    sleep 10
done
codesign --force "$timestamp" --sign "$sign_as" "$dmg"
if [ -n "${NOTARY:-}" ]; then
    xcrun notarytool submit "$dmg" --keychain-profile "$NOTARY" --wait
    xcrun stapler staple "$dmg"
    spctl --assess --type open --context context:primary-signature --verbose=2 "$dmg"
fi
(cd "$tree/build" && shasum -a 256 "$(basename "$dmg")" | tee "$dmg.sha256")
