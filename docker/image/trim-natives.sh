#!/bin/sh
# Removes the native libraries of other platforms from the jars of a folder: more than half of the
# application's size. Ends with 1 where a jar is left without any, so that a new library is noticed.
#   trim-natives.sh FOLDER ARCHITECTURE   (amd64 or arm64, as dpkg names it)
set -eu
case $2 in
  amd64) keep='linux-x64/|linux-x86_64/|linux-x86-64/|linux/amd64/|linux/x86_64/|linux64\.so$' ;;
  arm64) keep='linux-aarch64/|linux/aarch64/|linux-aarch64\.so$' ;;
  *) echo "trim-natives: $2 is not known; expected amd64 or arm64" >&2; exit 1 ;;
esac
for jar in "$1"/*.jar; do
  unzip -Z1 "$jar" | grep -Ei '\.(so|a|dll|dylib|jnilib)$|\.dsym/' >/tmp/natives || continue
  grep -Eiv "$keep" /tmp/natives >/tmp/others || true
  if [ "$(wc -l </tmp/natives)" -eq "$(wc -l </tmp/others)" ]; then
    echo "trim-natives: $jar has no library for $2 that this script knows" >&2
    exit 1
  fi
  if [ -s /tmp/others ]; then
    zip -qd "$jar" -@ </tmp/others
  fi
done
rm -f /tmp/natives /tmp/others
