#!/usr/bin/env bash
# What a request costs on a route with a release, beside routes of the same gateway without one, on 127.0.0.1. Needs
# nginx as upstream, wrk, curl and a built project.
#   verticles/benchmarks/release-cost.sh [rounds [seconds-a-round [warm-up-seconds]]]
# Three routes have strategy rollout and rollout.canary 0.1. `release` has a release in mode observe; `plain` and
# `control` are the same without it. They take turns in random order. (Two gateways with the same settings differ by
# up to 7 %, because their JITs decide differently; so all routes are in one.)
#   new:  each request is of a new client, which gets a cookie
#   kept: each request has the same cookie
# Prints Markdown: medians of the rounds, and the median of the ratios to the mean of `plain` and `control` in the same
# round. The ratio of `control` to `plain` shows how exact that is. A ratio of requests per CPU time below 0.98, or a
# failure (statuses of 400 and above, socket errors, timeouts), makes the exit code 1. 15 1 18 are the defaults.
# shellcheck source-path=SCRIPTDIR
. "$(dirname "${BASH_SOURCE[0]}")/proxies.sh"

rounds=${1:-15} seconds=${2:-1} warmup=${3:-18} connections=64
for program in nginx wrk curl "$java"; do command -v "$program" >/dev/null || fail "$program is missing"; done
[ -r "$jar" ] || fail "build the project first: mvn -B -q -DskipTests package"

write_done_lua
measure() { # round clients route seconds: one line into the raw file
  local cookie=()
  [ "$2" = new ] || cookie=(-H "Cookie: maxwellsdaemon=0.7")
  measure_wrk "$1 $2,$3" "$gateway" "http://127.0.0.1:$gateway_port/$3" "$4" "${cookie[@]}"
}

raise_file_limit
find_ports
start_upstream
route() { # name [more JSON members]
  echo "\"$1\": {\"match\": {\"path\": {\"prefix\": \"/$1\"}}, \"main-target\": \"http://127.0.0.1:$upstream\",
    \"canary-target\": \"http://127.0.0.1:$upstream\", \"strategy\": \"rollout\", \"rollout\": {\"canary\": 0.1}${2:+, $2}}"
}
take_port; instrumentation=$port
take_port; gateway_port=$port
cat >"$work/gateway.json" <<CONF
{"router-server": {"port": $gateway_port, "drain-timeout": "1s"}, "instrumentation": {"port": $instrumentation},
 "release": {"state-dir": "$work/releases"},
 "routes": {$(route plain), $(route control), $(route release '"release": {"version": "v2", "mode": "observe"}')}}
CONF
echo "exec $java ${JAVA_OPTIONS:-} -jar $jar -conf $work/gateway.json" >"$work/gateway.start"
launch gateway
gateway=$pid
await gateway "$gateway_port" /plain

for each in plain control release; do
  for clients in new kept; do measure 0 "$clients" "$each" "$((warmup / 6 > 0 ? warmup / 6 : 1))"; done
done
for round in $(seq "$rounds"); do
  for clients in new kept; do
    for each in $(shuf -e plain control release); do measure "$round" "$clients" "$each" "$seconds"; done
  done
done

awk -v rounds="$rounds" '
  $1 > 0 { rate[$2, $1] = $3; cpu[$2, $1] = $4; p50[$2, $1] = $5; p99[$2, $1] = $6 }
  { failures[$2] += $7; all += $7 }
  function middle(v,   i, j, n, t) {
    for (i = 1; i <= rounds; i++) for (j = i + 1; j <= rounds; j++) if (v[j] < v[i]) { t = v[i]; v[i] = v[j]; v[j] = t }
    n = int((rounds + 1) / 2)
    return rounds % 2 ? v[n] : (v[n] + v[n + 1]) / 2
  }
  function median(of, name,   i, v) {
    for (i = 1; i <= rounds; i++) v[i] = of[name, i]
    return middle(v)
  }
  function ratio(clients, name,   i, v, base) { # of requests per CPU time
    for (i = 1; i <= rounds; i++) {
      base = name == "release" ? (cpu[clients ",plain", i] + cpu[clients ",control", i]) / 2 : cpu[clients ",plain", i]
      v[i] = base / cpu[clients "," name, i]
    }
    return middle(v)
  }
  function row(clients, route,   name, r) {
    name = clients "," route
    r = ratio(clients, route)
    if (route == "release" && r < 0.98) slow = 1
    printf "| %s | %s | %.0f | %.2f | %.3f | %.2f | %.2f | %d |\n", clients, route, median(rate, name), median(cpu, name), r,
      median(p50, name), median(p99, name), failures[name]
  }
  END {
    print "| clients | route | requests/s | CPU µs/request | requests per CPU time, ratio | p50 ms | p99 ms | failures |"
    print "|---|---|---|---|---|---|---|---|"
    row("new", "plain"); row("new", "control"); row("new", "release")
    row("kept", "plain"); row("kept", "control"); row("kept", "release")
    exit all > 0 || slow
  }' "$work/raw"
