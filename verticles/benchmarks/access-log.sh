#!/usr/bin/env bash
# What the access log costs, on 127.0.0.1. Needs nginx as upstream, wrk, curl and a built project.
#   verticles/benchmarks/access-log.sh [rounds [seconds-a-round [warm-up-seconds [directory]]]]
# One gateway runs with access-log off, json and common in turns, in random order. The flag is changed in its
# configuration file, which it watches. `control` is off once more. (Two gateways with the same settings differ by up to
# 7 %, because their JITs decide differently; so all turns are of one.) The log is a file in the directory, which is
# emptied before each turn; not given: a directory of its own below /tmp.
# Then the log is a pipe that nobody reads, as a disk that never answers: `stuck`. Its lines are dropped.
# Prints Markdown: medians of the rounds, and the median of the ratios to the mean of `off` and `control` in the same
# round. The ratio of `control` to `off` shows how exact that is. A ratio of requests per CPU time below 0.93, or a
# failure (statuses of 400 and above, socket errors, timeouts), makes the exit code 1. 11 2 20 are the defaults.
# shellcheck source-path=SCRIPTDIR
. "$(dirname "${BASH_SOURCE[0]}")/proxies.sh"

rounds=${1:-11} seconds=${2:-2} warmup=${3:-20} directory=${4:-$work} connections=64
for program in nginx wrk curl "$java"; do command -v "$program" >/dev/null || fail "$program is missing"; done
[ -r "$jar" ] || fail "build the project first: mvn -B -q -DskipTests package"

write_done_lua
write_conf() { # format
  cat >"$work/gateway.json.new" <<CONF
{"router-server": {"port": $gateway_port, "drain-timeout": "1s"}, "instrumentation": {"port": $instrumentation},
 "main-target": "http://127.0.0.1:$upstream", "canary-target": "http://127.0.0.1:$upstream",
 "access-log": "$1", "access-log-file": "$log"}
CONF
  mv "$work/gateway.json.new" "$work/gateway.json"
}
use() { # format: until it is in force
  write_conf "$1"
  for _ in $(seq 200); do
    curl -sf "http://127.0.0.1:$instrumentation/debug/flagz?format=json" |
      tr -d ' \n' | grep -q "\"name\":\"access-log\",[^}]*\"current_value\":\"$1\"" && return
    sleep 0.05
  done
  fail "access-log does not become $1"
}
measure() { # round name seconds: one line into the raw file
  [ -p "$log" ] || : >"$log"
  measure_wrk "$1 $2" "$gateway" "http://127.0.0.1:$gateway_port/" "$3"
}
dropped() { curl -sf "http://127.0.0.1:$instrumentation/metrics" | awk '/^gateway_access_log_dropped_total/ { print int($2) }'; }
begin() { # log
  log=$1
  take_port; instrumentation=$port
  take_port; gateway_port=$port
  write_conf off
  echo "exec $java ${JAVA_OPTIONS:-} -jar $jar -conf $work/gateway.json" >"$work/gateway.start"
  launch gateway
  gateway=$pid
  await gateway "$gateway_port"
  for format in off json common; do use "$format"; measure 0 "$format" "$((warmup / 3 > 0 ? warmup / 3 : 1))"; done
}

raise_file_limit
find_ports
start_upstream
begin "$directory/access.log"
for round in $(seq "$rounds"); do
  for name in $(shuf -e off control json common); do
    use "${name/control/off}"
    measure "$round" "$name" "$seconds"
  done
done
use off
lost=$(dropped)
rm -f "$log"
kill "$gateway"
wait "$gateway" 2>/dev/null || true

mkfifo "$work/pipe"
begin "$work/pipe"
use json
for round in $(seq "$rounds"); do measure "$round" stuck "$seconds"; done
stuck=$(dropped)

awk -v rounds="$rounds" -v lost="$lost" -v stuck="$stuck" '
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
  function ratio(name,   i, v, base) { # of requests per CPU time
    for (i = 1; i <= rounds; i++) {
      base = name == "control" ? cpu["off", i] : (cpu["off", i] + cpu["control", i]) / 2
      v[i] = name == "off" ? 1 : base / cpu[name, i]
    }
    return middle(v)
  }
  function row(name, drops,   r) {
    r = ratio(name)
    if ((name == "json" || name == "common") && r < 0.93) slow = 1
    printf "| %s | %.0f | %.2f | %s | %.2f | %.2f | %s | %d |\n", name, median(rate, name), median(cpu, name),
      name == "stuck" ? "-" : sprintf("%.3f", r), median(p50, name), median(p99, name), drops, failures[name]
  }
  END {
    print "| access-log | requests/s | CPU µs/request | requests per CPU time, ratio | p50 ms | p99 ms | lines dropped | failures |"
    print "|---|---|---|---|---|---|---|---|"
    row("off", "-"); row("control", "-"); row("json", lost " (with common)"); row("common", "-"); row("stuck", stuck)
    exit all > 0 || slow
  }' "$work/raw"
