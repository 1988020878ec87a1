#!/usr/bin/env bash
# Checks the circuit breaker's limits over three gateways, all on 127.0.0.1. Needs nginx, etcd, etcdctl and a built
# project.
#   verticles/benchmarks/cluster-limits.sh [etcd|dynamodb [repeats [seconds-stopped [trips]]]]
# 1. 10,000 posts to three nodes with a limit of 1,000 requests; one node is killed by SIGKILL in the middle.
# 2. Two of three are killed at once.
# 3. An error limit that trips on one node, repeatedly: the time until the others see it.
# 4. Another generation, by etcd or in all files, repeatedly: the time until each node sends to canary again.
# 5. Posts while one node is stopped by SIGSTOP.
# 6. etcd is killed and comes back.
# Requests are counted in canary's own log. Ports 19500 to 19539. The script ends everything that it started.
set -euo pipefail
keeper=${1:-etcd} repeats=${2:-20} stopped=${3:-12} trips=${4:-50}
here=$(cd "$(dirname "$0")" && pwd)
jar=$here/../launcher/target/gateway-fat.jar
classes=$here/target/classes:$(cat "$here/target/class-path.txt")
work=$(mktemp -d)
declare -A pid
export ETCDCTL_API=3
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
etcd() {
  command etcd --name one --data-dir "$work/etcd" --listen-client-urls http://127.0.0.1:19503 \
    --advertise-client-urls http://127.0.0.1:19503 --listen-peer-urls http://127.0.0.1:19504 \
    --initial-advertise-peer-urls http://127.0.0.1:19504 --initial-cluster one=http://127.0.0.1:19504 \
    >>"$work/etcd.log" 2>&1 & pid[etcd]=$!
  disown "${pid[etcd]}"
  for _ in $(seq 100); do etcdctl --endpoints 127.0.0.1:19503 put /ready yes >/dev/null 2>&1 && return; sleep 0.1; done
}
if [ "$keeper" = etcd ]; then
  etcd
  section='"etcd": {"endpoints": ["http://127.0.0.1:19503"]}'
else
  direct=http://127.0.0.1:19505
  . "$here/dynamodb-local.sh"
  start_dynamodb
  pid[dynamodb]=$dynamodb
  disown "$dynamodb"
  call CreateTable "@$table"
  section='"dynamodb": {"endpoint": "'$direct'"}'
fi
generation=0
canary() { wc -l <"$work/canary.log"; }
posts() { java -Xmx128m -cp "$classes" io.canarygateway.benchmarks.LimitPosts "$@"; }
start() { # limit, its value, canary's port
  : >"$work/canary.log"
  generation=$(date +%s%N)
  for n in 0 1 2; do
    cat >"$work/$n.json" <<CONF
{"router-server": {"port": $((19510 + n))}, "instrumentation": {"port": $((19520 + n))}, "strategy": "canary",
 "main-target": "http://127.0.0.1:19500", "canary-target": "http://127.0.0.1:$3", "circuit-breaker": {"$1": $2, "generation": "$generation"}, $section,
 "cluster": {"enabled": true, "port": $((19530 + n)), "members": ["127.0.0.1:19530", "127.0.0.1:19531", "127.0.0.1:19532"]}}
CONF
    java ${JAVA_OPTIONS:--Xmx128m} -jar "$jar" -conf "$work/$n.json" >"$work/$n.log" 2>&1 & pid[$n]=$!
    disown "${pid[$n]}" # Otherwise the shell reports each killed process.
  done
  for n in 0 1 2; do await 40 $n gateway_breaker_cluster_up 1; await 10 $n gateway_cluster_nodes 3; done
}
stop() { for n in 0 1 2; do kill -9 "${pid[$n]}" 2>/dev/null || true; unset "pid[$n]"; done; sleep 0.5; }
spend() { # until the limit is reached on the first of these ports
  for _ in $(seq 40); do
    posts posts 100 16 0 0 "$@" >/dev/null
    [ "$(curl -s "http://127.0.0.1:$(($1 + 10))/metrics" | grep -c 'gateway_breaker_tripped{limit="requests"} 1')" = 1 ] && return
  done
}

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

echo "2. Two of three killed at once, 5 times, limit 1,000"
for round in $(seq 5); do
  start request-limit-canary 1000 19501
  posts posts 600 64 0 0 19510 19511 19512 >/dev/null
  before=$(canary)
  kill -9 "${pid[1]}" "${pid[2]}"
  spend 19510
  echo "round $round: canary got $before before, $(canary) in the end; the third node got $(($(canary) - before)) more"
  [ "$(canary)" -le 1000 ] || echo "OVER THE LIMIT"
  stop
done

echo "3. An error limit tripped on one node, $trips times: raised by 20 in the files of all three, then tripped again"
start error-limit-canary 20 19502
for trip in $(seq "$trips"); do
  posts trip 20 19510 19511 19512
  for n in 0 1 2; do sed -i "s/error-limit-canary\": [0-9]*/error-limit-canary\": $((20 * (trip + 1)))/" "$work/$n.json"; done
done | tee "$work/trips" | tail -3
grep -o '[0-9.]* ms' "$work/trips" | sort -n | awk '{ t[NR] = $1 } END { printf "of %d: median %.1f ms, worst %.1f ms\n", NR, t[int((NR + 1) / 2)], t[NR] }'
grep -o '([0-9]* to canary' "$work/trips" | tr -d '(' | awk '{ late += $1 } END { print late + 0 " went to canary by the others after the limit was reached" }'
echo "canary got $(canary) of $((20 * trips))"
stop

echo "4. Another generation, $trips times: the time until each node sends to canary again"
start request-limit-canary 30 19501
for trip in $(seq "$trips"); do
  spend 19510 19511 19512
  if [ "$keeper" = etcd ]; then
    reset="etcdctl --endpoints 127.0.0.1:19503 put /gateway/flagz/circuit-breaker.generation $generation-$trip >/dev/null"
  else
    reset="cd '$work' && sed -i 's/\"generation\": \"[^\"]*\"/\"generation\": \"$generation-$trip\"/' 0.json 1.json 2.json"
  fi
  posts reset "$reset" 19510 19511 19512
done | tee "$work/resets" | tail -2
grep -o '[0-9.]* ms' "$work/resets" | sort -n | awk '{ t[NR] = $1 } END { printf "of %d: median %.1f ms, worst %.1f ms\n", NR, t[int((NR + 1) / 2)], t[NR] }'
stop

echo "5. One of three stopped for $stopped s, limit 1,000"
start request-limit-canary 1000 19501
posts posts 300 64 0 0 19510 19511 19512
kill -STOP "${pid[2]}"
posts posts 300 64 0 0 19510 19511
sleep "$stopped"
posts posts 200 64 0 0 19510 19511
echo "canary got $(canary); nodes $(metric 0 gateway_cluster_nodes)"
kill -CONT "${pid[2]}"
from=$(date +%s%N)
posts posts 1000 64 0 0 19510 19511 19512
for n in 0 1 2; do await 60 $n gateway_cluster_nodes 3; done
echo "all three see each other again $(((($(date +%s%N)) - from) / 1000000)) ms later"
for _ in $(seq 20); do [ "$(canary)" = 1000 ] && break; posts posts 300 64 0 0 19510 19511 19512 >/dev/null; done
posts posts 1000 64 0 0 19510 19511 19512
echo "canary got $(canary)"
for n in 0 1 2; do await 10 $n gateway_breaker_cluster_used_requests 1000; done
stop

[ "$keeper" = etcd ] || exit 0
echo "6. etcd killed for 5 s, limit 1,000"
start request-limit-canary 1000 19501
posts posts 200 64 0 0 19510 19511 19512
kill -9 "${pid[etcd]}"
posts posts 3000 64 0 0 19510 19511 19512
echo "canary got $(canary); main the rest"
sleep 5
etcd
from=$(date +%s%N)
spend 19510 19511 19512
echo "canary got $(canary), $(((($(date +%s%N)) - from) / 1000000)) ms after etcd was back"
