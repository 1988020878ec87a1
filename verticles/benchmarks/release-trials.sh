#!/usr/bin/env bash
# Releases through the real gateway, all on 127.0.0.1. Needs nginx with Lua, wrk and a built project.
#   verticles/benchmarks/release-trials.sh [releases [rounds]]
# 1. Short releases, 20 routes at a time, of a canary that fails as often as main (20 %), and of one that fails exactly
#    1.5 times as often: how many are reverted. With the second one, a release ends after 10 s.
# 2. A canary at 1 % of clients begins to fail, at 1,000 requests a second: failed canary requests, and the time until
#    no client is sent to it any more.
# 3. Canary at 10 % becomes slow: its 99th percentile doubles from 50 to 100 ms, with as many failures as before.
# 4. One client that always fails sends 500 requests; then 30 clients fail.
# Environment: JAVA_HOME or JAVA, JAVA_OPTIONS, GATEWAY_JAR.
# shellcheck source-path=SCRIPTDIR
. "$(dirname "${BASH_SOURCE[0]}")/proxies.sh"

releases=${1:-200} rounds=${2:-10} routes=20
raise_file_limit
find_ports
take_port; main=$port
take_port; canary=$port
lua=/usr/share/nginx/modules-available/mod-http-lua.conf
modules=$(ls /usr/lib/nginx/modules/ndk_http_module.so /usr/lib/nginx/modules/ngx_http_lua_module.so 2>/dev/null | sed 's/.*/load_module &;/')
[ -n "$modules" ] || fail "nginx's Lua module is missing ($lua)"
{
  echo "$modules"
  nginx_head targets 1
  cat <<CONF
  lua_shared_dict rules 1m; log_format line '\$msec \$status';
  init_worker_by_lua_block { math.randomseed(ngx.now() * 1000) }
CONF
  for arm in main canary; do
    cat <<CONF
  server { listen 127.0.0.1:${!arm} backlog=4096; access_log $work/$arm.log line buffer=64k flush=100ms;
    location = /rules { access_log off; content_by_lua_block {
      for name, value in pairs(ngx.req.get_uri_args()) do ngx.shared.rules:set("$arm." .. name, tonumber(value)) end ngx.say("set") } }
    location / { content_by_lua_block {
      local rules = ngx.shared.rules
      local slow = rules:get("$arm.slow")
      if slow and math.random() < slow then ngx.sleep(rules:get("$arm.seconds")) end
      if math.random() < (rules:get("$arm.fail") or 0) then ngx.status = 500 end
      ngx.say("$arm") } } }
CONF
  done
  echo "}"
} >"$work/targets.conf"
echo "exec nginx -c $work/targets.conf" >"$work/targets.start"
launch targets
await targets "$main"
rules() { curl -sf -o /dev/null "http://127.0.0.1:$1/rules?$2"; } # port, query

take_port; router=$port
take_port; instrumentation=$port
configure() { # settings as JSON members
  echo "{\"router-server\": {\"host\": \"127.0.0.1\", \"port\": $router}, \"log\": {\"level\": \"info\"},
    \"instrumentation\": {\"host\": \"127.0.0.1\", \"port\": $instrumentation},
    \"main-target\": \"http://127.0.0.1:$main\", \"canary-target\": \"http://127.0.0.1:$canary\", $1}" >"$work/next.json"
  mv "$work/next.json" "$work/gateway.json"
}
start_gateway() {
  echo "exec $java ${JAVA_OPTIONS:--Xmx256m} -jar $jar -conf $work/gateway.json" >"$work/gateway.start"
  launch gateway
  gateway=$pid
  await gateway "$router" /application/health
}
states() { # state: how many routes are in it
  curl -s "http://127.0.0.1:$instrumentation/metrics" | grep '^gateway_release_state' | grep "state=\"$1\"" | awk '$2 == 1' | wc -l
}
await_states() { # state, count, tries of 50 ms
  for _ in $(seq "${3:-400}"); do [ "$(states "$1")" -ge "$2" ] && return; sleep 0.05; done
  fail "$(states "$1") of $2 releases are $1; running $(states running), reverted $(states reverted), held $(states held), unknown $(states unknown)"
}
evidence() { # against canary, as a natural logarithm
  curl -s "http://127.0.0.1:$instrumentation/metrics" | awk '/^gateway_release_evidence/ && /"revert"/ { print $2 }'
}
median() { sort -n | awk '{ v[NR] = $1 } END { print v[int((NR + 1) / 2)] " (worst " v[NR] ")" }'; }

steps='[{"weight": 0.1, "min-duration": "100ms", "min-clients": 20}, {"weight": 0.5, "min-duration": "100ms", "min-clients": 20}, 1]'
trial() { # version: 20 routes with a release each
  local all="" r
  for r in $(seq 0 $((routes - 1))); do
    all="$all${all:+, }\"r$r\": {\"match\": {\"path\": {\"prefix\": \"/r$r\"}}, \"main-target\": \"http://127.0.0.1:$main\",
      \"canary-target\": \"http://127.0.0.1:$canary\", \"release\": {\"version\": \"$1\"}}"
  done
  configure "\"release\": {\"steps\": $steps, \"state-dir\": \"$work/state\"}, \"routes\": {$all}"
}
cat >"$work/routes.lua" <<LUA
local i = 0
request = function() i = i + 1 return wrk.format("GET", "/r" .. i % $routes) end
LUA
trials() { # canary's failure rate, seconds after which a release ends anyway (empty: never)
  local reverted=0 promoted=0 held=0 done=0 round
  rules "$main" fail=0.2; rules "$canary" "fail=$1"
  for round in $(seq $(((releases + routes - 1) / routes))); do
    trial "trial-$1-$round"
    for _ in $(seq 100); do [ "$(states running)" = $routes ] && break; sleep 0.05; done
    wrk -t1 -c32 -d120s -s "$work/routes.lua" "http://127.0.0.1:$router" >/dev/null &
    local load=$!
    for _ in $(seq $((${2:-100} * 10))); do
      [ $(($(states promoted) + $(states reverted) + $(states held))) = $routes ] && break
      sleep 0.1
    done
    kill "$load"; wait "$load" 2>/dev/null || true
    reverted=$((reverted + $(states reverted))) promoted=$((promoted + $(states promoted))) held=$((held + $(states held))) done=$((done + routes))
  done
  echo "| $1 | $done | $reverted | $promoted | $held | $((done - reverted - promoted - held)) |"
}
trial none
start_gateway
echo "1. Releases at 10 % and 50 %, main fails for 20 % of clients, false-alarm 0.001"
echo "| canary fails for | releases | reverted | promoted | held | undecided |"
echo "|---|---|---|---|---|---|"
trials 0.2 ""
trials 0.3 10
kill "$gateway"; wait "$gateway" 2>/dev/null || true

echo "2. A canary at 1 % begins to fail, at 1,000 requests a second, main fails for 0.5 %, $rounds rounds each"
single() { # version, weight
  configure "\"release\": {\"version\": \"$1\", \"steps\": [{\"weight\": $2, \"min-duration\": \"10m\"}, 1], \"state-dir\": \"$work/state\"}"
}
single none 0.01
start_gateway
failing() { # what canary does, its weight, rules for it then, rules before
  local round load from
  : >"$work/times"; : >"$work/counts"
  for round in $(seq "$rounds"); do
    rules "$main" "fail=0.005"; rules "$canary" "fail=0.005&$4"
    single "$1, round $round" "$2"
    await_states running 1
    { echo "$router / 1000 60" | "$java" -cp "$tools" io.canarygateway.benchmarks.OpenLoop 32 >/dev/null; } &
    load=$!
    sleep 3
    : >"$work/canary.log"
    rules "$canary" "$3"
    from=$(date +%s.%N)
    await_states reverted 1 1100
    pkill -P "$load" || true; wait "$load" 2>/dev/null || true
    sleep 0.3
    awk -v from="$from" '$1 >= from - 0.002 && $1 > last { last = $1 } END { printf "%.0f\n", (last - from) * 1000 }' "$work/canary.log" >>"$work/times"
    awk '$2 == 500 { n++ } END { print n + 0 }' "$work/canary.log" >>"$work/counts"
  done
  echo "canary $1, share $2: $(median <"$work/counts") failed canary requests, last one $(median <"$work/times") ms after the change"
}
failing "fails for 100 %" 0.01 fail=1 slow=0
failing "fails for 10 %" 0.01 fail=0.1 slow=0
echo "3. Canary at 10 % becomes slow: 2 % of all responses take 50 ms, then those of canary 100 ms"
rules "$main" "slow=0.02&seconds=0.05"
failing "is slow" 0.1 "slow=0.02&seconds=0.1" "slow=0.02&seconds=0.05"
rules "$main" slow=0; rules "$canary" slow=0

echo "4. One client that always fails, then 30"
rules "$main" fail=0; rules "$canary" fail=0
single sticky 0.01
await_states running 1
{ echo "$router / 500 5" | "$java" -cp "$tools" io.canarygateway.benchmarks.OpenLoop 8 >/dev/null; }
rules "$canary" fail=1
for _ in $(seq 500); do echo "url = \"http://127.0.0.1:$router/\""; echo "output = /dev/null"; done >"$work/curl"
curl -s -K "$work/curl" -b "maxwellsdaemon=0.005"
sleep 0.3
echo "one client, 500 requests: $(states reverted) reverted, evidence $(evidence)"
for i in $(seq 30); do curl -s -o /dev/null -b "maxwellsdaemon=0.00$((100 + i))" "http://127.0.0.1:$router/"; done
sleep 0.3
echo "30 clients: $(states reverted) reverted"
