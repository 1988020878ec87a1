#!/usr/bin/env bash
# Runs h2spec, the conformance tests of HTTP/2, on the gateway: without TLS (h2c) and with TLS. Needs nginx, openssl,
# curl and a built project.
#   verticles/benchmarks/h2spec.sh H2SPEC [argument of h2spec…]
# H2SPEC is the program of https://github.com/summerwind/h2spec. Without arguments all its sections run.
# Prints the cases that fail, and a line of sums for each listener. The exit code is 1 if a case fails, except 3.5/2 on
# h2c: that port also serves HTTP/1.1, so bytes that are no preface get a 400 and the connection is closed. h2spec
# takes the 400 for a frame that is cut off.
# shellcheck source-path=SCRIPTDIR
. "$(dirname "${BASH_SOURCE[0]}")/edge.sh"

h2spec=$(realpath "${1:?the path of the program h2spec}")
shift
need curl nginx openssl "$java" "$h2spec"
find_ports
make_certificate
start_upstream
targets="\"main-target\": \"http://127.0.0.1:$upstream\", \"canary-target\": \"http://127.0.0.1:$upstream\""
status=0
check() { # h2c|tls [option of h2spec…]
  local unexpected=0 sums
  edge "$1" "$1" "$targets"
  "$h2spec" -h 127.0.0.1 -p "$port" -o 3 "${@:2}" >"$work/$1.out" 2>&1 || true
  sed -n '/^Failures:/,/^Finished/p' "$work/$1.out" | sed '1d;$d'
  sums=$(tail -1 "$work/$1.out")
  unexpected=$(sed -n '/^Failures:/,$p' "$work/$1.out" | grep '×' |
    { if [ "$1" = h2c ]; then grep -vc 'Sends invalid connection preface'; else grep -c .; fi; } || true)
  [[ $sums == *" passed, "* ]] || fail "h2spec has not finished: $sums"
  [ "$unexpected" = 0 ] || status=1
  echo "$1: $sums"
}
check h2c "$@"
check tls -t -k "$@"
exit "$status"
