#!/bin/sh
# Sign build/frozen/Benchtop.app and put it into a .dmg. On macOS, after packaging/frozen.sh.
#
#   SIGN_AS      the identity of a Developer ID certificate; "-" (the default) signs for this machine only
#   NOTARY       a keychain profile of `xcrun notarytool store-credentials`; without it nothing is notarised
set -eu

tree=$(cd "$(dirname "$0")/../.." && pwd)
app="$tree/build/frozen/Benchtop.app"
version=$(sed -n 's/^__version__ = "\(.*\)"/\1/p' "$tree/app/benchtop/__init__.py")
dmg="$tree/build/benchtop-$version-macos-$(uname -m).dmg"
sign_as=${SIGN_AS:--}

cp -R "$tree/build/licences" "$app/Contents/Resources/licences"
# Libraries first, what holds them afterwards: a signature covers what lies inside.
find "$app/Contents" -type f \( -name '*.dylib' -o -name '*.so' \) -print0 |
    xargs -0 codesign --force --timestamp --options runtime --sign "$sign_as"
codesign --force --timestamp --options runtime --entitlements "$tree/packaging/macos/entitlements.plist" \
    --sign "$sign_as" "$app"
codesign --verify --deep --strict "$app"

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cp -R "$app" "$work/"
ln -s /Applications "$work/Applications"
rm -f "$dmg"
hdiutil create -volname "Benchtop $version" -srcfolder "$work" -format ULMO -ov "$dmg"
codesign --force --sign "$sign_as" "$dmg"
if [ -n "${NOTARY:-}" ]; then
    xcrun notarytool submit "$dmg" --keychain-profile "$NOTARY" --wait
    xcrun stapler staple "$dmg"
fi
shasum -a 256 "$dmg"
