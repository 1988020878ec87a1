#!/usr/bin/env bash
# Measures what taking a token of a rate limit costs, beside Bucket4j and Caffeine (JMH). Needs a built project.
#   verticles/benchmarks/rate-limit.sh
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
classes=$here/target/classes:$(cat "$here/target/class-path.txt")
java -cp "$classes" org.openjdk.jmh.Main RateLimitCost -bm sample -t 1 -prof gc | grep -E 'p0\.(50|99)|alloc.rate.norm'
