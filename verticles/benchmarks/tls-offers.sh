#!/usr/bin/env bash
# What a TLS port offers, and whom it accepts, on 127.0.0.1. Needs nginx as upstream, openssl 3, curl and a built project.
#   verticles/benchmarks/tls-offers.sh                # a gateway with an EC key, one with RSA, one that wants certificates
#   verticles/benchmarks/tls-offers.sh HOST:PORT      # the offers of a port that runs already
# Prints Markdown: each protocol and cipher suite that is accepted, whether sessions are resumed, whether a client may
# renegotiate, then what clients without a certificate, with a stranger's, an expired and a right one get. An offer that is
# not of Mozilla's "intermediate", or a client that is wrongly served or refused, makes the exit code 1.
# Versions before TLS 1.2 are offered at openssl's security level 0, so that it is the port that refuses them.
# shellcheck source-path=SCRIPTDIR
. "$(dirname "${BASH_SOURCE[0]}")/proxies.sh"
for program in openssl curl; do command -v "$program" >/dev/null || fail "$program is missing"; done

intermediate=" TLS_AES_128_GCM_SHA256 TLS_AES_256_GCM_SHA384 TLS_CHACHA20_POLY1305_SHA256 \
ECDHE-ECDSA-AES128-GCM-SHA256 ECDHE-RSA-AES128-GCM-SHA256 ECDHE-ECDSA-AES256-GCM-SHA384 ECDHE-RSA-AES256-GCM-SHA384 \
ECDHE-ECDSA-CHACHA20-POLY1305 ECDHE-RSA-CHACHA20-POLY1305 DHE-RSA-AES128-GCM-SHA256 DHE-RSA-AES256-GCM-SHA384 "
status=0
wrong() { say "WRONG: $*"; status=1; }
client() { # port-with-host s_client-option...: its output
  local to=$1
  shift
  # A server may send the ticket of TLS 1.3 with its first answer.
  (printf 'GET /health/live HTTP/1.1\r\nHost: localhost\r\n\r\n'; sleep "${pause:-0.1}"; echo Q) |
    timeout 10 openssl s_client -connect "$to" -servername localhost "$@" 2>&1 || true
}
accepted() { # port-with-host s_client-option...: the cipher suite, or nothing
  client "$@" | sed -n 's/^ *New, TLSv[0-9.]*, Cipher is \(.*\)$/\1/p; s/^New, SSLv3, Cipher is \(.*\)$/\1/p' |
    grep -v NONE | head -1 || true
}
offers() { # title port-with-host
  local version option suite found
  echo "## $1"
  echo
  for version in ssl3 tls1 tls1_1; do
    # openssl without SSL 3 says so in its own words; then nothing was sent.
    if ! openssl s_client -help 2>&1 | grep -q -- "-$version "; then echo "- $version: this openssl cannot offer it"; continue; fi
    found=$(accepted "$2" "-$version" -cipher ALL:COMPLEMENTOFALL@SECLEVEL=0)
    echo "- $version: ${found:-refused}"
    if [ -n "$found" ]; then wrong "$1 accepts $version"; fi
  done
  for version in tls1_2 tls1_3; do
    found= left=ALL:COMPLEMENTOFALL@SECLEVEL=0 option=-cipher
    if [ "$version" = tls1_3 ]; then
      left=TLS_AES_256_GCM_SHA384:TLS_CHACHA20_POLY1305_SHA256:TLS_AES_128_GCM_SHA256:TLS_AES_128_CCM_SHA256:TLS_AES_128_CCM_8_SHA256
      option=-ciphersuites
    fi
    # All suites are offered; the one that the port takes is left out of the next offer.
    while [ -n "$left" ]; do
      suite=$(accepted "$2" "-$version" "$option" "$left")
      if [ -z "$suite" ] || [[ "$found " == *" $suite "* ]]; then break; fi
      found+=" $suite"
      if [[ $intermediate != *" $suite "* ]]; then wrong "$1 accepts $suite"; fi
      if [ "$version" = tls1_3 ]; then left=$(tr : '\n' <<<"$left" | grep -vx "$suite" | paste -sd: || true)
      else left="$left:!$suite"; fi
    done
    echo "- $version:${found:- nothing}"
    if [ -z "$found" ]; then wrong "$1 accepts nothing of $version"; fi
  done
  pause=0.5
  for version in tls1_2 tls1_3; do
    for option in tickets ids; do
      if [ "$option$version" = idstls1_3 ]; then continue; fi # TLS 1.3 has tickets alone.
      : >"$work/session"
      client "$2" "-$version" $([ "$option" = ids ] && echo -no_ticket) -sess_out "$work/session" >/dev/null
      found=$(client "$2" "-$version" $([ "$option" = ids ] && echo -no_ticket) -sess_in "$work/session" | grep -cm1 '^Reused' || true)
      echo "- resumption, $version, by $option: $([ "$found" = 1 ] && echo yes || echo no)"
    done
  done
  pause=
  # `R` asks for a renegotiation. A server that allows it shows its certificates again.
  found=$( (sleep 0.3; echo R; sleep 1; echo Q) | timeout 10 openssl s_client -connect "$2" -tls1_2 2>&1 |
    sed -n '/RENEGOTIATING/,$p' | grep -c '^verify return' || true)
  echo "- renegotiation by the client: $([ "$found" -gt 0 ] && echo allowed || echo refused)"
  if [ "$found" -gt 0 ]; then wrong "$1 lets clients renegotiate"; fi
  echo
}
if [ $# = 1 ]; then offers "$1" "$1"; exit "$status"; fi

command -v nginx >/dev/null || fail "nginx is missing"
[ -r "$jar" ] || fail "build the project first: mvn -B -q -DskipTests package"
cd "$work"
ec=(-newkey ec -pkeyopt ec_paramgen_curve:prime256v1) rsa=(-newkey rsa:2048)
authority() { # name
  openssl req -x509 "${ec[@]}" -nodes -days 30 -subj "/CN=$1" -keyout "$1.key" -out "$1.pem" 2>/dev/null
}
issue() { # name days authority new-key...
  openssl req "${@:4}" -nodes -subj "/CN=$1" -keyout "$1.key" -out "$1.csr" 2>/dev/null
  openssl x509 -req -in "$1.csr" -CA "$3.pem" -CAkey "$3.key" -CAcreateserial -days "$2" -out "$1.pem" \
    -extfile <(echo subjectAltName=DNS:localhost,IP:127.0.0.1) 2>/dev/null
}
authority ca
authority strangers-ca
issue ec 30 ca "${ec[@]}"
issue rsa 30 ca "${rsa[@]}"
issue right 30 ca "${ec[@]}"
issue expired -1 ca "${ec[@]}"
issue stranger 30 strangers-ca "${ec[@]}"
find_ports
start_upstream
start_tls() { # name certificate [more JSON members of the section tls]
  take_port; instrumentation=$port
  take_port
  cat >"$1.json" <<CONF
{"router-server": {"port": $port, "tls": {"cert-file": "$work/$2.pem", "key-file": "$work/$2.key"${3:+, $3}}},
 "instrumentation": {"port": $instrumentation,
   "tls": {"cert-file": "$work/$2.pem", "key-file": "$work/$2.key"${3:+, $3}}},
 "main-target": "http://127.0.0.1:$upstream", "canary-target": "http://127.0.0.1:$upstream"}
CONF
  echo "exec $java ${JAVA_OPTIONS:-} -jar $jar -conf $work/$1.json" >"$1.start"
  launch "$1"
  for _ in $(seq 600); do
    curl -s -o /dev/null --max-time 1 --cacert ca.pem --cert right.pem --key right.key "https://localhost:$port/" && return
    kill -0 "$pid" 2>/dev/null || break
    sleep 0.1
  done
  tail -5 "$1.log" >&2
  fail "the gateway $1 does not answer"
}
for key in ec rsa; do
  start_tls "$key" "$key"
  offers "router-server, $key key" "127.0.0.1:$port"
  offers "instrumentation, $key key" "127.0.0.1:$instrumentation"
  kill "$pid"
done

start_tls clients ec '"client-auth": "require", "client-ca-file": "'"$work/ca.pem"'"'
answer() { # curl-option...: the status, or the reason
  local code
  if code=$(curl -sS --cacert ca.pem --max-time 10 -o /dev/null -w '%{http_code}' "$@" 2>"$work/curl.err"); then
    echo "$code"
  else
    # The expired one is refused by an alert that curl explains as if it were the server's.
    sed -n '1s/^curl: ([0-9]*) *//; 1s/.*SSL routines:*/refused: /; 1s/, errno [0-9]*//; 1p' "$work/curl.err"
  fi
}
echo "## client-auth: require"
echo
echo "| certificate of the client | router-server, TLS 1.2 | TLS 1.3 | instrumentation |"
echo "|---|---|---|---|"
for shown in none stranger expired right; do
  if [ $shown = none ]; then option=(); else option=(--cert "$shown.pem" --key "$shown.key"); fi
  old=$(answer "${option[@]}" --tls-max 1.2 "https://localhost:$port/")
  new=$(answer "${option[@]}" --tlsv1.3 "https://localhost:$port/")
  own=$(answer "${option[@]}" "https://localhost:$instrumentation/health/live")
  echo "| $shown | $old | $new | $own |"
  for each in "$old" "$new" "$own"; do
    if [ $shown = right ]; then
      [[ $each == 200 ]] || wrong "a right certificate gets $each"
    elif [[ $each == *200 ]]; then
      wrong "a client with certificate '$shown' is served"
    fi
  done
done
exit "$status"
