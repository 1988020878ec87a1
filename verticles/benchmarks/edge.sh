# shellcheck shell=bash
# Sourced by h2spec.sh, edge-peers.sh and grpc-interop.sh: gateways with TLS and with h2c in front of any upstream.
# shellcheck source-path=SCRIPTDIR disable=SC2034,SC2154
. "$(dirname "${BASH_SOURCE[0]}")/proxies.sh"

make_certificate() { # $work/cert.pem and key.pem, self-signed, for localhost and 127.0.0.1
  openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj /CN=localhost \
    -addext subjectAltName=DNS:localhost,IP:127.0.0.1 -keyout "$work/key.pem" -out "$work/cert.pem" 2>"$work/openssl.log" ||
    { cat "$work/openssl.log" >&2; fail "openssl failed"; }
  cat "$work/cert.pem" "$work/key.pem" >"$work/both.pem"
}
tls_json() { echo "\"tls\": {\"cert-file\": \"$work/cert.pem\", \"key-file\": \"$work/key.pem\"}"; }
# Starts a gateway; its port is in $port, its process id in $pid.
edge() { # name h2c|tls 'settings behind router-server and instrumentation' ['more of router-server']
  local instrumentation listen='"h2c": true'
  take_port; instrumentation=$port
  take_port
  [ "$2" = h2c ] || listen=$(tls_json)
  cat >"$work/$1.json" <<CONF
{"router-server": {"host": "127.0.0.1", "port": $port, $listen, "drain-timeout": "20s"${4:+, $4}},
 "instrumentation": {"host": "127.0.0.1", "port": $instrumentation}, $3}
CONF
  echo "exec $java ${JAVA_OPTIONS:-} -jar $jar -conf $work/$1.json" >"$work/$1.start"
  launch "$1"
  await "$1" "$instrumentation" /health/ready
}
need() { # program...
  for program in "$@"; do command -v "$program" >/dev/null || fail "$program is missing"; done
  [ -r "$jar" ] || fail "build the project first: mvn -B -q -DskipTests package"
}
