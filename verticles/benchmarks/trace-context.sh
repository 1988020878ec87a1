#!/usr/bin/env bash
# Runs the W3C's own tests of Trace Context through the gateway, on 127.0.0.1. Needs Python with aiohttp, curl and a
# built project.
#   verticles/benchmarks/trace-context.sh CHECKOUT
# CHECKOUT is a clone of https://github.com/w3c/trace-context. PYTHON may name another Python than python3.
# The tests send requests to a service and tell it which requests to make itself. The service here copies traceparent
# and tracestate and does nothing else with them. All requests in both directions go through the gateway:
#   tests -> gateway -> service -> gateway -> tests
# Prints the tests' own report and one line with the numbers. The exit code is 1 if a case fails.
# shellcheck source-path=SCRIPTDIR
. "$(dirname "${BASH_SOURCE[0]}")/proxies.sh"

tests=${1:?the path of a clone of https://github.com/w3c/trace-context}/test
python=${PYTHON:-python3}
for program in curl "$java" "$python"; do command -v "$program" >/dev/null || fail "$program is missing"; done
[ -r "$tests/test.py" ] || fail "$tests/test.py cannot be read"
[ -r "$jar" ] || fail "build the project first: mvn -B -q -DskipTests package"
"$python" -c 'import aiohttp' 2>/dev/null || fail "$python has no aiohttp"

find_ports
take_port; harness=$port
take_port; service=$port
take_port; gateway_port=$port
take_port; instrumentation=$port
take_port; collector=$port # Nobody listens: spans are dropped, and no request notices.

cat >"$work/service.py" <<'PY'
import sys
from aiohttp import ClientSession, web

PORT, HARNESS, GATEWAY = sys.argv[1:]

async def call(request):
    headers = [(name, value) for name, value in request.headers.items()
               if name.lower() in ('traceparent', 'tracestate')]
    async with ClientSession() as session:
        for action in await request.json():
            url = action['url'].replace(':' + HARNESS + '/', ':' + GATEWAY + '/')
            async with session.post(url, json=action['arguments'], headers=headers) as answer:
                await answer.read()
    return web.json_response(None)

app = web.Application()
app.add_routes([web.get('/service', lambda request: web.Response()), web.post('/service', call)])
web.run_app(app, host='127.0.0.1', port=int(PORT), print=None)
PY
cat >"$work/gateway.json" <<CONF
{"router-server": {"port": $gateway_port, "drain-timeout": "1s"}, "instrumentation": {"port": $instrumentation},
 "main-target": "http://127.0.0.1:$harness", "canary-target": "http://127.0.0.1:$harness",
 "tracing": {"otlp-endpoint": "http://127.0.0.1:$collector"},
 "routes": {"service": {"match": {"path": {"exact": "/service"}},
   "main-target": "http://127.0.0.1:$service", "canary-target": "http://127.0.0.1:$service"}}}
CONF
echo "exec $python $work/service.py $service $harness $gateway_port" >"$work/service.start"
launch service
await service "$service" /service
echo "exec $java ${JAVA_OPTIONS:-} -jar $jar -conf $work/gateway.json" >"$work/gateway.start"
launch gateway
await gateway "$gateway_port" /service

cd "$tests"
export SPEC_LEVEL=${SPEC_LEVEL:-2} STRICT_LEVEL=${STRICT_LEVEL:-2}
status=0
HARNESS_PORT=$harness HARNESS_BIND_PORT=$harness PYTHONDONTWRITEBYTECODE=1 \
  "$python" test.py "http://127.0.0.1:$gateway_port/service" 2>&1 | tee "$work/report" || status=$?
awk -v level="$SPEC_LEVEL" -v strict="$STRICT_LEVEL" '
  / \.\.\. ok$/ || /^ok$/ { ok++ } / \.\.\. FAIL$/ || /^FAIL$/ { fail++ } / \.\.\. ERROR$/ || /^ERROR$/ { error++ } /skipped/ && /\.\.\./ { skip++ }
  END { printf "trace-context level %d, strictness %d: %d passed, %d failed, %d errors, %d skipped\n", level, strict, ok, fail, error, skip }' \
  "$work/report"
exit "$status"
