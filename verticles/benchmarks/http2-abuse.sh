#!/usr/bin/env bash
# Measures a good client of HTTP/2 while another client attacks: by requests that are reset at once (CVE-2023-44487),
# and by heads without an end (CONTINUATION frames, 2024). The gateway and nginx take turns. Needs nginx and a built project.
#   JAVA_OPTIONS=-Xmx128m verticles/benchmarks/http2-abuse.sh [rounds [seconds [connections]]]     (3 rounds of 10 s, 8 connections of the attacker)
# The attacker sends as much as a server takes, and opens a connection again when the server closes it, at most 200 times a
# second each. The good client sends 200 requests a second on a kept connection. No answer within 2 s, and any other answer
# than 200, is a failure. Both servers speak HTTP/2 without TLS, have one upstream, and their own default limits.
# Prints Markdown. Environment: GATEWAY_JAR, JAVA_HOME or JAVA, JAVA_OPTIONS.
# shellcheck source-path=SCRIPTDIR
. "$(dirname "${BASH_SOURCE[0]}")/proxies.sh"

rounds=${1:-3} seconds=${2:-10} connections=${3:-8}
raise_file_limit
find_ports
start_upstream

take_port
{
  nginx_head nginx "$cores"
  cat <<CONF
  keepalive_requests 1000;
  upstream u { server 127.0.0.1:$upstream; keepalive 128; }
  server { listen 127.0.0.1:$port http2 backlog=4096;
    location / { proxy_http_version 1.1; proxy_set_header Connection ""; proxy_pass http://u; } } }
CONF
} | sed 's/ keepalive_requests 100000000;//' >"$work/nginx.conf"
echo "exec nginx -c $work/nginx.conf" >"$work/nginx.start"
launch nginx
for _ in $(seq 100); do curl -sf -o /dev/null --http2-prior-knowledge "http://127.0.0.1:$port/" && break; sleep 0.05; done
contestant nginx "$port" "$pid"

write_gateway auto gateway
sed -i 's/"router-server": {/"router-server": {"h2c": true, /' "$work/gateway.json"
launch gateway
await gateway "$port"
contestant gateway "$port" "$pid"

tool_start attack Http2Attack "$connections"
for ((i = 0; i < 2; i++)); do tool_ask attack "${ports[i]} none 5"; done # Both warm up.

echo "$rounds rounds of $seconds s, $connections connections of the attacker; times are p50 / p99 / worst in ms."
echo
echo "| attack | server | connections | MB/s taken | CPU s/s | most RSS MB | good requests | ms | failures |"
echo "|---|---|--:|--:|--:|--:|--:|--:|--:|"
for ((round = 0; round < rounds; round++)); do
  for kind in none rapid-reset continuation small-continuation; do
    for ((i = 0; i < 2; i++)); do
      before=$(cpu_ticks "${roots[i]}")
      tool_ask attack "${ports[i]} $kind $seconds"
      after=$(cpu_ticks "${roots[i]}")
      read -r opened taken requests p50 p99 worst failures <<<"$answer"
      echo "| $kind | ${names[i]} | $opened | $((taken / seconds)) | $(awk -v t=$((after - before)) -v hz="$hz" -v s="$seconds" \
        'BEGIN { printf "%.2f", t / hz / s }') | $(memory_mb "${roots[i]}" VmHWM) | $requests | $p50 / $p99 / $worst | $failures |"
    done
  done
done
