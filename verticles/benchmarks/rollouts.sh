#!/usr/bin/env bash
# Measures changes of the rollout in a real DynamoDB Local, with nginx upstreams and wrk, all on 127.0.0.1. Needs
# nginx, nc, python3 and wrk, and a built project.
#   verticles/benchmarks/rollouts.sh [changes [clients [steps]]]
# 1. The time from a change to the daemon's first answer by it: with the table's stream, and with polling every 4 s.
# 2. DynamoDB fails while wrk runs. The rollout must be 0 within 12 s (unhealthy and one delay), and back within 8 s
# (two delays) after the failure. 3. The rollout from 0 to 1 in steps: no sticky client goes back, and daemon and proxy
# agree. The exit code is 1 if a bound is exceeded.
# Ports 19401 to 19408. The script ends everything that it started.
set -euo pipefail
changes=${1:-50} clients=${2:-10000} steps=${3:-20}
here=$(cd "$(dirname "$0")" && pwd)
jar=$here/../launcher/target/gateway-fat.jar
classes=$here/target/classes
work=$(mktemp -d)
direct=http://127.0.0.1:19401 through_nginx=http://127.0.0.1:19404
nginx= gateway= wrk= failed=0
finish() {
  kill "$nginx" "$gateway" "$wrk" 2>/dev/null || true
  kill -9 "${dynamodb:-}" 2>/dev/null || true
  wait 2>/dev/null || true
  rm -rf "$work"
}
trap finish EXIT

. "$here/dynamodb-local.sh"
put() { # rollout in DynamoDB's form: {"N": "1"}
  call PutItem '{"TableName": "MaxwellsDaemon", "Item": {"application": {"S": "app"}, "version": {"S": "canary"}, "rollout": '"$1"'}}'
}
start_gateway() { # keep-alive of the daemon, endpoint, streams
  cat >"$work/gateway.json" <<CONF
{"router-server": {"port": 19405}, "instrumentation": {"port": 19406}, "strategy": "rollout",
 "main-target": "http://127.0.0.1:19402", "canary-target": "http://127.0.0.1:19403",
 "daemon": {"socket": "$work/d.sock", "state-dir": "$work/state", "keep-alive": $1},
 "dynamodb": {"endpoint": "$2", "streams": $3, "delay": "4s", "unhealthy": "8s"}}
CONF
  java ${JAVA_OPTIONS:-} -jar "$jar" -conf "$work/gateway.json" >"$work/gateway.log" & gateway=$!
  for _ in $(seq 300); do
    curl -s http://127.0.0.1:19406/health/ready | grep -q '"status":"UP","checks"' && return
    sleep 0.1
  done
  echo "the gateway does not come up" >&2; exit 1
}
stop_gateway() { kill "$gateway"; wait "$gateway" || true; }

cat >"$work/nginx.conf" <<CONF
worker_processes 1; daemon off; pid $work/nginx.pid; error_log $work/nginx.err; user root;
events { worker_connections 4096; }
http { access_log off; keepalive_requests 100000000; keepalive_timeout 300; default_type text/plain;
  server { listen 127.0.0.1:19402 backlog=4096; location / { return 200 "main \$http_maxwellsdaemon"; } }
  server { listen 127.0.0.1:19403 backlog=4096; location / { return 200 "canary \$http_maxwellsdaemon"; } }
  # A proxy to DynamoDB that fails while one of the files exists.
  server { listen 127.0.0.1:19404; default_type application/x-amz-json-1.0;
    set \$error "com.amazonaws.dynamodb.v20120810#"; set \$message '","message":"so says the test"}';
    if (-f $work/throttled) { return 400 '{"__type":"\${error}ProvisionedThroughputExceededException\$message'; }
    if (-f $work/denied) { return 400 '{"__type":"\${error}AccessDeniedException\$message'; }
    if (-f $work/broken) { return 500 '{"__type":"\${error}InternalServerError\$message'; }
    if (-f $work/nonsense) { return 200 '<html>not DynamoDB</html>'; }
    location / { proxy_pass $direct; proxy_set_header Host 127.0.0.1:19401; } } }
CONF
nginx -c "$work/nginx.conf" >/dev/null 2>&1 & nginx=$!
start_dynamodb
call CreateTable "@$table"
put '{"N": "1"}'

echo "1. $changes changes"
for streams in true false; do
  start_gateway true "$direct" $streams
  [ $streams = true ] && echo "by the stream:" || echo "by polling every 4 s alone:"
  java -cp "$classes" io.canarygateway.benchmarks.RolloutTimes visible "$direct" "$work/d.sock" "$changes" 4000
  stop_gateway
done

echo "2. Trouble"
cat >"$work/paced.lua" <<'LUA'
local threads = {}
function setup(thread) table.insert(threads, thread) end
function init() wrong = 0; main = 0; canary = 0 end
function delay() return 5 end
function response(status, headers, body)
  if body == "main 0.5" then main = main + 1 elseif body == "canary 0.5" then canary = canary + 1 else wrong = wrong + 1 end
end
function done(summary)
  local wrong, main, canary = 0, 0, 0
  for _, t in ipairs(threads) do wrong = wrong + t:get("wrong"); main = main + t:get("main"); canary = canary + t:get("canary") end
  local e = summary.errors
  local failed = wrong + e.connect + e.read + e.write + e.status + e.timeout
  print(string.format("%d requests meanwhile: %d to main, %d to canary, %d failed", summary.requests, main, canary, failed))
end
LUA
start_load() { wrk -t1 -c8 -d1h -H 'maxwellsdaemon: 0.5' -s "$work/paced.lua" http://127.0.0.1:19405/ >"$work/wrk.out" & wrk=$!; }
stop_load() { kill -INT "$wrk"; wait "$wrk" || true; tail -1 "$work/wrk.out"; grep -q ' 0 failed' "$work/wrk.out" || failed=1; }
millis() { echo $(($(date +%s%N) / 1000000)); }
await() { # location: prints the milliseconds until the daemon answers it
  local from; from=$(millis)
  while [ "$(printf '0.5\n' | nc -U "$work/d.sock" | tail -1)" != "$1" ]; do
    [ $(($(millis) - from)) -lt 60000 ] || { echo 60000; return; }
    sleep 0.02
  done
  echo $(($(millis) - from))
}
detail() { curl -s http://127.0.0.1:19406/health/ready | python3 -c 'import json, sys
print([c["status"] + ", " + c["data"]["detail"] for c in json.load(sys.stdin)["checks"] if c["id"] == "dynamodb"][0])'; }
trouble() { # name, how it begins, how it ends
  local gone said back again
  put '{"N": "1"}'; await canary >/dev/null
  sleep 0.$((RANDOM % 10))
  eval "$2"; gone=$(await master); said=$(detail)
  sleep 2
  eval "$3"; back=$(await canary)
  sleep 6 # The gateway looks for the table's stream every 5 s.
  put '{"N": "0"}'; again=$(await master)
  [ "$gone" -le 12000 ] && [ "$back" -le 8000 ] || { failed=1; echo -n "OUT OF BOUNDS: "; }
  echo "$1: 0 after $gone ms, back after $back ms, then a change after $again ms; said $said"
}
start_gateway false "$direct" true
start_load
trouble 'killed' 'kill -9 "$dynamodb"; wait "$dynamodb" 2>/dev/null || true' start_dynamodb
trouble 'paused' 'kill -STOP "$dynamodb"' 'kill -CONT "$dynamodb"'
trouble 'table deleted' "call DeleteTable '{\"TableName\": \"MaxwellsDaemon\"}'" "call CreateTable '@$table'; put '{\"N\": \"1\"}'"
trouble 'rollout a string' "put '{\"S\": \"1\"}'" "put '{\"N\": \"1\"}'"
trouble 'rollout 1.5' "put '{\"N\": \"1.5\"}'" "put '{\"N\": \"1\"}'"
trouble 'no rollout' "put '{\"NULL\": true}'" "put '{\"N\": \"1\"}'"
stop_load; stop_gateway
start_gateway false "$through_nginx" true
start_load
for kind in throttled denied broken nonsense; do trouble $kind "touch $work/$kind" "rm $work/$kind"; done
stop_load; stop_gateway

echo "3. $clients sticky clients from 0 to 1 in $steps steps"
start_gateway true "$direct" true
java -cp "$classes" io.canarygateway.benchmarks.RolloutTimes steps "$direct" "$work/d.sock" 19405 "$clients" "$steps" || failed=1
stop_gateway
exit $failed
