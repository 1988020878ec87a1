#!/usr/bin/env bash
# Measures a gateway under wrk while etcd cannot be reached; all on 127.0.0.1. Needs etcd, etcdctl and wrk, and a
# built project.
#   verticles/benchmarks/outages.sh [seconds-away]
# 1. One etcd is killed by SIGKILL. Its keys are changed and its history is compacted on another port, which the
# gateway does not know; then it is started again. 2. Three members that lose their leader repeatedly. 3. A gateway
# that starts before etcd. Each part ends with the newest values in force, and wrk sees no failure.
# Ports 19301 to 19335. The script ends everything that it started.
set -euo pipefail
away=${1:-60}
here=$(cd "$(dirname "$0")" && pwd)
jar=$here/../launcher/target/gateway-fat.jar
work=$(mktemp -d)
declare -A etcd
gateway=
export ETCDCTL_API=3
finish() { kill -9 "${etcd[@]}" 2>/dev/null || true; kill "$gateway" 2>/dev/null || true; wait 2>/dev/null || true; rm -rf "$work"; }
trap finish EXIT

etcd() { # name client-port peer-port cluster
  command etcd --name "$1" --data-dir "$work/$1" --listen-client-urls "http://127.0.0.1:$2" \
    --advertise-client-urls "http://127.0.0.1:$2" --listen-peer-urls "http://127.0.0.1:$3" \
    --initial-advertise-peer-urls "http://127.0.0.1:$3" --initial-cluster "$4" \
    --heartbeat-interval 100 --election-timeout 1000 >>"$work/$1.log" 2>&1 &
  etcd[$1]=$!
}
ctl() { etcdctl --endpoints "$endpoints" --command-timeout 10s "$@" >/dev/null; }
wait_for_etcd() { for _ in $(seq 100); do ctl put /ready yes 2>/dev/null && return; sleep 0.2; done; return 1; }
flag() { curl -s 'http://127.0.0.1:19310/debug/flagz' | python3 -c 'import json,sys; print([f["current_value"] for f in json.load(sys.stdin)["flags"] if f["name"] == sys.argv[1]][0])' "$1"; }
status() { curl -s http://127.0.0.1:19310/health/ready | grep -o '"status":"[A-Z]*"' | head -1; }
start_gateway() { # endpoints as JSON
  cat >"$work/gateway.json" <<CONF
{"router-server": {"port": 19309}, "instrumentation": {"port": 19310}, "demo": {"enabled": true,
 "main-port": 19306, "canary-port": 19307, "sidecar-port": 19308}, "strategy": "main",
 "main-target": "http://127.0.0.1:19306", "canary-target": "http://127.0.0.1:19307", "etcd": {"endpoints": $1}}
CONF
  java ${JAVA_OPTIONS:-} -jar "$jar" -conf "$work/gateway.json" >"$work/gateway.log" & gateway=$!
  for _ in $(seq 200); do curl -sf -o /dev/null http://127.0.0.1:19309/ && return; sleep 0.1; done
}
newest() { # value: waits for it and says how long that took
  local from=$(date +%s%N)
  for _ in $(seq 600); do
    [ "$(flag trim-prefix)" = "$1" ] && { echo "newest value there $(( ($(date +%s%N) - from) / 1000000 )) ms later; $(status)"; return; }
    sleep 0.05
  done
  echo "NOT the newest value: $(flag trim-prefix), expected $1"
}
load() { wrk -t1 -c16 -d"$1s" http://127.0.0.1:19309/ >"$work/wrk.out" & wrk=$!; }
load_over() { wait "$wrk"; grep -E 'requests in|Socket errors|Non-2xx' "$work/wrk.out"; }

echo "1. One etcd, killed for $away s, compacted meanwhile"
endpoints=http://127.0.0.1:19301
etcd one 19301 19302 one=http://127.0.0.1:19302; wait_for_etcd
start_gateway '["http://127.0.0.1:19301"]'
ctl put /gateway/flagz/trim-prefix /before; newest /before
load $((away + 12))
kill -9 "${etcd[one]}"; wait "${etcd[one]}" 2>/dev/null || true
endpoints=http://127.0.0.1:19303
etcd one 19303 19302 one=http://127.0.0.1:19302; wait_for_etcd
for i in $(seq 20); do ctl put /gateway/flagz/trim-prefix "/away$i"; done
ctl compact "$(etcdctl --endpoints $endpoints get /ready -w json | grep -o '"revision":[0-9]*' | head -1 | cut -d: -f2)"
echo "away: serves $(curl -s -o /dev/null -w '%{http_code}' http://127.0.0.1:19309/), trim-prefix $(flag trim-prefix), $(status)"
sleep $((away - 4))
kill -9 "${etcd[one]}"; wait "${etcd[one]}" 2>/dev/null || true
endpoints=http://127.0.0.1:19301
etcd one 19301 19302 one=http://127.0.0.1:19302; wait_for_etcd
newest /away20
ctl put /gateway/flagz/trim-prefix /after; newest /after
load_over
kill "$gateway"; wait "$gateway" || true; kill -9 "${etcd[one]}"; unset 'etcd[one]'

echo "2. Three members, each leader killed in turn"
cluster=m1=http://127.0.0.1:19321,m2=http://127.0.0.1:19322,m3=http://127.0.0.1:19323
members() { for n in 1 2 3; do kill -0 "${etcd[m$n]:-0}" 2>/dev/null && [ -n "${etcd[m$n]:-}" ] || etcd m$n $((19330 + n)) $((19320 + n)) $cluster; done; }
members
endpoints=http://127.0.0.1:19331,http://127.0.0.1:19332,http://127.0.0.1:19333
wait_for_etcd
start_gateway '["http://127.0.0.1:19331", "http://127.0.0.1:19332", "http://127.0.0.1:19333"]'
load 40
for round in 1 2 3; do
  for n in 1 2 3; do
    line=$(etcdctl --endpoints "http://127.0.0.1:$((19330 + n))" endpoint status 2>/dev/null || true)
    if echo "$line" | cut -d, -f5 | grep -q true; then
      kill -9 "${etcd[m$n]}"; wait "${etcd[m$n]}" 2>/dev/null || true; unset "etcd[m$n]"; echo -n "leader m$n killed: "; break
    fi
  done
  wait_for_etcd; ctl put /gateway/flagz/trim-prefix "/leader$round"; newest "/leader$round"
  members; sleep 3
done
load_over
kill "$gateway"; wait "$gateway" || true; kill -9 "${etcd[@]}"; etcd=()

echo "3. The gateway before etcd"
endpoints=http://127.0.0.1:19304
start_gateway '["http://127.0.0.1:19304"]'
echo "without etcd: serves $(curl -s -o /dev/null -w '%{http_code}' http://127.0.0.1:19309/), $(status)"
load 20
sleep 5
etcd late 19304 19305 late=http://127.0.0.1:19305; wait_for_etcd
ctl put /gateway/flagz/trim-prefix /late; newest /late
load_over
