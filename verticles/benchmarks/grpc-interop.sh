#!/usr/bin/env bash
# Runs gRPC's interoperability tests through the gateway: on h2c and on TLS, by a rollout, by a route and by a sidecar,
# to main and to canary. The target that must not be called does not exist. Needs nginx, openssl, curl and a built project.
#   verticles/benchmarks/grpc-interop.sh CLIENT SERVER [case…]
# CLIENT and SERVER are the programs interop/client and interop/server of https://github.com/grpc/grpc-go. Others with
# the same options work, too: INTEROP_CASES lists their cases.
# Prints a line for each gateway with the number of cases that passed, and the output of those that fail. The exit code
# is 1 if any fails.
# shellcheck source-path=SCRIPTDIR
. "$(dirname "${BASH_SOURCE[0]}")/edge.sh"

client=$(realpath "${1:?the path of the client}")
server=$(realpath "${2:?the path of the server}")
shift 2
cases=("$@")
[ ${#cases[@]} -gt 0 ] || read -r -a cases <<<"${INTEROP_CASES:-empty_unary large_unary client_streaming server_streaming ping_pong \
empty_stream timeout_on_sleeping_server cancel_after_begin cancel_after_first_response status_code_and_message \
special_status_message custom_metadata unimplemented_method unimplemented_service}"
need curl nginx openssl timeout "$java" "$client" "$server"
find_ports
make_certificate
take_port; grpc=$port
echo "exec $server --port=$grpc" >"$work/server.start"
launch server
start_sidecar 200; canary_sidecar=$sidecar
start_sidecar 204; main_sidecar=$sidecar
failures=0

run() { # h2c|tls port
  local options=(--server_host=localhost "--server_port=$2")
  [ "$1" = h2c ] || options+=(--use_tls=true --use_test_ca=true "--ca_file=$work/cert.pem")
  passed=0 failed=
  for case in "${cases[@]}"; do
    if timeout 30 "$client" "${options[@]}" "--test_case=$case" >"$work/case.log" 2>&1; then
      passed=$((passed + 1))
    else
      failed+=" $case"
      sed "s/^/  $case: /" "$work/case.log" | tail -3
    fi
  done
}
through() { # h2c|tls main|canary description settings
  local targets="\"$2-target\": \"http://127.0.0.1:$grpc\", \"$([ "$2" = main ] && echo canary || echo main)-target\": \"http://127.0.0.1:1\""
  local http2='"proxy-client": {"to-main-and-canary": {"http2": "on"}}'
  edge "gateway-$1-$2-$3" "$1" "$targets, $http2, ${4//TARGETS/$targets}"
  run "$1" "$port"
  kill "$pid" && wait "$pid" 2>/dev/null || true
  [ -z "$failed" ] || failures=$((failures + 1))
  echo "$1, $3, to $2: $passed of ${#cases[@]} passed${failed:+; failed:$failed}"
}
echo "Cases: ${cases[*]}"
for listener in h2c tls; do
  through "$listener" main rollout '"rollout": {"canary": 0.0}'
  through "$listener" canary rollout '"rollout": {"canary": 1.0}'
  through "$listener" canary route '"routes": {"grpc": {"match": {"path": {"prefix": "/"}}, "rollout": {"canary": 1.0}, TARGETS}}'
  through "$listener" main sidecar "\"sidecar-url\": \"http://127.0.0.1:$main_sidecar\""
  through "$listener" canary sidecar "\"sidecar-url\": \"http://127.0.0.1:$canary_sidecar\""
done
[ "$failures" = 0 ]
