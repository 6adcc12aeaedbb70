#!/bin/sh
# Lays out the two lower layers of Larder's image on a Debian machine: OUT/base, which changes with Debian's packages, and
# OUT/node, which changes with Node.js. `npm run image` and the Dockerfile both call it, so both give the same files.
#
#   sh image/collect.sh NODE OUT
#
# NODE is a Node.js binary in the folder bin of its distribution. Needed: gcc, strip, ldd, and the package ca-certificates.
# Every file that is taken from this machine belongs to a Debian package, and the package is written down in
# /var/lib/dpkg/status.d (where scanners of images look) with its licence in /usr/share/doc; what belongs to no package,
# such as a certificate that was added to this machine by hand, stays here.
set -eu
export LC_ALL=C
umask 022
here=$(cd "$(dirname "$0")" && pwd)
node=$1
base=$2/base
node_layer=$2/node

# What Node.js needs, and what the node's credential plugins may: they are programs of the host that run in this image.
# Name lookup loads libnss_* and libresolv only when it is used, and plugins built before glibc 2.34 ask for the small ones.
libraries='libc.so.6 libdl.so.2 libgcc_s.so.1 libm.so.6 libnss_dns.so.2 libnss_files.so.2
  libpthread.so.0 libresolv.so.2 librt.so.1 libstdc++.so.6 libutil.so.1'

fail() {
  echo "collect.sh: $*" >&2
  exit 1
}

# put MODE FILE PATH: a copy of FILE, also behind a link, at PATH of the layer "base"
put() {
  mkdir -p "$base$(dirname "$3")"
  install -m "$1" "$(readlink -f "$2")" "$base$3"
}

# record FILE: names the package of a library and takes its licence along
record() {
  owner=$(dpkg-query --search "$1" 2>/dev/null || dpkg-query --search "/usr$1" 2>/dev/null) ||
    fail "$1 belongs to no Debian package"
  package=${owner%%: *}
  name=${package%%:*}
  [ -e "$base/var/lib/dpkg/status.d/$name" ] && return
  mkdir -p "$base/var/lib/dpkg/status.d"
  dpkg-query --status "$package" >"$base/var/lib/dpkg/status.d/$name"
  put 644 "/usr/share/doc/$name/copyright" "/usr/share/doc/$name/copyright"
}

collect_libraries() {
  # As on Debian, so that the loader finds the libraries where it was built to look.
  mkdir -p "$base/usr/lib" "$base/usr/lib64"
  ln -s usr/lib "$base/lib"
  ln -s usr/lib64 "$base/lib64"
  needed=$(ldd "$node")
  folder=$(echo "$needed" | sed -n 's|.* => \(/.*\)/libc\.so\.6 .*|\1|p')
  for path in $(echo "$needed" | sed -n 's|.* => \(/[^ ]*\) .*|\1|p'); do
    echo " $libraries " | tr '\n' ' ' | grep -qF " ${path##*/} " || fail "$node needs $path, which is not in the list"
  done
  for name in $libraries; do
    put 644 "$folder/$name" "/usr/lib/${folder##*/}/$name"
    record "$folder/$name"
  done
  loader=$(echo "$needed" | sed -n 's|^[^=]*\(/lib[^ ]*/ld[^ ]*\) (.*|\1|p')
  put 755 "$loader" "/usr$loader"
}

# Of the package, not of /etc/ssl/certs, to which this machine may have added its own.
collect_certificates() {
  certificates=$(dpkg-query --listfiles ca-certificates | grep '\.crt$' | sort)
  mkdir -p "$base/etc/ssl/certs"
  for file in $certificates; do
    # The end of a file need not be the end of a line.
    sed -e '$a\' "$file"
  done >"$base/etc/ssl/certs/ca-certificates.crt"
  record /usr/sbin/update-ca-certificates
}

rm -rf "$base" "$node_layer"
collect_libraries
collect_certificates
mkdir -p "$base/larder"
sh "$here/compile-idle.sh" "$base/larder/idle"
for file in passwd group nsswitch.conf; do
  put 644 "$here/etc/$file" "/etc/$file"
done
put 644 /etc/os-release /etc/os-release
mkdir -m 1777 "$base/tmp"

mkdir -p "$node_layer/usr/local/bin" "$node_layer/usr/share/doc/node"
strip -o "$node_layer/usr/local/bin/node" "$node"
chmod 755 "$node_layer/usr/local/bin/node"
install -m 644 "$(dirname "$node")/../LICENSE" "$node_layer/usr/share/doc/node/copyright"
