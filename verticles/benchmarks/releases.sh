#!/usr/bin/env bash
# Simulates releases: how often a good canary is reverted, and what a bad one does until it is. Needs a built project only.
#   verticles/benchmarks/releases.sh [part]
# A part (false-alarms, returning, harm, good, slow-failures, latency) is printed as Markdown. Without one, all parts run,
# some minutes on two cores, and are written to RELEASES.md and releases.svg beside this script. Time is simulated and the seeds are
# fixed, so that each run writes the same figures. More false alarms than chance explains make the exit code 1.
# Environment: JAVA_HOME or JAVA.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
java=${JAVA:-${JAVA_HOME:+$JAVA_HOME/bin/}java}
[ $# -gt 0 ] || set -- --write "$here"
exec "$java" -cp "$here/target/classes:$(cat "$here/target/class-path.txt")" \
  io.canarygateway.benchmarks.release.ReleaseSimulations "$@"
