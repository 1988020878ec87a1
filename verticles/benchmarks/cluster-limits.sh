#!/usr/bin/env bash
# Checks the circuit breaker's limits over three gateways, all on 127.0.0.1. Needs nginx and a built project.
#   verticles/benchmarks/cluster-limits.sh [repeats [seconds-stopped [trips]]]
# 1. 10,000 posts to three nodes with a limit of 1,000 requests; one node is killed by SIGKILL in the middle. 2. An
# error limit that trips on one node, repeatedly: the time until the others see it. 3. Posts while one node is
# stopped by SIGSTOP. Requests are counted in canary's own log. Ports 19500 to 19539. The script ends everything
# that it started.
set -euo pipefail
repeats=${1:-20} stopped=${2:-60} trips=${3:-50}
here=$(cd "$(dirname "$0")" && pwd)
jar=$here/../launcher/target/gateway-fat.jar
classes=$here/target/classes:$(cat "$here/target/class-path.txt")
work=$(mktemp -d)
declare -A pid
finish() { kill "${pid[nginx]}" 2>/dev/null || true; unset "pid[nginx]"; kill -9 "${pid[@]}" 2>/dev/null || true; wait 2>/dev/null || true; rm -rf "$work"; }
trap finish EXIT

cat >"$work/upstream.conf" <<CONF
worker_processes 1; daemon off; pid $work/upstream.pid; error_log $work/upstream.err;
events { worker_connections 4096; }
http { keepalive_requests 100000000; keepalive_timeout 300; log_format line '\$status';
  server { listen 127.0.0.1:19500 backlog=4096; access_log off; location / { return 200 "main"; } }
  server { listen 127.0.0.1:19501 backlog=4096; access_log $work/canary.log line; location / { return 200 "canary"; } }
  server { listen 127.0.0.1:19502 backlog=4096; access_log $work/canary.log line; location / { return 500 "canary"; } } }
CONF
nginx -c "$work/upstream.conf" >/dev/null 2>&1 & pid[nginx]=$!
metric() { # node, name
  curl -s -m 2 "http://127.0.0.1:$((19520 + $1))/metrics" | awk -v name="$2" '$1 == name { print int($2) }'
}
await() { # seconds, node, metric, value
  for _ in $(seq $(($1 * 5))); do [ "$(metric "$2" "$3")" = "$4" ] && return; sleep 0.2; done
  echo "node $2: $3 is $(metric "$2" "$3"), expected $4" >&2; return 1
}
canary() { wc -l <"$work/canary.log"; }
posts() { java -Xmx128m -cp "$classes" io.canarygateway.benchmarks.LimitPosts "$@"; }
start() { # limit, its value, canary's port
  : >"$work/canary.log"
  for n in 0 1 2; do
    cat >"$work/$n.json" <<CONF
{"router-server": {"port": $((19510 + n))}, "instrumentation": {"port": $((19520 + n))}, "strategy": "canary",
 "main-target": "http://127.0.0.1:19500", "canary-target": "http://127.0.0.1:$3", "circuit-breaker": {"$1": $2},
 "cluster": {"enabled": true, "port": $((19530 + n)), "members": ["127.0.0.1:19530", "127.0.0.1:19531", "127.0.0.1:19532"]}}
CONF
    java ${JAVA_OPTIONS:--Xmx128m} -jar "$jar" -conf "$work/$n.json" >"$work/$n.log" 2>&1 & pid[$n]=$!
    disown "${pid[$n]}" # Otherwise the shell reports each killed process.
  done
  for n in 0 1 2; do await 40 $n gateway_breaker_cluster_nodes 3; await 10 $n gateway_breaker_cluster_quorum 1; done
}
stop() { for n in 0 1 2; do kill -9 "${pid[$n]}" 2>/dev/null || true; unset "pid[$n]"; done; sleep 0.5; }

echo "1. 10,000 posts, 64 at a time, limit 1,000, one of three killed in the middle"
worst=1000
for round in $(seq "$repeats"); do
  start request-limit-canary 1000 19501
  echo -n "round $round: "
  posts posts 10000 64 $((200 + RANDOM % 600)) "${pid[2]}" 19510 19511 19512 | tr '\n' ';'
  posts posts 500 64 0 0 19510 19511 >/dev/null
  got=$(canary)
  echo " canary got $got, the dead node's lease $((1000 - got)), all leased $(metric 0 gateway_breaker_cluster_granted_requests)"
  [ "$got" -le 1000 ] || echo "OVER THE LIMIT"
  [ "$got" -ge "$worst" ] || worst=$got
  stop
done
echo "least: $worst of 1000"

echo "2. An error limit tripped on one node, $trips times: raised by 20 in the files of all three, then tripped again"
start error-limit-canary 20 19502
for trip in $(seq "$trips"); do
  posts trip 20 19510 19511 19512
  for n in 0 1 2; do sed -i "s/error-limit-canary\": [0-9]*/error-limit-canary\": $((20 * (trip + 1)))/" "$work/$n.json"; done
done | tee "$work/trips" | tail -3
grep -o '[0-9.]* ms' "$work/trips" | sort -n | awk '{ t[NR] = $1 } END { printf "of %d: median %.1f ms, worst %.1f ms\n", NR, t[int((NR + 1) / 2)], t[NR] }'
grep -o '([0-9]* to canary' "$work/trips" | tr -d '(' | awk '{ late += $1 } END { print late + 0 " went to canary by the others after the limit was reached" }'
echo "canary got $(canary) of $((20 * trips))"
stop

echo "3. One of three stopped for $stopped s, limit 1,000"
start request-limit-canary 1000 19501
posts posts 300 64 0 0 19510 19511 19512
kill -STOP "${pid[2]}"
posts posts 300 64 0 0 19510 19511
sleep "$stopped"
posts posts 200 64 0 0 19510 19511
echo "canary got $(canary); voters $(metric 0 gateway_breaker_cluster_nodes)"
kill -CONT "${pid[2]}"
from=$(date +%s%N)
posts posts 1000 64 0 0 19510 19511 19512
for n in 0 1 2; do await 60 $n gateway_breaker_cluster_nodes 3; done
echo "all three have a say again $(((($(date +%s%N)) - from) / 1000000)) ms later"
for _ in $(seq 20); do [ "$(canary)" = 1000 ] && break; posts posts 300 64 0 0 19510 19511 19512 >/dev/null; done
posts posts 1000 64 0 0 19510 19511 19512
echo "canary got $(canary)"
for n in 0 1 2; do await 10 $n gateway_breaker_cluster_used_requests 1000; done
