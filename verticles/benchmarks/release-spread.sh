#!/usr/bin/env bash
# How long a revert takes to be in force on all of three gateways, all on 127.0.0.1. Needs etcd and a built project.
#   verticles/benchmarks/release-spread.sh [reverts]
# As many reverts by the judge, and as many by a person who asks one gateway. A client asks each gateway every 4 ms.
# They begin 20 s after the gateways serve. A revert that takes longer than 100 ms makes the exit code 1. Ports 19700 to 19752.
# Environment: JAVA_HOME or JAVA, GATEWAY_JAR.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
java=${JAVA:-${JAVA_HOME:+$JAVA_HOME/bin/}java}
jar=${GATEWAY_JAR:-$here/../launcher/target/gateway-fat.jar}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
"$java" -cp "$here/target/classes:$(cat "$here/target/class-path.txt")" \
  io.canarygateway.benchmarks.release.RevertSpread "$jar" "$work" "${1:-20}"
