#!/bin/sh
# collect-root.sh ROOT PATH...: copies each program or library, with the libraries that it needs, and each folder below
# ROOT, as the root file system of an image. A file that ROOT has already, or BASE if it is set, is left out.
set -eu
root=$1
base=${BASE:-/nonexistent}
shift

copy() {
  folder=$(realpath "$(dirname "$1")") # /lib is a link to /usr/lib
  path=$folder/$(basename "$1")
  if [ -d "$path" ]; then
    mkdir -p "$root$path"
    cp -a "$path/." "$root$path/"
  elif [ ! -e "$root$path" ] && [ ! -e "$base$path" ]; then
    mkdir -p "$root$folder"
    cp -L --preserve=mode "$path" "$root$path"
  fi
}

for each; do
  copy "$each"
  if [ -d "$each" ]; then continue; fi
  for library in $(ldd "$each" 2>/dev/null | grep -o '/[^ ]*'); do copy "$library"; done
done
