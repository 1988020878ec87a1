# shellcheck shell=bash
# Sourced by compare.sh and abuse.sh: starts nginx, HAProxy and gateways on free ports of 127.0.0.1, ends them
# by their process ids, and reads their use of CPU and memory from /proc.
# shellcheck disable=SC2034 # The sourcing scripts use the variables.
set -euo pipefail
PATH=$PATH:/usr/sbin
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
java=${JAVA:-${JAVA_HOME:+$JAVA_HOME/bin/}java}
jar=${GATEWAY_JAR:-$here/../launcher/target/gateway-fat.jar}
tools=$here/target/classes
jcmd=$(dirname "$(command -v "$java")")/jcmd
cores=$(nproc)
hz=$(getconf CLK_TCK)
work=$(mktemp -d)
chmod 755 "$work" # nginx's workers run as another user when the script runs as root.
pids=() names=() ports=() roots=() bases=()

say() { echo "$*" >&2; }
fail() { say "$*"; exit 1; }
cleanup() { stop_all; rm -rf "$work"; }
trap cleanup EXIT
trap 'exit 130' INT TERM

raise_file_limit() { # to the hard limit, at most 65,536: HAProxy and nginx size tables by it
  local hard
  hard=$(ulimit -Hn)
  if [ "$hard" = unlimited ] || [ "$hard" -gt 65536 ]; then hard=65536; fi
  ulimit -n "$hard"
}
need_files() { # connections
  [ "$(ulimit -n)" -ge $(($1 + 500)) ] || fail "ulimit -n is $(ulimit -n): too small for $1 connections"
}

# Ports come from a block of 200 without a listener, between 20000 and 31999: below the ports that Linux takes for
# outgoing connections.
find_ports() {
  local used block port hex
  used=" $(cat /proc/net/tcp /proc/net/tcp6 2>/dev/null | awk '$4 == "0A" { sub(/.*:/, "", $2); print $2 }' | tr '\n' ' ')"
  for block in $(shuf -i 100-159); do
    for port in $(seq $((block * 200)) $((block * 200 + 199))); do
      printf -v hex ' %04X ' "$port"
      if [[ $used == *$hex* ]]; then continue 2; fi
    done
    port_after=$((block * 200))
    return
  done
  fail "no 200 free ports between 20000 and 31999"
}
take_port() { port=$((port_after++)); } # into $port

launch() { # name: runs $work/NAME.start and leaves the process id in $pid
  bash "$work/$1.start" >"$work/$1.log" 2>&1 &
  pid=$!
  pids+=("$pid")
}
await() { # name port [path]: until it answers
  for _ in $(seq 300); do
    curl -sf -o /dev/null --max-time 1 "http://127.0.0.1:$2${3:-/}" && return
    kill -0 "$pid" 2>/dev/null || break
    sleep 0.05
  done
  tail -5 "$work/$1.log" >&2
  fail "$1 does not answer on port $2"
}
stop_all() {
  local pid
  for pid in "${pids[@]}"; do kill "$pid" 2>/dev/null || true; done
  for pid in "${pids[@]}"; do
    for _ in $(seq 100); do kill -0 "$pid" 2>/dev/null || break; sleep 0.05; done
    kill -9 "$pid" 2>/dev/null || true
    wait "$pid" 2>/dev/null || true
  done
  pids=() names=() ports=() roots=() bases=()
}
contestant() { # name port pid [name of the second reference]
  names+=("$1") ports+=("$2") roots+=("$3") bases+=("${4:--}")
}

write_done_lua() { # $work/done.lua, by which wrk prints: figures REQUESTS SECONDS P50 P99 FAILURES; times in ms
  cat >"$work/done.lua" <<'LUA'
function done(summary, latency)
  local e = summary.errors
  print(string.format("figures %d %.3f %.3f %.3f %d", summary.requests, summary.duration / 1e6, latency:percentile(50) / 1e3,
    latency:percentile(99) / 1e3, e.connect + e.read + e.write + e.status + e.timeout))
end
LUA
}
# Sends load for so many seconds, and appends to $work/raw: LABEL REQUESTS/S CPU-µs/REQUEST P50 P99 FAILURES. The CPU time is
# that of the process; the label may be several words. Needs write_done_lua.
measure_wrk() { # label pid url seconds [wrk option ...]
  local before after requests time p50 p99 failures
  before=$(cpu_ticks "$2")
  wrk -t1 -c"$connections" -d"$4s" -s "$work/done.lua" "${@:5}" "$3" >"$work/wrk.out" 2>&1 ||
    { cat "$work/wrk.out" >&2; fail "wrk failed"; }
  after=$(cpu_ticks "$2")
  read -r _ requests time p50 p99 failures <<<"$(grep '^figures' "$work/wrk.out")"
  echo "$1 $(awk -v n="$requests" -v t="$time" -v c=$((after - before)) -v hz="$hz" \
    'BEGIN { printf "%.1f %.3f", n / t, c / hz * 1e6 / n }') $p50 $p99 $failures" >>"$work/raw"
}
nginx_head() { # name workers
  mkdir -p "$work/$1.tmp"
  cat <<CONF
worker_processes $2; daemon off; pid $work/$1.pid; error_log $work/$1.err;
events { worker_connections ${worker_connections:-4096}; }
http { access_log off; keepalive_requests 100000000; keepalive_timeout ${keepalive_timeout:-300};
  client_body_temp_path $work/$1.tmp/body; proxy_temp_path $work/$1.tmp/proxy; fastcgi_temp_path $work/$1.tmp/fastcgi;
  uwsgi_temp_path $work/$1.tmp/uwsgi; scgi_temp_path $work/$1.tmp/scgi;
  client_max_body_size 0;
CONF
}
# The upstream: / has 28 bytes, /headers the same with five headers more, /down/SIZE a file, /up takes a body to
# its end and then answers (`return` alone would answer before).
start_upstream() {
  local sink size
  if ! [ -d "$work/files" ]; then
    mkdir -p "$work/files/down"
    for size in 1 64 1024; do head -c $((size * 1024)) /dev/zero | tr '\0' x >"$work/files/down/${size}k"; done
    mv "$work/files/down/1024k" "$work/files/down/1m"
  fi
  take_port; upstream=$port
  take_port; sink=$port
  {
    worker_connections=16384 nginx_head upstream 1
    cat <<CONF
  open_file_cache max=16 inactive=1h; default_type text/plain; sendfile on; client_body_buffer_size 2m;
  upstream sink { server 127.0.0.1:$sink; keepalive 1024; keepalive_requests 100000000; }
  server { listen 127.0.0.1:$sink backlog=4096; location / { return 200 "hello from nginx upstream 28"; } }
  server { listen 127.0.0.1:$upstream backlog=4096;
    location / { return 200 "hello from nginx upstream 28"; }
    location /headers { add_header Cache-Control "private, max-age=0, must-revalidate"; add_header ETag '"33a64df5514"';
      add_header Vary "Accept-Encoding, Cookie"; add_header X-Request-Id 5f2c9a7e41d84b6f9e3a;
      add_header Strict-Transport-Security "max-age=63072000; includeSubDomains";
      return 200 "hello from nginx upstream 28"; }
    location /down/ { root $work/files; }
    location /up { proxy_pass http://sink; proxy_http_version 1.1; proxy_set_header Connection "";
      proxy_pass_request_body off; proxy_set_header Content-Length ""; } } }
CONF
  } >"$work/upstream.conf"
  echo "exec nginx -c $work/upstream.conf" >"$work/upstream.start"
  launch upstream
  await upstream "$upstream"
}
start_sidecar() { # status: an nginx that always answers with it
  take_port; sidecar=$port
  {
    nginx_head sidecar 1
    echo "  server { listen 127.0.0.1:$sidecar backlog=4096; location / { return $1; } } }"
  } >"$work/sidecar.conf"
  echo "exec nginx -c $work/sidecar.conf" >"$work/sidecar.start"
  launch sidecar
  await sidecar "$sidecar"
}
# Bodies do not touch nginx's disk: it streams uploads as the others do, and has buffers for 1 MiB.
write_nginx() { # [sidecar's port]
  take_port
  {
    nginx_head nginx "$cores"
    cat <<CONF
  proxy_http_version 1.1; proxy_set_header Connection "";
  upstream u { server 127.0.0.1:$upstream; keepalive ${keepalive:-128}; keepalive_requests 100000000; }
  upstream s { server 127.0.0.1:${1:-1}; keepalive ${keepalive:-128}; keepalive_requests 100000000; }
  server { listen 127.0.0.1:$port backlog=4096;
    location / { ${1:+auth_request /auth;} proxy_pass http://u; }
    location = /auth { internal; proxy_pass http://s; proxy_pass_request_body off;
      proxy_set_header Content-Length ""; }
    location /down/ { proxy_pass http://u; proxy_buffers 16 64k; proxy_busy_buffers_size 128k; proxy_max_temp_file_size 0; }
    location /up { proxy_pass http://u; proxy_request_buffering off; } } }
CONF
  } >"$work/nginx.conf"
  echo "exec nginx -c $work/nginx.conf" >"$work/nginx.start"
}
start_nginx() { # [sidecar's port]
  write_nginx "$@"
  launch nginx
  await nginx "$port"
  contestant nginx "$port" "$pid"
}
# Without the two ratios HAProxy would give up its upstream connections once clients have a quarter of its files.
write_haproxy() {
  take_port
  cat >"$work/haproxy.cfg" <<CONF
global
  nbthread $cores
  maxconn ${haproxy_maxconn:-8000}
  no strict-limits
  tune.pool-low-fd-ratio 90
  tune.pool-high-fd-ratio 95
defaults
  mode http
  timeout client ${keepalive_timeout:-60}s
  timeout server 60s
  timeout connect 5s
  http-reuse always
frontend f
  bind 127.0.0.1:$port
  default_backend b
backend b
  server s 127.0.0.1:$upstream
CONF
  echo "exec haproxy -f $work/haproxy.cfg" >"$work/haproxy.start"
}
start_haproxy() {
  write_haproxy
  launch haproxy
  await haproxy "$port"
  contestant HAProxy "$port" "$pid"
}

# A gateway of the list is TRANSPORT, or NAME:TRANSPORT with its own NAME_JAR, NAME_JAVA and NAME_JAVA_OPTIONS if
# they are set. `httpproxy` is Vert.x's own HttpProxy.
of_gateway() { # entry setting default
  local name=${1%%:*}_$2
  echo "${!name-$3}"
}
write_gateway() { # entry file-name [more JSON members]
  local entry=$1
  take_port; instrumentation=$port
  take_port
  cat >"$work/$2.json" <<CONF
{"router-server": {"port": $port, "idle-timeout": 3600, "drain-timeout": "1s"},
 "instrumentation": {"port": $instrumentation}, "transport": "${entry#*:}",
 "main-target": "http://127.0.0.1:$upstream", "canary-target": "http://127.0.0.1:$upstream"${3:+, $3}}
CONF
  echo "${limit:+ulimit -n $limit; }exec $(of_gateway "$entry" JAVA "$java") \
    $(of_gateway "$entry" JAVA_OPTIONS "${JAVA_OPTIONS:-}") \
    -jar $(of_gateway "$entry" JAR "$jar") -conf $work/$2.json" >"$work/$2.start"
}
start_gateway() { # entry [variant [more JSON members [base]]]
  local entry=$1 name="gateway ${1%%:*}${2:+, $2}"
  local file=${name//[ ,]/-}
  if [ "$entry" = httpproxy ]; then
    take_port
    echo "exec $java ${JAVA_OPTIONS:-} -cp $tools:$(cat "$here/target/class-path.txt") \
      io.canarygateway.benchmarks.HttpProxyBaseline $port $upstream" >"$work/$file.start"
    name=httpproxy
  else
    write_gateway "$entry" "$file" "${3:-}"
  fi
  launch "$file"
  await "$file" "$port"
  contestant "$name" "$port" "$pid" "${4:-}"
}
start_gateways() { # all in the list
  local entry
  for entry in $GATEWAYS; do start_gateway "$entry"; done
}

family() { # pid: it and its children
  echo "$1"
  pgrep -P "$1" || true
}
cpu_ticks() { # pid: user and system time of it and its children
  local p
  for p in $(family "$1"); do cat "/proc/$p/stat"; done | awk '{ sub(/^.*\) /, ""); sum += $12 + $13 } END { print sum }'
}
memory_mb() { # pid VmRSS|VmHWM: resident megabytes of it and its children, now or at most
  local p
  for p in $(family "$1"); do cat "/proc/$p/status"; done | awk -v key="$2:" '$1 == key { s += $2 } END { printf "%.1f", s / 1024 }'
}
live_heap_kb() { # pid: kilobytes of a JVM's heap in use after a collection; nothing without an answer
  [ "$(cat "/proc/$1/comm")" = java ] || return 0
  # A JVM without a free file descriptor never answers.
  timeout 5 "$jcmd" "$1" GC.run >/dev/null 2>&1 || return 0
  { timeout 5 "$jcmd" "$1" GC.heap_info 2>/dev/null || true; } |
    awk '!/Metaspace|class space/ { for (i = 1; i < NF; i++) if ($i == "used") { sub(/K.*/, "", $(i + 1)); kb += $(i + 1) } } END { if (kb) print kb }'
}

# A Java program that answers each command line with one line.
tool_start() { # name class argument...
  local name=$1 class=$2
  shift 2
  mkfifo "$work/$name.in" "$work/$name.out"
  "$java" -Xmx512m -cp "$tools" "io.canarygateway.benchmarks.$class" "$@" <"$work/$name.in" >"$work/$name.out" &
  pids+=($!)
  exec {fd}>"$work/$name.in"
  printf -v "in_$name" %d "$fd"
  exec {fd}<"$work/$name.out"
  printf -v "out_$name" %d "$fd"
}
tool_ask() { # name line: the answer is in $answer
  local in=in_$1 out=out_$1
  echo "$2" >&"${!in}"
  read -r answer <&"${!out}" || fail "$1 ended"
}
tool_end() { # name
  local in=in_$1 out=out_$1
  fd=${!in}
  exec {fd}>&-
  fd=${!out}
  exec {fd}<&-
  rm -f "$work/$1.in" "$work/$1.out"
}
