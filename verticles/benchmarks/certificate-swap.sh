#!/usr/bin/env bash
# Replaces the certificate of a gateway under load, on 127.0.0.1. Needs nginx as upstream, wrk, h2load, openssl, curl and a
# built project.
#   verticles/benchmarks/certificate-swap.sh [replacements [pause]]    # 20 and 1 s are the defaults
# Three loads run all the time: h2load (HTTP/2), wrk with a connection for each request, and wrk with connections that are
# opened once, before the first replacement. The files of certificate and key are renamed one after the other. Prints the
# time until a new connection gets the new certificate, for each replacement, then what a broken file and an expired
# certificate do. A failed request, a replacement that takes longer than a second, a broken file that is used, or a health
# that does not tell of it, makes the exit code 1.
# shellcheck source-path=SCRIPTDIR
. "$(dirname "${BASH_SOURCE[0]}")/proxies.sh"

replacements=${1:-20} pause=${2:-1} connections=16
for program in nginx wrk h2load openssl curl "$java"; do command -v "$program" >/dev/null || fail "$program is missing"; done
[ -r "$jar" ] || fail "build the project first: mvn -B -q -DskipTests package"

certificate() { # name days
  openssl req -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -subj "/CN=$1" -keyout "$work/$1.key" \
    -out "$work/$1.csr" 2>/dev/null
  openssl x509 -req -in "$work/$1.csr" -signkey "$work/$1.key" -days "$2" -out "$work/$1.pem" 2>/dev/null
}
put() { # certificate key: in the place of those in use
  cp "$1" "$work/next.pem"
  cp "$2" "$work/next.key"
  mv "$work/next.pem" "$work/live.pem"
  mv "$work/next.key" "$work/live.key"
}
shown() { # the common name of the certificate that a new connection gets
  openssl s_client -connect "127.0.0.1:$gateway_port" </dev/null 2>/dev/null | sed -n 's/^subject=.*CN *= *//p'
}
now_ms() { date +%s%3N; }
health() { curl -s "http://127.0.0.1:$instrumentation/health/ready"; }

raise_file_limit
find_ports
write_done_lua
start_upstream
certificate even 30
certificate odd 30
certificate expired -1
put "$work/even.pem" "$work/even.key"
take_port; instrumentation=$port
take_port; gateway_port=$port
cat >"$work/gateway.json" <<CONF
{"router-server": {"port": $gateway_port, "drain-timeout": "1s", "tls": {"cert-file": "$work/live.pem", "key-file": "$work/live.key"}},
 "instrumentation": {"port": $instrumentation},
 "main-target": "http://127.0.0.1:$upstream", "canary-target": "http://127.0.0.1:$upstream"}
CONF
echo "exec $java ${JAVA_OPTIONS:-} -jar $jar -conf $work/gateway.json" >"$work/gateway.start"
launch gateway
for _ in $(seq 600); do
  [ "$(shown)" = even ] && break
  kill -0 "$pid" 2>/dev/null || break
  sleep 0.05
done
[ "$(shown)" = even ] || { tail -5 "$work/gateway.log" >&2; fail "the gateway does not answer"; }

url=https://127.0.0.1:$gateway_port/
touch "$work/more"
http2() {
  while [ -e "$work/more" ]; do
    h2load -c 16 -m 10 -n 4000 "$url" | awk '/^requests:/ { print $8, $10 + $12 + $14 }' | tr -d , >>"$work/http2"
  done
}
http1() {
  while [ -e "$work/more" ]; do
    wrk -t1 -c"$connections" -d2s -s "$work/done.lua" -H 'Connection: close' "$url" |
      awk '/^figures/ { print $2, $6 }' >>"$work/new-connections"
  done
}
kept() { # A connection that is closed is a failure to wrk.
  wrk -t1 -c"$connections" -d"$((replacements * (pause + 1) + 10))s" -s "$work/done.lua" "$url" |
    awk '/^figures/ { print $2, $6 }' >"$work/kept-connections"
}
loads=()
for load in http2 http1 kept; do
  $load &
  loads+=($!)
done
sleep 5 # The JVM compiles meanwhile.

status=0 worst=0
echo "| replacement | new certificate after, ms |"
echo "|---|---|"
for i in $(seq "$replacements"); do
  if ((i % 2)); then name=odd; else name=even; fi
  put "$work/$name.pem" "$work/$name.key"
  since=$(now_ms)
  until [ "$(shown)" = "$name" ] || [ $(($(now_ms) - since)) -gt 10000 ]; do :; done
  took=$(($(now_ms) - since))
  echo "| $i | $took |"
  if [ "$took" -gt "$worst" ]; then worst=$took; fi
  sleep "$pause"
done
if [ "$worst" -gt 1000 ]; then status=1; fi

refused() { # what certificate key expected
  local found=
  put "$2" "$3"
  for _ in $(seq 100); do
    found=$(health | grep -o '"router-server.tls","status":"DEGRADED"[^}]*}' | grep -F "$4" || true)
    [ -n "$found" ] && break
    sleep 0.05
  done
  echo "$1: still $(shown); health: ${found:-does not tell}"
  if [ "$(shown)" != "$name" ] || [ -z "$found" ]; then status=1; fi
}
echo
echo "not a certificate" >"$work/broken.pem"
refused "a broken file" "$work/broken.pem" "$work/$name.key" "expected PEM certificates"
refused "a key of another certificate" "$work/odd.pem" "$work/even.key" "expected the PEM private key of cert-file"
refused "an expired certificate" "$work/expired.pem" "$work/expired.key" "expected a certificate that has not expired"
put "$work/$name.pem" "$work/$name.key"

rm "$work/more"
wait "${loads[@]}" 2>/dev/null || true
echo
echo "| load | requests | failed |"
echo "|---|---|---|"
for load in http2 new-connections kept-connections; do
  read -r count failed <<<"$(awk '{ n += $1; f += $2 } END { print n + 0, f + 0 }' "$work/$load")"
  echo "| $load | $count | $failed |"
  if [ "$count" -eq 0 ] || [ "$failed" -gt 0 ]; then status=1; fi
done
exit "$status"
