#!/usr/bin/env bash
# What TLS costs beside nginx, on 127.0.0.1. Needs nginx, wrk, h2load, openssl, curl and a built project.
#   verticles/benchmarks/tls.sh [-k ec|rsa] [rounds [seconds-a-round [warm-up-seconds]]]    # 7 2 10 are the defaults
# Contestants: `native`, the gateway with the TLS library of its jar; `jdk`, the same gateway with the JDK's TLS; nginx.
# All have the same key (EC P-256, or RSA 2048), cipher suites, curves, protocols, tickets and upstream.
# Measurements, in turns: full handshakes of TLS 1.3, resumed ones of TLS 1.2 (openssl s_time cannot resume 1.3), requests
# with keep-alive for 28 bytes and for 64 KiB (wrk, 64 connections), HTTP/2 (h2load, 64 connections of 10 streams).
# Prints Markdown: medians of the rounds, and the medians of the ratios to nginx in the same round. CPU time is that of
# all processes of a contestant. A failed request, or a ratio of `native` below its limit (0.8 requests per CPU time with
# keep-alive, 0.9 requests/s with HTTP/2), makes the exit code 1.
# shellcheck source-path=SCRIPTDIR
. "$(dirname "${BASH_SOURCE[0]}")/proxies.sh"

kind=ec
if [ "${1:-}" = -k ]; then kind=$2; shift 2; fi
rounds=${1:-7} seconds=${2:-2} warmup=${3:-10} connections=64 dialers=4 stream_rate=${STREAM_RATE:-15000}
for program in nginx wrk h2load openssl curl "$java"; do command -v "$program" >/dev/null || fail "$program is missing"; done
[ -r "$jar" ] || fail "build the project first: mvn -B -q -DskipTests package"

case $kind in
ec) new_key=(-newkey ec -pkeyopt ec_paramgen_curve:prime256v1) ;;
rsa) new_key=(-newkey rsa:2048) ;;
*) fail "-k $kind: expected ec or rsa" ;;
esac
openssl req -x509 "${new_key[@]}" -nodes -days 2 -subj /CN=localhost -addext subjectAltName=IP:127.0.0.1 \
  -keyout "$work/key.pem" -out "$work/cert.pem" 2>/dev/null

await_tls() { # name port
  for _ in $(seq 300); do
    curl -skf -o /dev/null --max-time 1 "https://127.0.0.1:$2/" && return
    kill -0 "$pid" 2>/dev/null || break
    sleep 0.05
  done
  tail -5 "$work/$1.log" >&2
  fail "$1 does not answer on port $2"
}
start_gateway_with() { # name JVM-option...
  local name=$1
  shift
  take_port; instrumentation=$port
  take_port
  cat >"$work/$name.json" <<CONF
{"router-server": {"port": $port, "idle-timeout": 3600, "drain-timeout": "1s",
   "tls": {"cert-file": "$work/cert.pem", "key-file": "$work/key.pem"}},
 "instrumentation": {"port": $instrumentation},
 "main-target": "http://127.0.0.1:$upstream", "canary-target": "http://127.0.0.1:$upstream"}
CONF
  echo "exec $java ${JAVA_OPTIONS:-} $* -jar $jar -conf $work/$name.json" >"$work/$name.start"
  launch "$name"
  await_tls "$name" "$port"
  contestant "$name" "$port" "$pid"
}
start_tls_nginx() {
  take_port
  {
    nginx_head nginx "$cores"
    cat <<CONF
  proxy_http_version 1.1; proxy_set_header Connection ""; http2_max_requests 100000000;
  ssl_certificate $work/cert.pem; ssl_certificate_key $work/key.pem; ssl_protocols TLSv1.2 TLSv1.3;
  ssl_ciphers ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-RSA-AES128-GCM-SHA256:ECDHE-ECDSA-AES256-GCM-SHA384:ECDHE-RSA-AES256-GCM-SHA384:ECDHE-ECDSA-CHACHA20-POLY1305:ECDHE-RSA-CHACHA20-POLY1305;
  ssl_ecdh_curve X25519:prime256v1:secp384r1; ssl_session_cache shared:tls:16m; ssl_session_tickets on;
  upstream u { server 127.0.0.1:$upstream; keepalive 128; keepalive_requests 100000000; }
  server { listen 127.0.0.1:$port ssl http2 backlog=4096;
    location / { proxy_pass http://u; }
    location /down/ { proxy_pass http://u; proxy_buffers 16 64k; proxy_busy_buffers_size 128k; proxy_max_temp_file_size 0; } } }
CONF
  } >"$work/nginx.conf"
  # nginx 1.25 has no http2_max_requests any more: keepalive_requests holds for HTTP/2, too.
  nginx -t -c "$work/nginx.conf" 2>&1 | grep -q 'unknown directive "http2_max_requests"' &&
    sed -i 's/http2_max_requests [0-9]*;//' "$work/nginx.conf"
  echo "exec nginx -c $work/nginx.conf" >"$work/nginx.start"
  launch nginx
  await_tls nginx "$port"
  contestant nginx "$port" "$pid"
}

# Each measurement sets $count, $time and $failed.
handshakes() { # port seconds s_time-option...
  local to=$1 time_each=$2 dialer running=()
  shift 2
  for dialer in $(seq "$dialers"); do
    openssl s_time -connect "127.0.0.1:$to" -time "$time_each" "$@" >"$work/dialer.$dialer" 2>&1 &
    running+=($!)
  done
  failed=0
  for dialer in "${running[@]}"; do wait "$dialer" || failed=$((failed + 1)); done
  # The last such line counts connections in real time, but after -reuse's first connection.
  count=$(cat "$work"/dialer.* | awk '/connections in .* real seconds/ { n += $1 } END { print n + 0 }')
  time=$time_each
}
requests() { # port seconds path
  wrk -t1 -c"$connections" -d"$2s" -s "$work/done.lua" "https://127.0.0.1:$1$3" >"$work/wrk.out" 2>&1 ||
    { cat "$work/wrk.out" >&2; fail "wrk failed"; }
  read -r _ count time _ _ failed <<<"$(grep '^figures' "$work/wrk.out")"
}
streams() { # port requests: by number, because h2load 1.52 may not end after a time
  timeout 120 h2load -c 64 -m 10 -n "$2" "https://127.0.0.1:$1/" >"$work/h2load.out" 2>&1 || true
  grep -q 'Application protocol: h2' "$work/h2load.out" || { cat "$work/h2load.out" >&2; fail "h2load failed"; }
  read -r count failed <<<"$(awk '/^requests:/ { print $8, $10 + $12 + $14 }' "$work/h2load.out" | tr -d ,)"
  time=$(awk '/^finished in/ { t = $3; print t ~ /ms,$/ ? t / 1000 : t ~ /us,$/ ? t / 1e6 : t + 0 }' "$work/h2load.out")
}
measure() { # round what index seconds
  local before after
  before=$(cpu_ticks "${roots[$3]}")
  case $2 in
  full) handshakes "${ports[$3]}" "$4" -new -tls1_3 ;;
  resumed) handshakes "${ports[$3]}" "$4" -reuse -tls1_2 ;;
  small) requests "${ports[$3]}" "$4" / ;;
  64k) requests "${ports[$3]}" "$4" /down/64k ;;
  h2) streams "${ports[$3]}" $(($4 * stream_rate)) ;;
  esac
  after=$(cpu_ticks "${roots[$3]}")
  [ "$count" -gt 0 ] || [ "$1" = 0 ] || fail "$2: nothing succeeded at ${names[$3]}"
  echo "$1 $2 ${names[$3]} $count $time $((after - before)) $failed" >>"$work/raw"
}

write_done_lua
raise_file_limit
find_ports
start_upstream
start_gateway_with native
start_gateway_with jdk -Dio.netty.handler.ssl.noOpenSsl=true
start_tls_nginx
for index in 0 1; do
  for what in small 64k h2 full resumed; do measure 0 "$what" "$index" "$((warmup / 5 > 0 ? warmup / 5 : 1))"; done
done
for round in $(seq "$rounds"); do
  for what in full resumed small 64k h2; do
    for index in $(shuf -e 0 1 2); do measure "$round" "$what" "$index" "$seconds"; done
  done
done
for index in 0 2; do # Tells whether sessions are resumed at all, by tickets in both versions.
  for version in 1_2 1_3; do
    : >"$work/session"
    for option in -sess_out -sess_in; do
      # A server may send the ticket of TLS 1.3 with its first answer.
      (printf 'GET / HTTP/1.1\r\nHost: localhost\r\n\r\n'; sleep 0.5; echo Q) | openssl s_client -connect "127.0.0.1:${ports[index]}" -tls$version $option "$work/session" \
        >"$work/client" 2>&1 || true
    done
    say "${names[index]}, TLS ${version/_/.}: $(grep -qm1 '^Reused' "$work/client" && echo resumed || echo not resumed)"
  done
done

awk -v rounds="$rounds" -v hz="$hz" '
  $1 > 0 { rate[$2, $3, $1] = $4 / $5; cpu[$2, $3, $1] = $4 / (($6 > 0 ? $6 : 1) / hz) }
  { failures[$2, $3] += $7; all += $7 }
  function middle(v,   i, j, n, t) {
    for (i = 1; i <= rounds; i++) for (j = i + 1; j <= rounds; j++) if (v[j] < v[i]) { t = v[i]; v[i] = v[j]; v[j] = t }
    n = int((rounds + 1) / 2)
    return rounds % 2 ? v[n] : (v[n] + v[n + 1]) / 2
  }
  function median(of, what, name,   i, v) {
    for (i = 1; i <= rounds; i++) v[i] = of[what, name, i]
    return middle(v)
  }
  function ratio(of, what, name,   i, v) {
    for (i = 1; i <= rounds; i++) v[i] = of[what, name, i] / of[what, "nginx", i]
    return middle(v)
  }
  function rows(what, text, of, limit,   k, name, r) {
    for (k = 1; k <= 3; k++) {
      name = k == 1 ? "native" : k == 2 ? "jdk" : "nginx"
      if (name == "native" && ratio(of, what, name) < limit) slow = 1
      printf "| %s | %s | %.0f | %.2f | %.0f | %.2f | %d |\n", text, name, median(rate, what, name), ratio(rate, what, name),
        median(cpu, what, name), ratio(cpu, what, name), failures[what, name]
    }
  }
  END {
    print "| measurement | TLS by | per second | ratio to nginx | per CPU second | ratio to nginx | failures |"
    print "|---|---|---|---|---|---|---|"
    rows("full", "handshakes, full", cpu, 0); rows("resumed", "handshakes, resumed", cpu, 0)
    rows("small", "28 bytes, keep-alive", cpu, 0.8); rows("64k", "64 KiB, keep-alive", cpu, 0.8)
    rows("h2", "28 bytes, HTTP/2", rate, 0.9)
    exit all > 0 || slow
  }' "$work/raw"
