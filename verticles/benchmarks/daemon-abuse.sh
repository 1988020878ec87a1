#!/usr/bin/env bash
# Measures a good client of the daemon's socket while other clients send 10 million bytes of garbage in several ways,
# or hold 10,000 silent connections and replace those that the daemon closes. Needs a built project.
#   verticles/benchmarks/daemon-abuse.sh [silent-connections [seconds]]
# Prints the good client's p99, worst time and failures, and the gateway's memory: with one line a connection, and
# with kept connections. Ports 19311 to 19314. The script ends everything that it started.
set -euo pipefail
silent=${1:-10000} seconds=${2:-20}
here=$(cd "$(dirname "$0")" && pwd)
jar=${JAR:-$here/../launcher/target/gateway-fat.jar}
work=$(mktemp -d)
pids=()
trap 'kill -9 "${pids[@]}" 2>/dev/null || true; rm -rf "$work"' EXIT # A broken process may ignore TERM.
ulimit -n $((silent + 2000))

start() { # name keep-alive number
  cat >"$work/$1.json" <<CONF
{"main-target": "http://127.0.0.1:9", "canary-target": "http://127.0.0.1:9", "rollout": {"canary": 0.5},
 "router-server": {"port": $((19310 + $3))}, "instrumentation": {"port": $((19312 + $3))},
 "daemon": {"socket": "$work/$1.sock", "state-dir": "$work/state", "keep-alive": $2}}
CONF
  java ${JAVA_OPTIONS:--Xmx256m} -jar "$jar" -conf "$work/$1.json" >"$work/$1.log" & pids+=($!)
  for _ in $(seq 200); do [ -S "$work/$1.sock" ] && return; sleep 0.1; done
  echo "$1 does not come up" >&2; exit 1
}
live() { # pid: megabytes of the heap in use after a full collection
  jcmd "$1" GC.run >/dev/null
  jcmd "$1" GC.heap_info | awk '/used/ && /heap/ { sub(/K/, "", $0); for (i = 1; i < NF; i++) if ($i == "used") { print int($(i + 1) / 1024); exit } }'
}
start one false 1
start kept true 2
names=(one kept)
for i in 0 1; do
  before=$(live "${pids[$i]}")
  java -Xmx256m -cp "$here/target/classes" io.canarygateway.benchmarks.SocketAbuse \
    "$work/${names[$i]}.sock" "${pids[$i]}" "${names[$i]}" "$silent" "$seconds"
  echo "live heap: $before MB before, $(live "${pids[$i]}") MB after; the daemon's connections:"
  curl -s "http://127.0.0.1:$((19313 + i))/metrics" | grep '^gateway_daemon_connections_total'
  grep -v '"level":"info"' "$work/${names[$i]}.log" | head -5 || true
done
