#!/usr/bin/env bash
# Measures nginx as a client of the daemon, with conf/nginx-lua.conf (8 ms for each step): 100,000 requests by wrk
# through nginx. Needs nginx with its Lua module, wrk, and a built project.
#   verticles/benchmarks/nginx-daemon.sh [requests [connections]]
# Every request has the assignment 0.25 and the rollout is 0.5. So canary is right, and master means that nginx got no
# answer in time. Prints wrk's figures, the daemon's answers, the requests to master and to canary, and the timeouts
# and other errors in nginx's log.
# Ports 8000, 8080 and 8081 as in the example, and 19321 and 19322. The script ends everything that it started.
set -euo pipefail
requests=${1:-100000} connections=${2:-8}
here=$(cd "$(dirname "$0")" && pwd)
jar=${JAR:-$here/../launcher/target/gateway-fat.jar}
work=$(mktemp -d)
chmod 755 "$work" # nginx's workers run as another user.
pids=()
trap 'kill "${pids[@]}" 2>/dev/null || true; wait 2>/dev/null || true; rm -rf "$work"' EXIT

cat >"$work/gateway.json" <<CONF
{"main-target": "http://127.0.0.1:8080", "canary-target": "http://127.0.0.1:8081", "rollout": {"canary": 0.5},
 "router-server": {"port": 19321}, "instrumentation": {"port": 19322},
 "daemon": {"socket": "$work/d.sock", "state-dir": "$work/state"}}
CONF
cat >"$work/upstreams.conf" <<CONF
worker_processes 1; daemon off; pid $work/upstreams.pid; error_log $work/upstreams.err;
events { worker_connections 4096; }
http { access_log off; keepalive_requests 100000000; default_type text/plain;
  server { listen 127.0.0.1:8080; location / { return 200 master; } }
  server { listen 127.0.0.1:8081; location / { return 200 canary; } } }
CONF
sed -e "s|/tmp/maxwells-daemon.sock|$work/d.sock|; s|/tmp/nginx-lua.pid|$work/nginx.pid|" \
  -e "s|^error_log stderr;|error_log $work/nginx.err; daemon off;|" \
  "$here/../../conf/nginx-lua.conf" >"$work/nginx.conf"
cat >"$work/known.lua" <<'LUA'
local threads = {}
function setup(thread) table.insert(threads, thread) end
function init() canary = 0; master = 0; wrk.headers["maxwellsdaemon"] = "0.25" end
function response(status, headers, body)
  if body == "canary" then canary = canary + 1 elseif body == "master" then master = master + 1 end
end
function done(summary, latency)
  local canary, master = 0, 0
  for _, t in ipairs(threads) do canary = canary + t:get("canary"); master = master + t:get("master") end
  local e = summary.errors
  print(string.format("wrk: %d requests, %.0f/s, p50 %.2f ms, p99 %.2f ms, worst %.2f ms; errors %d",
    summary.requests, summary.requests / (summary.duration / 1e6), latency:percentile(50) / 1e3,
    latency:percentile(99) / 1e3, latency.max / 1e3, e.connect + e.read + e.write + e.status + e.timeout))
  print(string.format("to canary (right): %d, to master (in doubt): %d", canary, master))
end
LUA

nginx -c "$work/upstreams.conf" >/dev/null 2>&1 & pids+=($!)
nginx -c "$work/nginx.conf" >/dev/null 2>&1 & pids+=($!)
java ${JAVA_OPTIONS:-} -jar "$jar" -conf "$work/gateway.json" >"$work/gateway.log" & pids+=($!)
for _ in $(seq 200); do [ -S "$work/d.sock" ] && break; sleep 0.1; done
answers() { curl -s http://127.0.0.1:19322/metrics | awk '/^gateway_daemon_answers_total/ { n += $2 } END { printf "%d", n }'; }
errors() { # text: the lines with it in nginx's log
  grep -c "$1" "$work/nginx.err" || true
}
total=0
while [ "$total" -lt "$requests" ]; do # The first seconds show a cold JVM.
  before=$(answers)
  timeout 60 wrk -t1 -c"$connections" -d5s -s "$work/known.lua" http://127.0.0.1:8000/ | grep -E '^(wrk|to)'
  now=$(($(answers) - before)) total=$((total + now))
  echo "the daemon answered $now; nginx has logged $(errors 'timed out') timeouts and $(errors '\[error\]') errors in all"
done
grep '\[error\]' "$work/nginx.err" | cut -c1-200 | head -3 || true
