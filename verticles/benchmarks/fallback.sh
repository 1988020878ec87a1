#!/usr/bin/env bash
# Sends requests through a gateway whose canary fails, with the fallback to main; all on 127.0.0.1. Needs nginx, h2load
# and a built project.
#   verticles/benchmarks/fallback.sh [requests]
# Canary answers 500, resets each connection, or does not answer. For each, 10,000 GETs on 32 connections go to canary
# by strategy, with an error limit of 500. Prints what clients saw, what was counted, and how long it took; then the
# same POSTs, which are not repeated by default. Last, GETs to main with a mirror that does not answer take turns with GETs
# without a mirror. A GET that failed, or a count that is not exact, makes the exit code 1.
# Environment: TRANSPORT (default: auto), GATEWAY_JAR, JAVA_HOME or JAVA, JAVA_OPTIONS.
# shellcheck source-path=SCRIPTDIR
. "$(dirname "${BASH_SOURCE[0]}")/proxies.sh"

requests=${1:-10000} limit=500 connections=32 warm_up=15 rounds=15 failed=0
raise_file_limit
find_ports

take_port; main=$port
take_port; broken=$port
take_port; resetting=$port
take_port; hanging=$port
{
  nginx_head targets 1
  cat <<CONF
  upstream silent { server 127.0.0.1:$hanging; }
  server { listen 127.0.0.1:$main backlog=4096; location / { return 200 "hello from main"; } }
  server { listen 127.0.0.1:$broken backlog=4096; location / { return 500 "broken"; } }
  server { listen 127.0.0.1:$resetting backlog=4096; location / { return 444; } } }
CONF
} >"$work/targets.conf"
echo "exec nginx -c $work/targets.conf" >"$work/targets.start"
launch targets
await targets "$main"
# A server that accepts all connections and never answers.
cat >"$work/hanging.py" <<PY
import socket
server = socket.create_server(("127.0.0.1", $hanging), backlog=4096)
accepted = []
while True:
    accepted.append(server.accept())
PY
echo "exec python3 $work/hanging.py" >"$work/hanging.start"
launch hanging

gateway() { # settings as JSON members
  take_port; router=$port
  take_port; instrumentation=$port
  # The gateway follows changes of its file, so each has its own.
  cat >"$work/gateway-$router.json" <<CONF
{"router-server": {"host": "127.0.0.1", "port": $router}, "transport": "${TRANSPORT:-auto}",
 "instrumentation": {"host": "127.0.0.1", "port": $instrumentation}, "main-target": "http://127.0.0.1:$main", $1}
CONF
  echo "ulimit -n $(ulimit -n); exec $java ${JAVA_OPTIONS:-} -jar $jar -conf $work/gateway-$router.json" >"$work/gateway.start"
  launch gateway
  gateway=$pid
  await gateway "$router" /application/health
}
end_gateway() { kill "$gateway"; wait "$gateway" 2>/dev/null || true; }
metric() { # name [labels as a pattern]: the sum of its series
  curl -s "http://127.0.0.1:$instrumentation/metrics" |
    awk -v name="$1" -v labels="${2:-}" '$1 ~ "^" name "({|$)" && $1 ~ labels { sum += $2 } END { print sum + 0 }'
}
echo "a=b" >"$work/body"
load() { # [h2load options]: 2xx, others, time, mean and worst time of a request
  h2load --h1 -n "$requests" -c "$connections" "$@" "http://127.0.0.1:$router/" |
    awk '/^finished in/ { sub(",", "", $3); time = $3 } /^status codes/ { good = $3 } /^time for request/ { mean = $6; worst = $5 }
      END { print good, '"$requests"' - good, time, mean, worst }'
}
check() { # what, found, expected
  [ "$2" = "$3" ] || { say "$1: $2 instead of $3"; failed=1; }
}

echo "$requests requests on $connections connections, error limit $limit, canary's part of the time 50 ms"
echo
echo "| canary | method | 2xx | others | mean | worst | fallbacks | errors counted | left in flight |"
echo "|---|---|---|---|---|---|---|---|---|"
for kind in "answers 500:$broken" "resets:$resetting" "hangs:$hanging"; do
  for method in GET POST; do
    gateway "\"canary-target\": \"http://127.0.0.1:${kind#*:}\", \"strategy\": \"canary\",
      \"circuit-breaker\": {\"error-limit-canary\": $limit}, \"canary-fallback\": {\"after\": \"50ms\"},
      \"proxy-client\": {\"to-main-and-canary\": {\"timeout\": \"1s\"}}"
    if [ "$method" = GET ]; then load >"$work/load"; else load -d "$work/body" >"$work/load"; fi
    read -r good others _ mean worst <"$work/load"
    fallbacks=$(metric gateway_fallbacks_total) errors=$(metric gateway_breaker_errors)
    left=$(metric gateway_breaker_reservations)
    echo "| ${kind%%:*} | $method | $good | $others | $mean | $worst | $fallbacks | $errors | $left |"
    check "errors of $method" "$errors" "$limit"
    check "reservations" "$left" 0
    if [ "$method" = GET ]; then
      check "failures of GET" "$others" 0
      check "fallbacks of GET" "$fallbacks" "$limit"
    else
      check "failures of POST" "$others" "$limit"
      check "fallbacks of POST" "$fallbacks" 0
    fi
    end_gateway
  done
done

# Both gateways run at the same time and take turns.
declare -A routers instrumentations gateways
for kind in none hangs; do
  mirror=
  [ "$kind" = none ] || mirror=", \"mirror\": {\"to\": \"http://127.0.0.1:$hanging\", \"fraction\": 1.0}"
  gateway "\"canary-target\": \"http://127.0.0.1:$main\", \"strategy\": \"main\",
    \"proxy-client\": {\"to-main-and-canary\": {\"timeout\": \"2s\"}} $mirror"
  routers[$kind]=$router instrumentations[$kind]=$instrumentation gateways[$kind]=$gateway
done
for round in $(seq "$((warm_up + rounds))"); do
  for kind in none hangs; do
    router=${routers[$kind]}
    load >"$work/load"
    [ "$round" -le "$warm_up" ] || cat "$work/load" >>"$work/$kind.loads"
  done
done
sleep 3 # The copies' timeout.
echo
echo "| mirror | rounds | 2xx | others | mean of a request, median | worst | resident MB | sent | dropped | failed |"
echo "|---|---|---|---|---|---|---|---|---|---|"
for kind in none hangs; do
  instrumentation=${instrumentations[$kind]}
  sent=$(metric gateway_mirror_requests_total 'sent') dropped=$(metric gateway_mirror_requests_total 'dropped')
  lost=$(metric gateway_mirror_requests_total 'failed')
  good=$(awk '{ all += $1 } END { print all }' "$work/$kind.loads")
  others=$(awk '{ all += $2 } END { print all }' "$work/$kind.loads")
  mean=$(awk '{ print $4 }' "$work/$kind.loads" | sort -h | sed -n "$(((rounds + 1) / 2))p")
  worst=$(awk '{ print $5 }' "$work/$kind.loads" | sort -h | tail -1)
  echo "| $kind | $rounds | $good | $others | $mean | $worst | $(memory_mb "${gateways[$kind]}" VmRSS) | $sent | $dropped | $lost |"
  check "failures beside a mirror" "$others" 0
  [ "$kind" = none ] || check "copies" "$((sent + dropped + lost))" "$(((warm_up + rounds) * requests))"
done
exit "$failed"
