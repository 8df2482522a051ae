#!/bin/sh
# Sorts a built layout into what changes rarely (third-party jars, bundles) and what changes with
# every commit (our jars), so that a new version of the service is a layer of a few megabytes.
#   layers.sh LAYOUT TARGET
set -eu
mkdir -p "$2/lib/lib" "$2/data" "$2/app/lib"
cp "$1"/lib/*.jar "$2/lib/lib/"
mv "$2"/lib/lib/clipure-schemas-*.jar "$2/app/lib/"
cp -r "$1/bundles" "$1/labels" "$1/demo" "$2/data/"
cp "$1/clipure-stream.jar" "$2/app/"
if [ -f "$1/clipure-stream.cdx.json" ]; then
  cp "$1/clipure-stream.cdx.json" "$2/app/"
else
  echo "layers: no clipure-stream.cdx.json (an offline build makes none); the image is without its SBOM" >&2
fi
"$(dirname "$0")/trim-natives.sh" "$2/lib/lib" "$(dpkg --print-architecture)"
if ls "$2/lib/lib" | grep -E '^(kafka_2|kafka-server|kafka-metadata|junit|assertj)'; then
  echo "layers: broker or test code in the image" >&2
  exit 1
fi
chmod -R a+rX,go-w "$2"
