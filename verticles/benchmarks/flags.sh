#!/usr/bin/env bash
# Measures changes of flags with a real etcd, three gateways, nginx upstreams and wrk, all on 127.0.0.1. Needs etcd,
# nginx and wrk, and a built project.
#   verticles/benchmarks/flags.sh [changes [rollbacks]]
# 1. The time from a put in etcd to the first answer that is routed by it. 2. The time from a bad value to the return
# of the good one, with three gateways. 3. Changes under wrk -c64: failures, and answers that mix two revisions (a
# target of one with the Host header of another). 4. The cost of reading a flag (JMH).
# Ports 19201 to 19232. The script ends everything that it started.
set -euo pipefail
changes=${1:-1000} rollbacks=${2:-100}
here=$(cd "$(dirname "$0")" && pwd)
jar=$here/../launcher/target/gateway-fat.jar
classes=$here/target/classes:$(cat "$here/target/class-path.txt")
work=$(mktemp -d)
pids=()
trap 'kill "${pids[@]}" 2>/dev/null || true; wait 2>/dev/null || true; rm -rf "$work"' EXIT

etcd --data-dir "$work/etcd" --listen-client-urls http://127.0.0.1:19201 \
  --advertise-client-urls http://127.0.0.1:19201 --listen-peer-urls http://127.0.0.1:19202 \
  --initial-advertise-peer-urls http://127.0.0.1:19202 \
  --initial-cluster default=http://127.0.0.1:19202 >"$work/etcd.log" 2>&1 & pids+=($!)
cat >"$work/upstreams.conf" <<CONF
worker_processes 1; daemon off; pid $work/nginx.pid; error_log $work/nginx.err;
events { worker_connections 4096; }
http { access_log off; keepalive_requests 100000000; keepalive_timeout 300; default_type text/plain;
  server { listen 127.0.0.1:19211 backlog=4096; location / { return 200 "A \$http_host"; } }
  server { listen 127.0.0.1:19212 backlog=4096; location / { return 200 "B \$http_host"; } } }
CONF
nginx -c "$work/upstreams.conf" >/dev/null 2>&1 & pids+=($!)
start() { # number: a gateway, ready and in touch with etcd
  cat >"$work/gateway$1.json" <<CONF
{"router-server": {"port": $((19221 + $1))}, "instrumentation": {"port": $((19230 + $1))}, "strategy": "main",
 "main-target": "http://127.0.0.1:19211", "main-header-host": "a.example",
 "canary-target": "http://127.0.0.1:19212", "canary-header-host": "b.example",
 "etcd": {"endpoints": ["http://127.0.0.1:19201"]}}
CONF
  java ${JAVA_OPTIONS:-} -jar "$jar" -conf "$work/gateway$1.json" >"$work/gateway$1.log" & pids+=($!)
  for _ in $(seq 200); do
    curl -s "http://127.0.0.1:$((19230 + $1))/health/ready" | grep -q '"status":"UP","checks"' && return
    sleep 0.1
  done
  echo "gateway $1 does not come up" >&2; exit 1
}
start 0

echo "1. Visible in routing"
java -cp "$classes" io.canarygateway.benchmarks.FlagTimes visible http://127.0.0.1:19201 19221 200 >/dev/null 2>&1
java -cp "$classes" io.canarygateway.benchmarks.FlagTimes visible http://127.0.0.1:19201 19221 "$changes" 2>/dev/null
start 1; start 2
echo "2. Rolled back, three gateways watching"
java -cp "$classes" io.canarygateway.benchmarks.FlagTimes rollback http://127.0.0.1:19201 "$rollbacks" 2>/dev/null
for port in 19230 19231 19232; do curl -s "http://127.0.0.1:$port/metrics" | grep '^gateway_etcd_rollbacks_total' | tr '\n' ' '; echo; done
echo "3. $changes changes under wrk -c64"
cat >"$work/mixture.lua" <<'LUA'
local threads = {}
function setup(thread) table.insert(threads, thread) end
function init() mixed = 0; a = 0; b = 0 end
function response(status, headers, body)
  if body == "A a.example" then a = a + 1 elseif body == "B b.example" then b = b + 1 else mixed = mixed + 1 end
end
function done(summary, latency, requests)
  local mixed, a, b = 0, 0, 0
  for _, t in ipairs(threads) do mixed = mixed + t:get("mixed"); a = a + t:get("a"); b = b + t:get("b") end
  local e = summary.errors
  print(string.format("%d requests: %d from A, %d from B, %d of a mixture; errors: connect %d read %d write %d status %d timeout %d",
    summary.requests, a, b, mixed, e.connect, e.read, e.write, e.status, e.timeout))
end
LUA
revision() { curl -s http://127.0.0.1:19230/metrics | awk '/^gateway_config_revision/ { print int($2) }'; }
before=$(revision)
wrk -t1 -c64 -d20s -s "$work/mixture.lua" http://127.0.0.1:19221/ >"$work/wrk.out" & wrk=$!
sleep 1
java -cp "$classes" io.canarygateway.benchmarks.FlagTimes change http://127.0.0.1:19201 "$changes" 19211 19212 2>/dev/null
kill -0 "$wrk" && echo "wrk outlived the changes"
wait "$wrk"
tail -1 "$work/wrk.out"
echo "revisions applied: $(($(revision) - before))"
echo "4. What a read costs"
java -cp "$classes" org.openjdk.jmh.Main SnapshotRead 2>/dev/null | grep -E '^(Benchmark|SnapshotRead)'
