#!/usr/bin/env bash
# What many routes cost, and whether changes of routes are seen by requests, all on 127.0.0.1. Needs nginx, wrk, etcd,
# etcdctl and a built project.
#   verticles/benchmarks/routes.sh [rounds [changes]]
# 1. A gateway with 1,000 routes beside one with a single route: requests for each CPU tick, in turns.
# 2. Of the gateway with 1,000 routes: the start, the heap, the time of a change, the page of flags.
# 3. Under wrk, a route is added, changed and removed through etcd. Each version of it has its own Host and its own path
#    upstream, so that a request by a mixture of two versions is seen in its answer.
# Ports 19600 to 19629. The script ends everything that it started.
set -euo pipefail
rounds=${1:-7} changes=${2:-1000}
here=$(cd "$(dirname "$0")" && pwd)
jar=$here/../launcher/target/gateway-fat.jar
work=$(mktemp -d)
declare -A pid
export ETCDCTL_API=3
finish() { kill "${pid[nginx]}" 2>/dev/null || true; unset "pid[nginx]"; kill -9 "${pid[@]}" 2>/dev/null || true; wait 2>/dev/null || true; rm -rf "$work"; }
trap finish EXIT

cat >"$work/upstream.conf" <<CONF
worker_processes 1; daemon off; pid $work/upstream.pid; error_log $work/upstream.err;
events { worker_connections 4096; }
http { keepalive_requests 100000000; keepalive_timeout 300; access_log off;
  server { listen 127.0.0.1:19600 backlog=4096; location / { return 200 "\$host \$uri\n"; } } }
CONF
nginx -c "$work/upstream.conf" >/dev/null 2>&1 & pid[nginx]=$!

# The routes 0 to COUNT - 1, ten flags each: hosts h0 to h9, and a path of two segments for each.
routes() { # count
  awk -v count="$1" 'BEGIN { for (i = 0; i < count; i++) {
    printf "%s\"r%d\": {\"match\": {\"hosts\": [\"h%d.example.org\"], \"path\": {\"prefix\": \"/group%d/service%d\"}}, ", i ? ", " : "", i, i % 10, i % 7, i
    printf "\"main-target\": \"http://127.0.0.1:19600\", \"canary-target\": \"http://127.0.0.1:19600/canary\", \"strategy\": \"main\", "
    printf "\"trim-prefix\": \"/group%d\", \"circuit-breaker\": {\"error-limit-canary\": 15, \"request-limit-canary\": 300}, ", i % 7
    printf "\"rollout\": {\"canary\": 0.1, \"key-header\": \"X-User\"}, \"canary-enabled\": true}" } }'
}
start() { # name, offset of the ports, routes
  echo "{\"router-server\": {\"port\": $((19610 + $2))}, \"instrumentation\": {\"port\": $((19620 + $2))}, \"log\": {\"level\": \"info\"}, ${4:-} \"routes\": {$3}}" >"$work/$1.json"
  local from
  from=$(date +%s%N)
  java ${JAVA_OPTIONS:--Xmx256m} -jar "$jar" -conf "$work/$1.json" >"$work/$1.log" 2>&1 & pid[$1]=$!
  disown "${pid[$1]}"
  for _ in $(seq 300); do curl -s -o /dev/null "http://127.0.0.1:$((19610 + $2))/application/health" && break; sleep 0.05; done
  echo "$1: serves after $((($(date +%s%N) - from) / 1000000)) ms"
}
ticks() { awk '{ print $14 + $15 }' "/proc/$1/stat"; }
median() { sort -n | awk '{ v[NR] = $1 } END { print v[int((NR + 1) / 2)] }'; }
load() { # name, offset, path, host: requests for each tick of the process
  local before requests
  before=$(ticks "${pid[$1]}")
  requests=$(wrk -t1 -c64 -d3s -H "Host: $4" "http://127.0.0.1:$((19610 + $2))$3" | awk '/requests in/ { print $1 } /Non-2xx|Socket errors/ { print "errors: " $0 > "/dev/stderr" }')
  echo "$requests $(($(ticks "${pid[$1]}") - before))" | awk '{ print $1 / $2 }'
}

etcd --name one --data-dir "$work/etcd" --listen-client-urls http://127.0.0.1:19603 --advertise-client-urls http://127.0.0.1:19603 \
  --listen-peer-urls http://127.0.0.1:19604 --initial-advertise-peer-urls http://127.0.0.1:19604 \
  --initial-cluster one=http://127.0.0.1:19604 >"$work/etcd.log" 2>&1 & pid[etcd]=$!
disown "${pid[etcd]}"
ctl() { etcdctl --endpoints 127.0.0.1:19603 "$@" >/dev/null; }
for _ in $(seq 100); do ctl put /ready yes 2>/dev/null && break; sleep 0.1; done

echo "1. 1,000 routes beside one route"
start one 0 "$(routes 1)"
start many 1 "$(routes 1000)" '"etcd": {"endpoints": ["http://127.0.0.1:19603"]},'
for name in one many; do offset=$([ $name = one ] && echo 0 || echo 1); for _ in 1 2 3; do load $name $offset /group0/service0 h0.example.org >/dev/null; done; done
load many 1 /group3/service500 h0.example.org >/dev/null
for round in $(seq "$rounds"); do
  one=$(load one 0 /group0/service0 h0.example.org)
  many=$(load many 1 /group3/service500 h0.example.org)
  echo "$one $many" | awk '{ print $2 / $1 }' >>"$work/ratios"
  echo "round $round: requests per tick: one route $one, 1,000 routes $many"
done
echo "ratio, median of $rounds: $(median <"$work/ratios")"

echo "2. 1,000 routes: heap, a change, the page"
for name in one many; do
  jcmd "${pid[$name]}" GC.run >/dev/null
  echo "$name: heap $(jcmd "${pid[$name]}" GC.heap_info | awk '/used/ { print; exit }' | grep -o 'used [0-9]*K'), resident $(awk '/VmRSS/ { print $2 }' "/proc/${pid[$name]}/status") kB"
done
for n in $(seq 21); do
  strategy=$([ $((n % 2)) = 1 ] && echo canary || echo main) path=$([ $((n % 2)) = 1 ] && echo /canary/ || echo /service500)
  ctl put /gateway/flagz/routes.r500.circuit-breaker.generation "$n"
  from=$(date +%s%N)
  ctl put /gateway/flagz/routes.r500.strategy "$strategy"
  for _ in $(seq 400); do
    curl -s -H 'Host: h0.example.org' http://127.0.0.1:19611/group3/service500 | grep -q " $path" && break
  done
  echo $((($(date +%s%N) - from) / 1000000)) >>"$work/effects"
done
echo "from the start of etcdctl to a request by the new value: median $(median <"$work/effects") ms of 21"
time_of() { curl -s -o "$work/page" -w '%{time_total} s, %{size_download} bytes\n' "$@"; }
echo "flags as JSON: $(time_of 'http://127.0.0.1:19621/debug/flagz?format=json')"
echo "flags as a page: $(time_of -H 'Accept: text/html' http://127.0.0.1:19621/debug/flagz)"
echo "metrics: $(time_of http://127.0.0.1:19621/metrics)"
kill -9 "${pid[one]}" "${pid[many]}"; unset "pid[one]" "pid[many]"

echo "3. A route added, changed and removed $changes times through etcd, under wrk"
start live 2 '"stable": {"match": {"path": {"prefix": "/stable"}}, "main-target": "http://127.0.0.1:19600/v0", "main-header-host": "v0", "canary-target": "http://127.0.0.1:19600/v0", "canary-header-host": "v0"}' \
  '"main-target": "http://127.0.0.1:19600/default", "main-header-host": "default", "canary-target": "http://127.0.0.1:19600/default", "etcd": {"endpoints": ["http://127.0.0.1:19603"]},'
cat >"$work/check.lua" <<'LUA'
local threads = {}
function setup(thread) table.insert(threads, thread) end
function init() mixed, other, live = 0, 0, 0 end
function response(status, headers, body)
  local host, first = body:match("^(%S+) /(%w+)/")
  if status ~= 200 then other = other + 1
  elseif host ~= first then mixed = mixed + 1
  elseif host ~= "default" and host ~= "v0" then live = live + 1 end
end
function done()
  for _, thread in ipairs(threads) do
    print(string.format("by the route that changes: %d, by a mixture: %d, other than 200: %d", thread:get("live"), thread:get("mixed"), thread:get("other")))
  end
end
LUA
seconds=$((changes / 10 + 20))
wrk -t1 -c16 -d${seconds}s -s "$work/check.lua" http://127.0.0.1:19612/live/x >"$work/wrk-live" 2>&1 & pid[wrk1]=$!
wrk -t1 -c16 -d${seconds}s -s "$work/check.lua" http://127.0.0.1:19612/stable/x >"$work/wrk-stable" 2>&1 & pid[wrk2]=$!
prefix=/gateway/flagz/routes.live
for n in $(seq "$changes"); do
  [ -e "/proc/${pid[wrk1]}" ] || { echo "wrk ended after $n changes"; break; }
  printf '\nput %s.match "{\\"path\\": {\\"prefix\\": \\"/live\\"}}"\nput %s.main-target http://127.0.0.1:19600/v%da\nput %s.main-header-host v%da\nput %s.canary-target http://127.0.0.1:19600/canary\n\n\n' \
    $prefix $prefix "$n" $prefix "$n" $prefix | ctl txn
  printf '\nput %s.main-target http://127.0.0.1:19600/v%db\nput %s.main-header-host v%db\n\n\n' $prefix "$n" $prefix "$n" | ctl txn
  ctl del --prefix $prefix.
done
curl -s http://127.0.0.1:19622/metrics | grep -E '^gateway_(config_revision|etcd_rollbacks_total)' || true
kill -INT "${pid[wrk1]}" "${pid[wrk2]}" 2>/dev/null || true
wait "${pid[wrk1]}" "${pid[wrk2]}" 2>/dev/null || true
unset "pid[wrk1]" "pid[wrk2]"
for name in live stable; do echo "$name:"; grep -E 'requests in|Non-2xx|Socket errors|by the route' "$work/wrk-$name"; done
