#!/usr/bin/env bash
# First process of the control plane's network and PID namespace: hold-control-plane.sh PIDFILE GATEWAY SERVICE_IP
# The bridge to which all nodes are plugged is in here, and so is the address of the service `kubernetes`.
set -euo pipefail
pidfile=$1 gateway=$2 service_ip=$3
read -r self _ </proc/self/stat # the pid on the host, whose /proc this still is
ip -batch - <<END
link set lo up
link add nodes type bridge
address add $gateway/24 dev nodes
address add $service_ip/32 dev nodes
link set nodes up
END
echo 1 >/proc/sys/net/ipv4/ip_forward
echo "$self" >"$pidfile.new" && mv "$pidfile.new" "$pidfile"
sleep infinity &
wait # and meanwhile bash reaps what others leave behind, as a first process must
