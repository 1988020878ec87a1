#!/usr/bin/env bash
# Measures good clients of a gateway while 1,000 and 10,000 slow connections are open. A slow connection is silent,
# sends a byte a second (slow-head, slow-body) or reads 64 bytes a second (slow-reading). Needs nginx and a built project.
#   verticles/benchmarks/abuse.sh [-s seconds] [-n "1000 10000"] [-l "1024 normal"] [kind…]
# -l: the gateway's limits of open files; "normal" is the limit of this script.
# Each limit and kind gets a new gateway. It is measured without slow connections, with each number of them, and
# again without. Good clients send about 200 requests a second: `/` on a kept connection, `/` on new connections,
# and /health/live of the instrumentation port on new connections. No 200 within 2 s is a failure.
# Connections that the gateway closes are opened again, at most 2,000 a second. Prints Markdown; a failure makes the
# exit code 1. "no answer" for the heap means that the JVM had no free file for jcmd.
# As root the script runs in a network namespace of its own with small socket buffers. With the usual buffers the
# kernel takes a whole response (1.4 MB) for each slow reader, and 10,000 of them use up its memory for TCP.
# Environment: TRANSPORT (default: auto), GATEWAY_JAR, JAVA_HOME or JAVA, JAVA_OPTIONS.
host_network=${ABUSE_HOST_NETWORK:-}
network=$(readlink /proc/self/ns/net)
if [ -z "$host_network" ] && unshare --net true 2>/dev/null; then
  ABUSE_HOST_NETWORK=$network exec unshare --net "$0" "$@"
fi
if [ -n "$host_network" ] && [ "$host_network" != "$network" ]; then
  PATH=$PATH:/usr/sbin
  ip link set lo mtu 1500 up
  echo 4096 16384 32768 | tee /proc/sys/net/ipv4/tcp_wmem >/proc/sys/net/ipv4/tcp_rmem
else
  echo "no network namespace of its own: many slow readers may use up the kernel's memory for TCP" >&2
fi
# shellcheck source-path=SCRIPTDIR
. "$(dirname "${BASH_SOURCE[0]}")/proxies.sh"

seconds=15 numbers="1000 10000" limits="1024 normal" kinds=()
while [ $# -gt 0 ]; do
  case $1 in
    -s) seconds=$2; shift ;;
    -n) numbers=$2; shift ;;
    -l) limits=$2; shift ;;
    silent | slow-head | slow-body | slow-reading) kinds+=("$1") ;;
    *) fail "unknown: $1" ;;
  esac
  shift
done
[ ${#kinds[@]} -gt 0 ] || kinds=(silent slow-head slow-body slow-reading)
failures=0

phase() { # what is said of it, kind, number
  local opened most cut rss files kept=() new=() health=() heap
  tool_ask abuse "$2 $3 $seconds"
  kill -0 "$gateway" 2>/dev/null || fail "the gateway has ended"
  heap=$(live_heap_kb "$gateway")
  read -r opened most cut \
    "kept[0]" "kept[1]" "kept[2]" "kept[3]" "kept[4]" "new[0]" "new[1]" "new[2]" "new[3]" "new[4]" \
    "health[0]" "health[1]" "health[2]" "health[3]" "health[4]" rss files <<<"$answer"
  failures=$((failures + kept[4] + new[4] + health[4]))
  echo "| ${limit:-$(ulimit -n)} | $1 | $opened | $most | $cut | $(cells "${kept[@]}") | $(cells "${new[@]}") | $(cells "${health[@]}") | $rss | $files | $([ -n "$heap" ] && echo $((heap / 1024)) || echo "no answer") |"
}
cells() { # requests p50 p99 worst failures
  echo "$1 | $2 / $3 / $4 | $([ "$5" = 0 ] && echo 0 || echo "**$5**")"
}

raise_file_limit
find_ports
for number in $numbers; do need_files "$number"; done
echo "Transport ${TRANSPORT:-auto}, $("$java" -version 2>&1 | head -1), $seconds s each; times are p50 / p99 / worst in ms; \`ulimit -n\` of the gateway."
echo
echo "| ulimit -n | slow connections | opened | most at a time | cut | \`/\` kept: requests | ms | failures | \`/\` new: requests | ms | failures | health: requests | ms | failures | most RSS MB | most files | live heap MB |"
echo "|--:|---|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|"
for file_limit in $limits; do
  for kind in "${kinds[@]}"; do
    start_upstream
    limit=${file_limit/normal/}
    start_gateway "${TRANSPORT:-auto}"
    gateway=$pid
    tool_start abuse HttpAbuse "$port" "$instrumentation" "$gateway"
    tool_ask abuse "nobody 0 $(((seconds + 2) / 3))" # The gateway and the clients warm up.
    phase "none" nobody 0
    for number in $numbers; do phase "$number $kind" "$kind" "$number"; done
    phase "none, afterwards" nobody 0
    for log in "$work"/gateway-*.log; do
      lines=$(grep -cE '"level":"(warn|error)"' "$log" || true)
      [ "$lines" = 0 ] || say "$kind, ulimit -n ${limit:-normal}: $lines warnings and errors logged, such as $(grep -E '"level":"(warn|error)"' "$log" | head -1 | cut -c1-300)"
    done
    tool_end abuse
    limit=
    stop_all
  done
done
[ "$failures" = 0 ] || fail "$failures failures of good clients"
