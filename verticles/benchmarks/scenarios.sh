# shellcheck shell=bash
# Sourced by compare.sh: the processes and workloads of each scenario. A plural name is a group that shares its
# processes; a name with a number is one of the group.
# shellcheck disable=SC2034,SC2154 # Variables are shared with compare.sh.

is_scenario() {
  [[ $1 =~ ^(plain|headers|rollout|sidecar|sidecar-200|bodies|connections|idle|rate|start|memory|flags)$ ]] ||
    [[ $1 =~ ^(headers|connections|idle|rate|flags)-[0-9]+$ ]] || [[ $1 =~ ^(down|up)-(1k|64k|1m)$ ]]
}
run_scenario() {
  local number=${1#*-}
  case $1 in
    plain) plain ;;
    headers) headers 0 10 30 ;;
    headers-*) headers "$number" ;;
    rollout) rollout ;;
    sidecar) sidecar 204 ;;
    sidecar-*) sidecar "$number" ;;
    bodies) bodies down-1k down-64k down-1m up-1k up-64k up-1m ;;
    down-* | up-*) bodies "$1" ;;
    connections) connections 16 64 256 1000 ;;
    connections-*) connections "$number" ;;
    idle) idle 10000 ;;
    idle-*) idle "$number" ;;
    rate) rate 5000 10000 ;;
    rate-*) rate "$number" ;;
    start) start ;;
    memory) memory ;;
    flags) flags 10 100 1000 ;;
    flags-*) flags "$number" ;;
  esac
}
everybody() {
  start_upstream
  start_nginx
  start_haproxy
  start_gateways
}
about() { # description [name of the base]
  record scenario "$scenario" "$1" "${2:--}"
}
# A point of the plot: the cost of a contestant at a workload.
point() { # workload contestant axis line solid|dashed text-below
  record point "$scenario" "$@"
}
points() { # workload axis solid|dashed text-below: of all contestants
  local name
  for name in "${names[@]}"; do point "$1" "$name" "$2" "$name" "$3" "$4"; done
}

plain() {
  about "64 connections, 28 bytes, no headers beyond Host."
  everybody
  workload "64 connections" / 64
  run_rounds
}

request_headers() { # how many: Lua
  local i
  cat <<'LUA' | head -"$1"
wrk.headers["User-Agent"] = "Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0"
wrk.headers["Accept"] = "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8"
wrk.headers["Accept-Language"] = "en-US,en;q=0.5"
wrk.headers["Accept-Encoding"] = "gzip, deflate, br, zstd"
wrk.headers["Referer"] = "https://shop.example/catalogue/shoes?page=2"
wrk.headers["Cookie"] = "session=b7f1c2d4e5a6978877665544; theme=dark; consent=yes"
wrk.headers["Sec-Fetch-Dest"] = "document"
wrk.headers["Sec-Fetch-Mode"] = "navigate"
wrk.headers["Sec-Fetch-Site"] = "same-origin"
wrk.headers["Priority"] = "u=0, i"
LUA
  for ((i = 11; i <= $1; i++)); do echo "wrk.headers[\"X-Header-$i\"] = \"value-of-header-$i\""; done
}
headers() { # numbers
  local number
  about "64 connections, browser-like request headers; the response has five headers beyond nginx's own."
  everybody
  for number in "$@"; do
    workload "$number headers" /headers 64 "$(request_headers "$number")"
    points "$number headers" "request headers" solid "$number"
  done
  run_rounds
}

rollout() {
  local entry
  about "64 connections with the cookie \`maxwellsdaemon=0.7\`; strategy \`rollout\` at 0.5 beside the same gateway's \`main\`." "own plain"
  everybody
  for entry in $GATEWAYS; do
    [ "$entry" = httpproxy ] && continue
    start_gateway "$entry" rollout '"strategy": "rollout", "rollout": {"canary": 0.5}' "gateway ${entry%%:*}"
  done
  workload cookie / 64 'wrk.headers["Cookie"] = "maxwellsdaemon=0.7"'
  run_rounds
}

sidecar() { # the status it answers
  local entry
  about "64 connections; each request is asked about at an nginx that answers $1, by nginx with \`auth_request\`."
  start_upstream
  start_sidecar "$1"
  start_nginx "$sidecar"
  for entry in $GATEWAYS; do
    [ "$entry" = httpproxy ] && continue
    start_gateway "$entry" "" "\"sidecar-url\": \"http://127.0.0.1:$sidecar\""
  done
  workload "sidecar $1" / 64
  run_rounds
}

bodies() { # down-SIZE or up-SIZE each
  local one size bytes
  about "64 connections; a body down (GET) or up (POST, which the upstream reads to its end)."
  everybody
  for one in "$@"; do
    size=${one#*-}
    bytes=$((${size%[km]} * 1024))
    case $size in *m) bytes=$((bytes * 1024)) size="${size%m} MiB" ;; *) size="${size%k} KiB" ;; esac
    case $one in
      down-*) workload "$size down" "/down/${one#*-}" 64; points "$size down" "body" solid "$size" ;;
      up-*) workload "$size up" /up 64 "wrk.method = \"POST\"; wrk.body = string.rep(\"x\", $bytes)"; points "$size up" "body" dashed "$size" ;;
    esac
  done
  run_rounds
}

connections() { # numbers
  local number
  about "So many connections, all of them busy. nginx keeps as many to its upstream."
  keepalive=1024 everybody
  for number in "$@"; do
    workload "$number connections" / "$number"
    points "$number connections" "active connections" solid "$number"
  done
  run_rounds
}

idle() { # how many
  local round c i
  about "64 busy connections, alone and beside $1 that were used once and are kept." "without idle"
  need_files "$1"
  worker_connections=16384 haproxy_maxconn=$(($1 + 1000)) keepalive_timeout=3600 everybody
  workload "no idle connections" / 64
  for c in "${!names[@]}"; do tool_start "holder$c" IdleConnections "${ports[$c]}" "$1"; done
  warm_up
  for round in $(seq "$rounds"); do
    for c in $(turns "$round"); do measure "$round" "$c" 0 "$seconds"; done
    for c in "${!names[@]}"; do hold "$c" "$1" "$round"; done
    for c in $(turns "$round"); do measure "$round" "$c" 0 "$seconds" "$1 idle" "no idle connections"; done
    for c in "${!names[@]}"; do
      tool_ask "holder$c" close
      lost "${names[$c]}" "$answer"
    done
  done
  for c in "${!names[@]}"; do tool_end "holder$c"; done
}
hold() { # contestant number round: opens them, and measures their memory the first time
  local rss heap after
  if [ "$3" = 1 ]; then
    heap=$(live_heap_kb "${roots[$1]}")
    rss=$(memory_mb "${roots[$1]}" VmRSS)
  fi
  tool_ask "holder$1" open
  lost "${names[$1]}" "$answer"
  if [ "$3" = 1 ]; then
    after=$(memory_mb "${roots[$1]}" VmRSS)
    value "${names[$1]}" "KB resident per idle connection" "$(awk -v a="$after" -v b="$rss" -v n="$2" 'BEGIN { printf "%.2f", (a - b) * 1024 / n }')"
    if [ -n "$heap" ]; then
      value "${names[$1]}" "KB of live heap per idle connection" \
        "$(awk -v a="$(live_heap_kb "${roots[$1]}")" -v b="$heap" -v n="$2" 'BEGIN { printf "%.2f", (a - b) / n }')"
    fi
  fi
}
lost() { # contestant how-many
  [ "$2" = 0 ] || say "$1: $2 idle connections were not opened or did not last"
  failures "$1" "idle connections lost" "$2"
}
value() { # contestant metric value: the report has the median
  record value "$scenario" "$@"
}
failures() { # contestant what number: the report has the sum
  record failures "$scenario" "$@"
}

rate() { # requests a second each
  local w rate
  about "A fixed rate on 64 connections by an open-loop client: times count from when a request was due, whether or not it could be sent."
  everybody
  tool_start open OpenLoop 64
  for rate in "$@"; do workload "$rate requests/s" / "$rate"; done
  loader=open_load
  run_rounds
  loader=wrk_load
  tool_end open
}
open_load() { # as wrk_load; a workload's number of connections is the rate here
  tool_ask open "${ports[$1]} ${w_paths[$2]} ${w_connections[$2]} $3"
  figures=$answer
}

start() {
  local c entry n
  about "From the start of the process to the first 200 through it; its memory then."
  start_upstream
  write_nginx
  names+=(nginx) ports+=("$port")
  write_haproxy
  names+=(HAProxy) ports+=("$port")
  for entry in $GATEWAYS; do
    [ "$entry" = httpproxy ] && continue
    write_gateway "$entry" "gateway-${entry%%:*}"
    names+=("gateway-${entry%%:*}") ports+=("$port")
  done
  for n in 0 1 2 3 4; do
    for c in $(turns "$n"); do
      answer=$("$java" -cp "$tools" io.canarygateway.benchmarks.FirstAnswer "$upstream" "${ports[$c]}" bash "$work/${names[$c],,}.start")
      value "${names[$c]/-/ }" "ms to the first 200" "${answer% *}"
      value "${names[$c]/-/ }" "RSS MB then" "${answer#* }"
    done
  done
}

memory() {
  local c w size
  about "Resident MB of one process after one load after the other, $warmup s each, 64 connections."
  everybody
  workload "plain" / 64
  workload "ten headers" /headers 64 "$(request_headers 10)"
  workload "64 KiB down" /down/64k 64
  workload "64 KiB up" /up 64 'wrk.method = "POST"; wrk.body = string.rep("x", 65536)'
  workload "1,000 connections" / 1000
  for c in "${!names[@]}"; do
    value "${names[$c]}" "after start" "$(memory_mb "${roots[$c]}" VmRSS)"
    for w in "${!w_labels[@]}"; do
      load "$c" "$w" "$warmup"
      value "${names[$c]}" "${w_labels[$w]}" "$(memory_mb "${roots[$c]}" VmRSS)"
      failures "${names[$c]}" failures "${figures##* }"
    done
    value "${names[$c]}" "most" "$(memory_mb "${roots[$c]}" VmHWM)"
    size=$(live_heap_kb "${roots[$c]}")
    if [ -n "$size" ]; then value "${names[$c]}" "live heap at the end" $((size / 1024)); fi
  done
}

flags() { # numbers
  local entry number
  about "64 connections; gateways with so many flags of \`flags.declare\` beside one without." "own plain"
  everybody
  for number in 0 "$@"; do
    points_of_flags "$number"
    [ "$number" = 0 ] && continue
    for entry in $GATEWAYS; do
      [ "$entry" = httpproxy ] && continue
      start_gateway "$entry" "$number flags" "\"flags\": {\"declare\": {$(declared "$number")}}" "gateway ${entry%%:*}"
    done
  done
  workload "64 connections" / 64
  run_rounds
}
points_of_flags() { # number
  local entry name
  for entry in $GATEWAYS; do
    name="gateway ${entry%%:*}"
    [ "$entry" = httpproxy ] || point "64 connections" "$name$([ "$1" = 0 ] || echo ", $1 flags")" "declared flags" "$name" solid "$1"
  done
}
declared() { # how many flags: JSON members
  awk -v n="$1" 'BEGIN { for (i = 1; i <= n; i++)
    printf "%s\"shop.limit-%d\": {\"type\": \"int64\", \"default\": %d, \"min\": 0, \"usage\": \"Limit %d of the shop.\"}", (i > 1 ? ", " : ""), i, i, i }'
}
