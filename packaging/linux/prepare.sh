#!/bin/sh
# Make sure that this machine has what `make run`, `make test` and `make bench` need from the system.
#
#   prepare.sh run    what the window and the compilation of llama.cpp need
#   prepare.sh test   that, and a virtual screen to drive the window on
#   prepare.sh package  that of run, and what packages are made, checked and tried with
#
# What is missing is found by what would be used (a shared library, a program), not by package names,
# which differ between releases. It is installed with apt where that needs no password; otherwise the
# one line to run is printed and nothing else is tried.
set -eu

what=${1:-run}
python=${PYTHON:-python3}
missing=""

need() { missing="$missing $1"; }

libraries=$( (/sbin/ldconfig -p 2>/dev/null || ldconfig -p 2>/dev/null || true) )
library() { # file package
    case "$libraries" in *"$1"*) ;; *) need "$2" ;; esac
}
program() { # name package
    command -v "$1" >/dev/null 2>&1 || need "$2"
}

if ! command -v "$python" >/dev/null 2>&1; then
    need python3
    need python3-venv
elif ! "$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))'; then
    echo "Benchtop needs Python 3.11 or later; $python is $("$python" -V 2>&1)." >&2
    echo "Install a later one and name it: make run PYTHON=python3.12" >&2
    exit 1
elif ! "$python" -c 'import ensurepip, venv' >/dev/null 2>&1; then
    need python3-venv
fi

if [ ! -e .venv/.run-stamp ]; then # llama.cpp is compiled once
    program cc build-essential
    program c++ build-essential
    program make build-essential
    program cmake cmake
    program ninja ninja-build
fi
library libGL.so.1 libgl1
library libEGL.so.1 libegl1
library libglib-2.0.so.0 libglib2.0-0
library libxkbcommon.so.0 libxkbcommon0
library libfreetype.so.6 libfreetype6
library libfontconfig.so.1 libfontconfig1
library libdbus-1.so.3 libdbus-1-3
library libxkbcommon-x11.so.0 libxkbcommon-x11-0
library libxcb-cursor.so.0 libxcb-cursor0
library libxcb-icccm.so.4 libxcb-icccm4
library libxcb-image.so.0 libxcb-image0
library libxcb-keysyms.so.1 libxcb-keysyms1
library libxcb-render-util.so.0 libxcb-render-util0
library libxcb-shape.so.0 libxcb-shape0
ls /usr/share/fonts/*/* >/dev/null 2>&1 || need fonts-dejavu-core

if [ "$what" = test ]; then
    program Xvfb xvfb
    program openbox openbox
    program xdotool xdotool
    program dbus-run-session dbus-daemon
    program gnome-keyring-daemon gnome-keyring # 2.3 MB: a keyring to keep an access token in
    [ -e /usr/lib/at-spi2-core/at-spi-bus-launcher ] || [ -e /usr/libexec/at-spi-bus-launcher ] || need at-spi2-core
    /usr/bin/python3 -c 'import pyatspi' >/dev/null 2>&1 || need python3-pyatspi
fi

if [ "$what" = package ]; then
    program cmake cmake
    program ninja ninja-build
    program c++ build-essential
    program patchelf patchelf
    program dpkg-shlibdeps dpkg-dev
    program desktop-file-validate desktop-file-utils
    program appstreamcli appstream
    program lintian lintian
    [ -x /usr/sbin/debootstrap ] || need debootstrap
    program qemu-x86_64 qemu-user # an older processor than this one
fi

[ -n "$missing" ] || exit 0
missing=$(printf '%s\n' $missing | sort -u | tr '\n' ' ')

if ! command -v apt-get >/dev/null 2>&1; then
    echo "Benchtop needs what Debian calls: $missing" >&2
    echo "Install these with this system's own package manager, then run the command again." >&2
    exit 1
fi
if [ "$(id -u)" = 0 ]; then
    as_root=""
elif command -v sudo >/dev/null 2>&1 && sudo -n true >/dev/null 2>&1; then
    as_root="sudo"
else
    echo "Benchtop needs a few packages of this system first. Run this one line, then try again:" >&2
    echo "  sudo apt-get update && sudo apt-get install -y --no-install-recommends $missing" >&2
    exit 1
fi
echo "Installing from this system's packages: $missing"
export DEBIAN_FRONTEND=noninteractive
$as_root apt-get update -qq
# shellcheck disable=SC2086  # a list of names
$as_root apt-get install -y -qq --no-install-recommends $missing
