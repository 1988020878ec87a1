#!/usr/bin/env bash
# Measures the daemon on its Unix socket: one request a connection and kept connections, at 1, 16 and 64
# connections. Needs a built project.
#   verticles/benchmarks/daemon.sh [rounds [seconds-a-round [warm-up-seconds]]]
# Prints medians of requests/s, p50, p99, the gateway's CPU seconds for 1,000 requests, and its busy cores.
# OTHER=NAME,SOCKET,PID adds another daemon with a rollout of 0.5 to the same rounds.
# Ports 19301 to 19304. The script ends everything that it started.
set -euo pipefail
rounds=${1:-7} seconds=${2:-2} warmup=${3:-15}
here=$(cd "$(dirname "$0")" && pwd)
jar=${JAR:-$here/../launcher/target/gateway-fat.jar}
work=$(mktemp -d)
pids=()
trap 'kill "${pids[@]}" 2>/dev/null || true; wait 2>/dev/null || true; rm -rf "$work"' EXIT

start() { # name keep-alive number
  cat >"$work/$1.json" <<CONF
{"main-target": "http://127.0.0.1:9", "canary-target": "http://127.0.0.1:9", "rollout": {"canary": 0.5},
 "router-server": {"port": $((19300 + $3))}, "instrumentation": {"port": $((19302 + $3))},
 "daemon": {"socket": "$work/$1.sock", "state-dir": "$work/state", "keep-alive": $2}}
CONF
  java ${JAVA_OPTIONS:-} -jar "$jar" -conf "$work/$1.json" >"$work/$1.log" & pids+=($!)
  for _ in $(seq 200); do [ -S "$work/$1.sock" ] && return; sleep 0.1; done
  echo "$1 does not come up" >&2; exit 1
}
start one false 1
start kept true 2
java -cp "$here/target/classes" io.canarygateway.benchmarks.SocketLoad "$rounds" "$seconds" "$warmup" \
  "one,$work/one.sock,${pids[0]}" "kept,$work/kept.sock,${pids[1]},kept" ${OTHER:+"$OTHER"}
