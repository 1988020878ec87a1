#!/usr/bin/env bash
# Kills three gateways and three members of etcd by SIGKILL while releases run, all on 127.0.0.1. Needs etcd and a built
# project.
#   verticles/benchmarks/release-kills.sh [kills]
# Every third release has a canary that begins to fail at one of its steps. Many times a second each node's share of
# canary is compared with the state in etcd, also while nodes restart. A share above what was decided, a revert that did
# not stay, a failing canary that is promoted and a good one that is reverted make the exit code 1. Ports 19700 to 19752.
# Environment: JAVA_HOME or JAVA, GATEWAY_JAR.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
java=${JAVA:-${JAVA_HOME:+$JAVA_HOME/bin/}java}
jar=${GATEWAY_JAR:-$here/../launcher/target/gateway-fat.jar}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
"$java" -cp "$here/target/classes:$(cat "$here/target/class-path.txt")" \
  io.canarygateway.benchmarks.release.ReleaseKills "$jar" "$work" "${1:-100}"
