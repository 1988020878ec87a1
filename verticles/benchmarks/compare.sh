#!/usr/bin/env bash
# Proxying side by side, interleaved: nginx, HAProxy, the gateway, and Vert.x's own HttpProxy, all with
# the same nginx upstream on 127.0.0.1. Needs nginx, haproxy and wrk, and a built project.
#   verticles/benchmarks/compare.sh [rounds [seconds-a-round [warm-up-seconds]]]
# Prints the medians of each, and of the same-round ratios to nginx. "per CPU-s" is requests per second
# of CPU time of all of a proxy's processes. Ports 19001 to 19110; everything ends with the script.
set -euo pipefail
rounds=${1:-9} seconds=${2:-2} warmup=${3:-20}
here=$(cd "$(dirname "$0")" && pwd)
jar=$here/../launcher/target/gateway-fat.jar
work=$(mktemp -d)
pids=()
trap 'kill "${pids[@]}" 2>/dev/null || true; rm -rf "$work"' EXIT

cat >"$work/upstream.conf" <<CONF
worker_processes 1; daemon off; pid $work/upstream.pid; error_log $work/upstream.err;
events { worker_connections 4096; }
http { access_log off; keepalive_requests 100000000; keepalive_timeout 300;
  server { listen 127.0.0.1:19001 backlog=4096;
    location / { default_type text/plain; return 200 "hello from nginx upstream 28"; } } }
CONF
cat >"$work/nginx.conf" <<CONF
worker_processes 2; daemon off; pid $work/nginx.pid; error_log $work/nginx.err;
events { worker_connections 4096; }
http { access_log off; keepalive_requests 100000000; keepalive_timeout 300;
  upstream u { server 127.0.0.1:19001; keepalive 128; keepalive_requests 100000000; }
  server { listen 127.0.0.1:19101 backlog=4096;
    location / { proxy_pass http://u; proxy_http_version 1.1; proxy_set_header Connection ""; } } }
CONF
cat >"$work/haproxy.cfg" <<CONF
global
  nbthread 2
  maxconn 8000
defaults
  mode http
  timeout client 60s
  timeout server 60s
  timeout connect 5s
  http-reuse always
frontend f
  bind 127.0.0.1:19102
  default_backend b
backend b
  server s 127.0.0.1:19001
CONF
cat >"$work/gateway.json" <<CONF
{"router-server": {"port": 19103}, "instrumentation": {"port": 19110},
 "main-target": "http://127.0.0.1:19001", "canary-target": "http://127.0.0.1:19001"}
CONF

nginx -c "$work/upstream.conf" >/dev/null 2>&1 & pids+=($!)
nginx -c "$work/nginx.conf" >/dev/null 2>&1 & nginx=$!; pids+=("$nginx")
haproxy -f "$work/haproxy.cfg" >/dev/null 2>&1 & haproxy=$!; pids+=("$haproxy")
java ${JAVA_OPTIONS:-} -jar "$jar" -conf "$work/gateway.json" >"$work/gateway.log" & gateway=$!; pids+=("$gateway")
java ${JAVA_OPTIONS:-} -cp "$here/target/classes:$(cat "$here/target/class-path.txt")" \
  io.canarygateway.benchmarks.HttpProxyBaseline 19104 19001 >"$work/baseline.log" 2>&1 & baseline=$!; pids+=("$baseline")

names=(nginx haproxy gateway httpproxy)
ports=(19101 19102 19103 19104)
roots=("$nginx" "$haproxy" "$gateway" "$baseline")
for port in "${ports[@]}"; do
  for _ in $(seq 100); do curl -sf -o /dev/null "http://127.0.0.1:$port/" && break; sleep 0.1; done
  curl -sf -o /dev/null "http://127.0.0.1:$port/" || { echo "port $port does not answer" >&2; exit 1; }
done

cpu_ticks() { # of a process and its children
  cat "/proc/$1/stat" $(for child in $(pgrep -P "$1" || true); do echo "/proc/$child/stat"; done) |
    awk '{ sub(/^.*\) /, ""); sum += $12 + $13 } END { print sum }'
}
run() { # port root seconds -> requests/s, requests per CPU second, p99 in ms, failures
  local before after
  before=$(cpu_ticks "$2")
  wrk -t1 -c64 -d"$3s" --latency "http://127.0.0.1:$1/" >"$work/wrk.out"
  after=$(cpu_ticks "$2")
  awk -v ticks=$((after - before)) -v hz="$(getconf CLK_TCK)" '
    /99%/ { p99 = $2; if (p99 ~ /us$/) { sub(/us/, "", p99); p99 /= 1000 } else sub(/ms/, "", p99) }
    /requests in/ { requests = $1 }
    /Non-2xx/ { bad += $NF } /Socket errors/ { gsub(/,/, ""); bad += $4 + $6 + $8 + $10 }
    /Requests\/sec/ { rate = $2 }
    END { printf "%.0f %.0f %s %d\n", rate, requests / (ticks / hz), p99, bad }' "$work/wrk.out"
}
for i in "${!names[@]}"; do run "${ports[$i]}" "${roots[$i]}" "$warmup" >/dev/null; done
for round in $(seq "$rounds"); do
  for i in "${!names[@]}"; do
    echo "$round ${names[$i]} $(run "${ports[$i]}" "${roots[$i]}" "$seconds")" >>"$work/results"
  done
done
printf '%-10s %10s %12s %8s %8s %10s %10s %8s\n' proxy req/s "per CPU-s" p99-ms failures "x nginx" "x per CPU" RSS-MB
for i in "${!names[@]}"; do
  rss=$(for p in "${roots[$i]}" $(pgrep -P "${roots[$i]}" || true); do awk '/VmRSS/ {print $2}' "/proc/$p/status"; done |
    awk '{ s += $1 } END { printf "%.0f", s / 1024 }')
  awk -v name="${names[$i]}" -v rss="$rss" '
    function median(a, n,   j, k, t) {
      for (j = 1; j <= n; j++) for (k = j + 1; k <= n; k++) if (a[k] < a[j]) { t = a[j]; a[j] = a[k]; a[k] = t }
      return n % 2 ? a[(n + 1) / 2] : (a[n / 2] + a[n / 2 + 1]) / 2 }
    { rate[$1, $2] = $3; cpu[$1, $2] = $4 }
    $2 == name { n++; r[n] = $3; c[n] = $4; p[n] = $5; bad += $6; round[n] = $1 }
    END { for (j = 1; j <= n; j++) { xr[j] = rate[round[j], name] / rate[round[j], "nginx"]
                                     xc[j] = cpu[round[j], name] / cpu[round[j], "nginx"] }
      printf "%-10s %10.0f %12.0f %8.2f %8d %10.2f %10.2f %8s\n", name, median(r, n), median(c, n), median(p, n), bad, median(xr, n), median(xc, n), rss }' "$work/results"
done
