#!/usr/bin/env bash
# Measures gateways as a cluster, all on 127.0.0.1. Needs nginx, HAProxy and wrk, and a built project (mvn -DskipTests package).
#   verticles/benchmarks/cluster.sh [rounds [seconds-a-round [part]]]
# 1. The ports that listen. 2. A clustered node beside a single one, in turns. 3. A sidecar over HTTP beside a sidecar
# over the event bus, each in a process of its own. 4. Three nodes behind HAProxy that are restarted in turn, under wrk.
# A third argument names the only part to run.
# Ports 19400 to 19459. The script ends everything that it started.
set -euo pipefail
rounds=${1:-9} seconds=${2:-3} only=${3:-}
here=$(cd "$(dirname "$0")" && pwd)
jar=$here/../launcher/target/gateway-fat.jar
work=$(mktemp -d)
declare -A pid
finish() { kill "${pid[@]}" 2>/dev/null || true; wait 2>/dev/null || true; rm -rf "$work"; }
trap finish EXIT

cat >"$work/upstream.conf" <<CONF
worker_processes 1; daemon off; pid $work/upstream.pid; error_log $work/upstream.err;
events { worker_connections 4096; }
http { access_log off; keepalive_requests 100000000; keepalive_timeout 300;
  server { listen 127.0.0.1:19400 backlog=4096; location / { return 200 "hello"; } }
  server { listen 127.0.0.1:19401 backlog=4096; location / { return 204; } } }
CONF
nginx -c "$work/upstream.conf" >/dev/null 2>&1 & pid[upstream]=$!

# Name, port (the instrumentation's is 10 more, the membership's 20), further sections.
gateway() {
  cat >"$work/$1.json" <<CONF
{"router-server": {"port": $2}, "instrumentation": {"port": $(($2 + 10))},
 "main-target": "http://127.0.0.1:19400", "canary-target": "http://127.0.0.1:19400"$3}
CONF
  java ${JAVA_OPTIONS:-} -jar "$jar" -conf "$work/$1.json" >>"$work/$1.log" 2>&1 & pid[$1]=$!
  for _ in $(seq 300); do curl -sf -o /dev/null "http://127.0.0.1:$2/" && return; sleep 0.1; done
  echo "$1 does not answer" >&2; return 1
}
cluster() { # port of the node, further sections
  echo ', "cluster": {"enabled": true, "port": '$(($1 + 20))',
    "members": ["127.0.0.1:19430", "127.0.0.1:19431", "127.0.0.1:19432"]}'"${2:-}"
}
stop() { kill "${pid[$1]}"; wait "${pid[$1]}" || echo "$1 ended with $?"; unset "pid[$1]"; }
load() { # port connections seconds -> file
  wrk -t1 -c"$2" -d"$3s" --latency "http://127.0.0.1:$1/" >"$4"
}
figure() { # file -> requests/s, p50 in ms, p99 in ms, failures
  awk 'function ms(t) { return t ~ /us$/ ? t / 1000 : t ~ /ms$/ ? t + 0 : t * 1000 }
    /50%/ { p50 = ms($2) } /99%/ { p99 = ms($2) } /Requests\/sec/ { rate = $2 }
    /Non-2xx/ { bad += $NF } /Socket errors/ { gsub(/,/, ""); bad += $4 + $6 + $8 + $10 }
    END { printf "%.0f %.3f %.3f %d\n", rate, p50, p99, bad }' "$1"
}
medians() { # file of "round name figures..." -> a line for each name, with the median ratio to the first
  awk 'function median(a, n,   j, k, t) {
      for (j = 1; j <= n; j++) for (k = j + 1; k <= n; k++) if (a[k] < a[j]) { t = a[j]; a[j] = a[k]; a[k] = t }
      return n % 2 ? a[(n + 1) / 2] : (a[n / 2] + a[n / 2 + 1]) / 2 }
    { if (!($2 in seen)) { seen[$2] = ++names; name[names] = $2 } rate[$1, $2] = $3; p50[$1, $2] = $4; p99[$1, $2] = $5; bad[$2] += $6; if ($1 > last) last = $1 }
    END { printf "%-10s %10s %8s %8s %8s %10s\n", "", "req/s", "p50-ms", "p99-ms", "failures", "x first"
      for (i = 1; i <= names; i++) { for (r = 1; r <= last; r++) { a[r] = rate[r, name[i]]; b[r] = p50[r, name[i]]; c[r] = p99[r, name[i]]; x[r] = rate[r, name[i]] / rate[r, name[1]] }
        printf "%-10s %10.0f %8.3f %8.3f %8d %10.3f\n", name[i], median(a, last), median(b, last), median(c, last), bad[name[i]], median(x, last) } }' "$1"
}
compare() { # connections, then name=port...
  local connections=$1; shift
  : >"$work/results"
  for one in "$@"; do load "${one#*=}" "$connections" 10 "$work/wrk.out"; done
  for round in $(seq "$rounds"); do
    for one in "$@"; do
      load "${one#*=}" "$connections" "$seconds" "$work/wrk.out"
      echo "$round ${one%=*} $(figure "$work/wrk.out")" >>"$work/results"
    done
  done
  medians "$work/results"
}

if [ -z "$only" ] || [ "$only" = 1 ]; then
echo "1. What a node listens on (router 19410, instrumentation 19420, membership 19430, and the event bus)"
gateway node0 19410 "$(cluster 19410)"
ss -Hltnp | grep "pid=${pid[node0]}," | awk '{ print "   " $4 }' | sort
[ -z "$only" ] || stop node0
fi

if [ -z "$only" ] || [ "$only" = 2 ]; then
[ -z "$only" ] || gateway node0 19410 "$(cluster 19410)"
echo "2. A clustered node (the second is idle) against a single one, $rounds rounds of $seconds s, 64 connections"
gateway node1 19411 "$(cluster 19411)"
gateway single 19413 ""
compare 64 single=19413 clustered=19410
stop single; stop node1; stop node0
fi

if [ -z "$only" ] || [ "$only" = 3 ]; then
echo "3. A decision: none, by a sidecar over HTTP, by one over the event bus; one connection, so p50 is a request"
gateway node0 19410 "$(cluster 19410 ', "sidecar-address": "shop.decide"')"
java -cp "$here/../launcher/target/test-classes:$jar" io.canarygateway.example.CoinProgram 19432 127.0.0.1:19430 \
  >"$work/sidecar.log" 2>&1 & pid[sidecar]=$!
gateway http 19413 ', "sidecar-url": "http://127.0.0.1:19401"'
gateway none 19414 ''
for _ in $(seq 100); do
  curl -s http://127.0.0.1:19410/ >/dev/null
  curl -s http://127.0.0.1:19420/metrics | grep -q 'status code 204' && break
  sleep 0.2
done
compare 1 none=19414 http=19413 bus=19410
compare 64 none=19414 http=19413 bus=19410
stop none; stop http; stop node0; kill "${pid[sidecar]}"; wait "${pid[sidecar]}" || true; unset 'pid[sidecar]'
fi

[ -z "$only" ] || [ "$only" = 4 ] || exit 0
echo "4. Three nodes behind HAProxy under wrk (32 connections, 75 s), one restarted after the other"
cat >"$work/haproxy.cfg" <<CONF
global
  maxconn 2000
defaults
  mode http
  timeout connect 1s
  timeout client 10s
  timeout server 10s
  timeout check 2s
  retries 3
  option redispatch
frontend clients
  bind 127.0.0.1:19409
  default_backend nodes
backend nodes
  option httpchk GET /health/ready
  default-server check inter 100ms fall 1 rise 2
  server node0 127.0.0.1:19410 port 19420
  server node1 127.0.0.1:19411 port 19421
  server node2 127.0.0.1:19412 port 19422
CONF
for n in 0 1 2; do gateway node$n $((19410 + n)) "$(cluster $((19410 + n)))"; done
haproxy -db -f "$work/haproxy.cfg" >/dev/null 2>&1 & pid[haproxy]=$!
for _ in $(seq 50); do curl -sf -o /dev/null http://127.0.0.1:19409/ && break; sleep 0.1; done
load 19409 32 75 "$work/roll" & pid[wrk]=$!
sleep 3
for n in 0 1 2; do
  stop node$n
  gateway node$n $((19410 + n)) "$(cluster $((19410 + n)))"
  for _ in $(seq 100); do curl -sf -o /dev/null "http://127.0.0.1:$((19420 + n))/health/ready" && break; sleep 0.1; done
  echo "   node$n is back after $SECONDS s of the script"
  sleep 3
done
wait "${pid[wrk]}"; unset 'pid[wrk]'
echo "   $(grep 'requests in' "$work/roll"); $(grep -E 'Socket errors|Non-2xx' "$work/roll" || echo no errors)"
echo "   nodes seen by node0: $(curl -s http://127.0.0.1:19420/cluster | grep -o '"id"' | wc -l)"
