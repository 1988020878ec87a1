#!/usr/bin/env bash
# Compares the gateway with nginx and HAProxy, all with the same nginx as upstream, on 127.0.0.1. Needs nginx,
# haproxy, wrk, curl and a built project.
#   verticles/benchmarks/compare.sh [-r rounds] [-s seconds-a-round] [-w warm-up-seconds] [-o raw-file] [--write] [scenario…]
# Prints Markdown: medians of the rounds, and medians of the ratios to nginx in the same round. Failures (statuses
# outside 2xx and 3xx, socket errors, timeouts) are in the tables and make the exit code 1.
#   -r 9 -s 2 -w 20  are the defaults; each gateway is warmed up anew in each scenario
#   -o raw-file      appends the raw results; the report then covers the whole file
#   --write          writes the report to RESULTS.md and the plot to results.svg, beside this script
# Scenarios; without any, all of them:
#   plain, headers (headers-N), rollout, sidecar (sidecar-200), bodies (down-SIZE, up-SIZE: 1k, 64k, 1m),
#   connections (connections-N), idle (idle-N), rate (rate-N), start, memory, flags (flags-N)
# Environment: GATEWAYS="epoll io_uring" (default: auto; see proxies.sh), GATEWAY_JAR, JAVA_HOME or JAVA,
# JAVA_OPTIONS. GATEWAYS="auto httpproxy" adds Vert.x's own HttpProxy to the scenarios without decisions.
# shellcheck source-path=SCRIPTDIR
. "$(dirname "${BASH_SOURCE[0]}")/proxies.sh"
# shellcheck source=scenarios.sh
. "$here/scenarios.sh"

rounds=9 seconds=2 warmup=20 raw=$work/raw write=
all="plain headers rollout sidecar bodies connections idle rate start memory flags"
wanted=()
while [ $# -gt 0 ]; do
  case $1 in
    -r) rounds=$2; shift ;;
    -s) seconds=$2; shift ;;
    -w) warmup=$2; shift ;;
    -o) raw=$2; shift ;;
    --write) write=1 ;;
    -*) fail "unknown option $1" ;;
    *) wanted+=("$1") ;;
  esac
  shift
done
[ ${#wanted[@]} -gt 0 ] || read -ra wanted <<<"$all"
for scenario in "${wanted[@]}"; do is_scenario "$scenario" || fail "unknown scenario $scenario; there are: $all"; done
for program in nginx haproxy wrk curl "$java"; do command -v "$program" >/dev/null || fail "$program is missing"; done
[ -r "$tools/io/canarygateway/benchmarks/Report.class" ] || fail "build the project first: mvn -B -q -DskipTests package"
GATEWAYS=${GATEWAYS:-auto}

record() { # fields, into the raw file
  local IFS=$'\t'
  echo "$*" >>"$raw"
}
describe_run() {
  local commit options
  commit=$(git -C "$here" log -1 --format=%h 2>/dev/null || echo unknown)
  [ -z "$(git -C "$here" status --porcelain -- :/ ':(top,exclude)verticles/benchmarks/RESULTS.md' \
    ':(top,exclude)verticles/benchmarks/results.svg' 2>/dev/null)" ] || commit+=" with changes"
  options=${JAVA_OPTIONS:+JAVA_OPTIONS=\"$JAVA_OPTIONS\" }
  record run Command "\`${options}GATEWAYS=\"$GATEWAYS\" compare.sh -r $rounds -s $seconds -w $warmup ${wanted[*]}\`"
  record run Date "$(date -u +%FT%RZ)"
  record run Commit "$commit"
  record run Machine "$(awk -F': ' '/^model name/ { print $2; exit }' /proc/cpuinfo), $cores cores, $(awk '/^MemTotal/ { printf "%.0f GB", $2 / 1048576 }' /proc/meminfo)"
  record run Kernel "$(uname -sr)"
  record run nginx "$(nginx -v 2>&1 | sed 's/.*nginx.//')"
  record run HAProxy "$(haproxy -v | awk 'NR == 1 { print $3 }')"
  record run wrk "$(wrk -v 2>&1 | awk 'NR == 1 { print $2 }' || true)"
  record run JDK "$("$java" -version 2>&1 | awk -F'"' 'NR == 1 { print $2 }')"
  record run Gateway "$("$java" -jar "$jar" --version), SHA-256 of the jar $(sha256sum "$jar" | cut -c1-12)…"
  record run Rounds "$rounds of $seconds s, warm-up $warmup s"
}

# What wrk sends is a Lua file that only sets fields, so that wrk formats the request once.
w_labels=() w_paths=() w_connections=()
workload() { # label path connections [Lua]
  {
    echo "${4:-}"
    cat <<'LUA'
function done(summary, latency)
  local e = summary.errors
  print(string.format("figures %d %.3f %.3f %.3f %.3f %d", summary.requests, summary.duration / 1e6, latency:percentile(50) / 1e3,
    latency:percentile(99) / 1e3, latency:percentile(99.9) / 1e3, e.connect + e.read + e.write + e.status + e.timeout))
end
LUA
  } >"$work/workload-${#w_labels[@]}.lua"
  w_labels+=("$1") w_paths+=("$2") w_connections+=("$3")
}
loader=wrk_load
load() { "$loader" "$@"; } # contestant workload seconds: "figures REQUESTS SECONDS P50 P99 P99.9 FAILURES" in $figures
wrk_load() {
  wrk -t1 -c"${w_connections[$2]}" -d"$3s" -s "$work/workload-$2.lua" "http://127.0.0.1:${ports[$1]}${w_paths[$2]}" >"$work/wrk.out" 2>&1 ||
    { cat "$work/wrk.out" >&2; fail "wrk failed against ${names[$1]}"; }
  figures=$(grep '^figures' "$work/wrk.out")
}
measure() { # round contestant workload seconds [label [base workload]]: loads it and records it
  local before after requests time p50 p99 p999 failures
  before=$(cpu_ticks "${roots[$2]}")
  load "$2" "$3" "$4"
  kill -0 "${roots[$2]}" 2>/dev/null || fail "${names[$2]} has ended"
  after=$(cpu_ticks "${roots[$2]}")
  read -r _ requests time p50 p99 p999 failures <<<"$figures"
  record round "$scenario" "${5:-${w_labels[$3]}}" "${names[$2]}" "${6:--}" "${bases[$2]}" "$1" \
    "$(awk -v n="$requests" -v t="$time" 'BEGIN { printf "%.1f", n / t }')" \
    "$(awk -v n="$requests" -v t=$((after - before)) -v hz="$hz" 'BEGIN { printf "%.1f", n / ((t > 0 ? t : 1) / hz) }')" \
    "$p50" "$p99" "$p999" "$(memory_mb "${roots[$2]}" VmRSS)" "$failures"
}
# A native proxy has nothing to compile: one second each for its connections.
warm_up() {
  local c w time
  for c in "${!names[@]}"; do
    time=$((warmup / ${#w_labels[@]}))
    case ${names[$c]} in nginx | HAProxy) time=1 ;; esac
    for w in "${!w_labels[@]}"; do measure 0 "$c" "$w" "$((time > 0 ? time : 1))"; done
  done
}
# Another one goes first in each round.
turns() { # round: the contestants' numbers
  local i
  for i in "${!names[@]}"; do echo $(((i + $1) % ${#names[@]})); done
}
run_rounds() {
  local round w c
  warm_up
  for round in $(seq "$rounds"); do
    for w in "${!w_labels[@]}"; do
      for c in $(turns "$round"); do measure "$round" "$c" "$w" "$seconds"; done
    done
  done
}

raise_file_limit
find_ports
describe_run
for scenario in "${wanted[@]}"; do
  say "$(date +%T) $scenario"
  run_scenario "$scenario"
  for log in "$work"/gateway-*.log; do
    [ -e "$log" ] || continue
    grep -hE '"level":"(warn|error)"' "$log" | head -3 >&2 || true
  done
  stop_all
  rm -f "$work"/gateway-*.log
  w_labels=() w_paths=() w_connections=()
done
"$java" -cp "$tools" io.canarygateway.benchmarks.Report "$raw" ${write:+"$here/RESULTS.md" "$here/results.svg"}
