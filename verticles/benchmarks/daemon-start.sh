#!/usr/bin/env bash
# Measures the time from the start to the daemon's socket, and the latency of its first answers: nginx waits 8 ms.
# Needs a built project.
#   verticles/benchmarks/daemon-start.sh [starts]
# Ports 19331 to 19334. The script ends everything that it started.
set -euo pipefail
starts=${1:-5}
here=$(cd "$(dirname "$0")" && pwd)
jar=${JAR:-$here/../launcher/target/gateway-fat.jar}
work=$(mktemp -d)
pids=()
trap 'kill "${pids[@]}" 2>/dev/null || true; wait 2>/dev/null || true; rm -rf "$work"' EXIT

for i in 1 2; do
  cat >"$work/$i.json" <<CONF
{"main-target": "http://127.0.0.1:9", "canary-target": "http://127.0.0.1:9", "rollout": {"canary": 0.5},
 "router-server": {"port": $((19330 + i))}, "instrumentation": {"port": $((19332 + i))},
 "daemon": {"socket": "$work/$i.sock", "state-dir": "$work/state"}}
CONF
done
java -jar "$jar" -conf "$work/1.json" >"$work/log" & pids+=($!)
for _ in $(seq 200); do [ -S "$work/1.sock" ] && break; sleep 0.1; done
for _ in $(seq "$starts"); do
  java -cp "$here/target/classes" io.canarygateway.benchmarks.SocketStart "$work/1.sock" "$work/2.sock" \
    java ${JAVA_OPTIONS:-} -jar "$jar" -conf "$work/2.json"
done
