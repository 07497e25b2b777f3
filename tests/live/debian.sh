#!/bin/sh
# Unpacks nginx, HAProxy and Caddy of Debian's packages into FOLDER, without installing them: it needs apt-get, but no rights.
#
#     sh debian.sh FOLDER
set -eu

folder=$1
packages="nginx haproxy caddy libopentracing1 libopentracing-c-wrapper0 liblua5.3-0"
[ "$(cat "$folder/packages.stamp" 2>/dev/null)" = "$packages" ] && exit 0
command -v apt-get >/dev/null && command -v dpkg-deb >/dev/null || { echo "debian.sh: no apt-get or dpkg-deb here" >&2; exit 1; }
rm -rf "$folder"
mkdir -p "$folder/archives"
cd "$folder/archives"
if ! apt-get download -qq $packages 2>download.log; then
    # Package lists that are missing or old. Only root may renew those of the system.
    if [ "$(id -u)" = 0 ]; then apt-get update -qq; else sudo -n apt-get update -qq; fi
    apt-get download -qq $packages
fi
for archive in *.deb; do
    dpkg-deb -x "$archive" "$folder"
done
rm -rf "$folder/archives"
echo "$packages" >"$folder/packages.stamp"
