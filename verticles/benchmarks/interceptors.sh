#!/usr/bin/env bash
# What a request costs on a route with interceptors, beside a plain route of the same gateway, on 127.0.0.1. Needs
# nginx as upstream, wrk, curl and a built project.
#   verticles/benchmarks/interceptors.sh [-r rounds] [-s seconds-a-round] [-w warm-up-seconds]
# Prints Markdown: medians of the rounds, and the median of the ratios to the plain route in the same round. The routes
# take turns. Failures (statuses of 400 and above, socket errors, timeouts) make the exit code 1.
#   text: a response of 28 bytes; the interceptor json-set looks at it and lets it pass
#   json: a response of 1 KiB, which json-set parses, changes and writes
#   -r 9 -s 2 -w 10  are the defaults
# shellcheck source-path=SCRIPTDIR
. "$(dirname "${BASH_SOURCE[0]}")/proxies.sh"

rounds=9 seconds=2 warmup=10 connections=64
while [ $# -gt 0 ]; do
  case $1 in
    -r) rounds=$2; shift ;;
    -s) seconds=$2; shift ;;
    -w) warmup=$2; shift ;;
    *) fail "unknown option $1" ;;
  esac
  shift
done
for program in nginx wrk curl "$java"; do command -v "$program" >/dev/null || fail "$program is missing"; done
[ -r "$jar" ] || fail "build the project first: mvn -B -q -DskipTests package"

start_json_upstream() {
  local items
  items=$(for i in $(seq 20); do printf '{"id":%d,"name":"a thing of the shop","price":%d.50},' "$i" "$i"; done)
  take_port; upstream=$port
  {
    worker_connections=16384 nginx_head upstream 1
    cat <<CONF
  server { listen 127.0.0.1:$upstream backlog=4096; default_type text/plain;
    location / { return 200 "hello from nginx upstream 28"; }
    location ~ json\$ { default_type application/json; return 200 '{"internal":1,"items":[${items%,}]}'; } } }
CONF
  } >"$work/upstream.conf"
  echo "exec nginx -c $work/upstream.conf" >"$work/upstream.start"
  launch upstream
  await upstream "$upstream"
}

write_done_lua
measure() { # round workload path seconds: one line into the raw file
  measure_wrk "$1 $2" "$gateway" "http://127.0.0.1:$gateway_port$3" "$4"
}

raise_file_limit
find_ports
start_json_upstream
take_port; instrumentation=$port
take_port; gateway_port=$port
target="\"main-target\": \"http://127.0.0.1:$upstream\", \"canary-target\": \"http://127.0.0.1:$upstream\""
cat >"$work/gateway.json" <<CONF
{"router-server": {"port": $gateway_port, "drain-timeout": "1s"}, "instrumentation": {"port": $instrumentation},
 $target, "strategy": "main",
 "routes": {"seen": {"match": {"path": {"prefix": "/seen"}}, $target, "interceptors": ["json-set"]}},
 "extensions": {"json-set": {"response": {"internal": null, "help": "https://example.org"}}}}
CONF
echo "exec $java ${JAVA_OPTIONS:-} -jar $jar -conf $work/gateway.json" >"$work/gateway.start"
launch gateway
gateway=$pid
await gateway "$gateway_port"
curl -sf "http://127.0.0.1:$gateway_port/seen/json" | grep -q '"help"' || fail "the interceptor does not work"
curl -sf "http://127.0.0.1:$gateway_port/plain/json" | grep -q '"internal"' || fail "the plain route does not work"

workloads=("plain,text /plain/text" "interceptor,text /seen/text" "plain,json /plain/json" "interceptor,json /seen/json")
for each in "${workloads[@]}"; do
  read -r name path <<<"$each"
  measure 0 "$name" "$path" "$((warmup / 2 > 0 ? warmup / 2 : 1))"
done
for round in $(seq "$rounds"); do
  for i in 0 1 2 3; do
    read -r name path <<<"${workloads[$(((i + round) % 4))]}"
    measure "$round" "$name" "$path" "$seconds"
  done
done

awk -v rounds="$rounds" '
  $1 > 0 { rate[$2, $1] = $3; cpu[$2, $1] = $4; p50[$2, $1] = $5; p99[$2, $1] = $6 }
  { failures[$2] += $7; all += $7 }
  function median(name, of, base,   i, j, n, t, v) {
    for (i = 1; i <= rounds; i++) v[i] = base == "" ? of[name, i] : of[name, i] / of[base, i]
    for (i = 1; i <= rounds; i++) for (j = i + 1; j <= rounds; j++) if (v[j] < v[i]) { t = v[i]; v[i] = v[j]; v[j] = t }
    n = int((rounds + 1) / 2)
    return rounds % 2 ? v[n] : (v[n] + v[n + 1]) / 2
  }
  function row(name, base) {
    printf "| %s | %.0f | %.2f | %.0f | %.2f | %.2f | %.2f | %d |\n", name, median(name, rate), median(name, rate, base),
      median(name, cpu), median(name, cpu, base), median(name, p50), median(name, p99), failures[name]
  }
  END {
    print "| route, response | requests/s | ratio | CPU µs/request | ratio | p50 ms | p99 ms | failures |"
    print "|---|---|---|---|---|---|---|---|"
    row("plain,text", "plain,text"); row("interceptor,text", "plain,text")
    row("plain,json", "plain,json"); row("interceptor,json", "plain,json")
    exit all > 0
  }' "$work/raw"
