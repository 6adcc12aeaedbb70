#!/usr/bin/env bash
# First process of a node: hold-node.sh PIDFILE NODE_FOLDER NAME KEEP...
# Gives the node its own /etc, /var, /opt, /home, /root (its disk, which outlives the node's stops) and /run, so that every
# node has the usual paths to itself and none of them is the host's. KEEP are the paths below those that it still has to see.
set -euo pipefail
pidfile=$1 node=$2 name=$3
shift 3
read -r self _ </proc/self/stat # the pid on the host, whose /proc this still is
own=(etc var opt home root)
is_hidden() { [[ $1 =~ ^/(etc|var|opt|home|root|run)/ ]]; }

held=()
for path in "$node" "$@"; do
  if is_hidden "$path"; then exec {fd}<"$path" && held+=("$fd:$path"); fi
done
for folder in "${own[@]}"; do mount --bind "$node/disk/$folder" "/$folder"; done
mount --bind "$node/run" /run
# A small disk must be mounted in one place only, or the kubelet is confused about which file system its images are on.
! mountpoint --quiet "$node/disk/var" || umount "$node/disk/var"
for kept in "${held[@]}"; do
  path=${kept#*:}
  if [ -d "/proc/self/fd/${kept%%:*}" ]; then mkdir -p "$path"; else mkdir -p "${path%/*}" && touch "$path"; fi
  mount --no-canonicalize --bind "/proc/self/fd/${kept%%:*}" "$path" # the path itself is hidden by now
done
hostname "$name"
mount -t proc proc /proc

# The kubelet sets these for the whole machine if they are not as it likes them; here it finds them so and leaves them alone.
for setting in vm/overcommit_memory=1 vm/panic_on_oom=0 kernel/panic=10 kernel/panic_on_oops=1 \
  kernel/keys/root_maxkeys=1000000 kernel/keys/root_maxbytes=25000000; do
  file="$node/sysctl/${setting%%=*}"
  mkdir -p "${file%/*}"
  echo "${setting#*=}" >"$file"
  mount --bind "$file" "/proc/sys/${setting%=*}"
done
mount --make-rshared / # as systemd does; the host's own mounts were cut off before
echo "$self" >"$pidfile.new" && mv "$pidfile.new" "$pidfile"
sleep infinity &
wait # and meanwhile bash reaps what others leave behind, as a first process must
