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
for kept in "${held[@]}"; do
  path=${kept#*:}
  if [ -d "/proc/self/fd/${kept%%:*}" ]; then mkdir -p "$path"; else mkdir -p "${path%/*}" && touch "$path"; fi
  mount --no-canonicalize --bind "/proc/self/fd/${kept%%:*}" "$path" # the path itself is hidden by now
done
hostname "$name"
mount -t proc proc /proc
mount --make-rshared / # as systemd does; the host's own mounts were cut off before
echo "$self" >"$pidfile.new" && mv "$pidfile.new" "$pidfile"
sleep infinity &
wait # and meanwhile bash reaps what others leave behind, as a first process must
