#!/usr/bin/env bash
# What tracing costs, on 127.0.0.1. Needs nginx as upstream and as collector, wrk, curl and a built project.
#   verticles/benchmarks/tracing.sh [rounds [seconds-a-round [warm-up-seconds]]]
# Three gateways run at the same time: `off` and `control` without tracing, and one with tracing, whose tracing.sample
# is 0, 0.01 and 1 in turns, or what SAMPLES names. They take turns in random order. The sample is changed in the configuration file, which
# the gateway watches. The collector takes every span and drops it; its CPU time does not count.
# Prints Markdown: medians of the rounds, and the median of the ratios to the mean of `off` and `control` in the same
# round. The ratio of `control` to `off` shows how exact that is: two JVMs with the same settings differ by up to 7 %.
# A failure (statuses of 400 and above, socket errors, timeouts) makes the exit code 1. 11 2 15 are the defaults.
# shellcheck source-path=SCRIPTDIR
. "$(dirname "${BASH_SOURCE[0]}")/proxies.sh"

rounds=${1:-11} seconds=${2:-2} warmup=${3:-15} connections=64
read -ra samples <<<"${SAMPLES:-1 0.01 0}"
for program in nginx wrk curl "$java"; do command -v "$program" >/dev/null || fail "$program is missing"; done
[ -r "$jar" ] || fail "build the project first: mvn -B -q -DskipTests package"
declare -A port_of instrumentation_of pid_of

start_collector() {
  take_port; collector=$port
  {
    nginx_head collector 1
    echo "  server { listen 127.0.0.1:$collector; location / { return 200; } } }"
  } >"$work/collector.conf"
  echo "exec nginx -c $work/collector.conf" >"$work/collector.start"
  launch collector
  await collector "$collector"
}
write_conf() { # name [sample]
  local tracing=
  [ -z "${2:-}" ] || tracing=", \"tracing\": {\"otlp-endpoint\": \"http://127.0.0.1:$collector\", \"sample\": $2}"
  cat >"$work/$1.json.new" <<CONF
{"router-server": {"port": ${port_of[$1]}, "drain-timeout": "1s"}, "instrumentation": {"port": ${instrumentation_of[$1]}},
 "main-target": "http://127.0.0.1:$upstream", "canary-target": "http://127.0.0.1:$upstream"$tracing}
CONF
  mv "$work/$1.json.new" "$work/$1.json"
}
begin() { # name [sample]
  take_port; instrumentation_of[$1]=$port
  take_port; port_of[$1]=$port
  write_conf "$@"
  echo "exec $java ${JAVA_OPTIONS:-} -jar $jar -conf $work/$1.json" >"$work/$1.start"
  launch "$1"
  pid_of[$1]=$pid
  await "$1" "${port_of[$1]}"
}
use() { # sample: until it is in force
  write_conf on "$1"
  for _ in $(seq 200); do
    curl -sf "http://127.0.0.1:${instrumentation_of[on]}/debug/flagz?format=json" |
      tr -d ' \n' | grep -q "\"name\":\"tracing.sample\",[^}]*\"current_value\":\"$1\"" && return
    sleep 0.05
  done
  fail "tracing.sample does not become $1"
}
spans() { # exported|dropped
  curl -sf "http://127.0.0.1:${instrumentation_of[on]}/metrics" |
    awk -v name="gateway_spans_$1_total" 'index($1, name) == 1 { sum += $2 } END { printf "%.0f", sum }'
}
measure() { # round name gateway seconds: one line into the raw file
  measure_wrk "$1 $2" "${pid_of[$3]}" "http://127.0.0.1:${port_of[$3]}/" "$4"
}

raise_file_limit
find_ports
write_done_lua
start_upstream
start_collector
begin off
begin control
begin on "${samples[0]}"
for name in off control; do measure 0 "$name" "$name" "$warmup"; done
for sample in "${samples[@]}"; do
  use "$sample"
  measure 0 "$sample" on "$((warmup / ${#samples[@]} > 0 ? warmup / ${#samples[@]} : 1))"
done
for round in $(seq "$rounds"); do
  for name in $(shuf -e off control "${samples[@]}"); do
    case $name in
      off | control) measure "$round" "$name" "$name" "$seconds" ;;
      *) use "$name"; measure "$round" "$name" on "$seconds" ;;
    esac
  done
done
sleep 1

awk -v rounds="$rounds" -v samples="${samples[*]}" -v exported="$(spans exported)" -v dropped="$(spans dropped)" '
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
  function row(name, label) {
    printf "| %s | %.0f | %.2f | %.3f | %.2f | %.2f | %d |\n", label, median(rate, name), median(cpu, name), ratio(name),
      median(p50, name), median(p99, name), failures[name]
  }
  END {
    print "| tracing | requests/s | CPU µs/request | requests per CPU time, ratio | p50 ms | p99 ms | failures |"
    print "|---|---|---|---|---|---|---|"
    row("off", "off"); row("control", "control")
    count = split(samples, names, " ")
    for (k = 1; k <= count; k++) row(names[k], "sample " names[k])
    printf "\nSpans exported: %d, dropped: %d.\n", exported, dropped
    exit all > 0
  }' "$work/raw"
