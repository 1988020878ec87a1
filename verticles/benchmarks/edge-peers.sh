#!/usr/bin/env bash
# Tries the gateway's HTTP/1.1 and HTTP/2 with other programs: curl, nghttp, h2load and the JDK's client as clients,
# nginx and HAProxy as proxies before it and as upstreams. Needs these, openssl, python3 and a built project.
#   verticles/benchmarks/edge-peers.sh [-b megabytes of a body] [-l load: requests of h2load]
# Prints a line for each case; the exit code is 1 if one fails. All of it is on 127.0.0.1, and takes a few minutes.
# The gateways run with a heap of 256 MB, so that a body of 1 GiB that is collected anywhere would end them.
# shellcheck source-path=SCRIPTDIR disable=SC2154
JAVA_OPTIONS=${JAVA_OPTIONS:--Xmx256m}
. "$(dirname "${BASH_SOURCE[0]}")/edge.sh"

megabytes=1024 load=20000 most_rss=700
while [ $# -gt 0 ]; do
  case $1 in
    -b) megabytes=$2; shift ;;
    -l) load=$2; shift ;;
    *) fail "unknown: $1" ;;
  esac
  shift
done
need curl nghttp h2load nginx haproxy openssl python3 timeout "$java"
find_ports
make_certificate
failures=0
verdict() { # rc name detail
  [ "$1" = 0 ] || failures=$((failures + 1))
  echo "$([ "$1" = 0 ] && echo pass || echo FAIL) | $2 | $3"
}

# Upstreams: nginx with HTTP/1.1 and with HTTP/2, both stored files and uploads; HAProxy before it with both.
mkdir -p "$work/files/down" "$work/files/up"
echo hello >"$work/hello"
chmod 777 "$work/files/up"
head -c "${megabytes}M" /dev/zero | openssl enc -aes-128-ctr -pass pass:x -nosalt -pbkdf2 2>/dev/null >"$work/files/down/big"
head -c 1M "$work/files/down/big" >"$work/files/down/small"
big=$(sha256sum <"$work/files/down/big")
take_port; h1=$port
take_port; h2=$port
take_port; h2_tls=$port
take_port; haproxy_h1=$port
take_port; haproxy_h2=$port
{
  nginx_head upstream 2
  cat <<CONF
  root $work/files; default_type text/plain;
  server { listen 127.0.0.1:$h2_tls ssl http2; ssl_certificate $work/cert.pem; ssl_certificate_key $work/key.pem;
    keepalive_requests 100; location / { return 200 "hello\n"; } location /down/ { } }
  server { listen 127.0.0.1:$h1; listen 127.0.0.1:$h2 http2;
    location / { return 200 "hello\n"; }
    location /down/ { }
    location /up/ { dav_methods PUT DELETE; } } }
CONF
} >"$work/upstream.conf"
echo "exec nginx -c $work/upstream.conf" >"$work/upstream.start"
launch upstream
await upstream "$h1"
cat >"$work/haproxy-up.cfg" <<CONF
defaults
  mode http
  timeout client 60s
  timeout server 60s
  timeout connect 5s
frontend f
  bind 127.0.0.1:$haproxy_h1
  bind 127.0.0.1:$haproxy_h2 proto h2
  default_backend b
backend b
  server s 127.0.0.1:$h1
CONF
echo "exec haproxy -f $work/haproxy-up.cfg" >"$work/haproxy-up.start"
launch haproxy-up
await haproxy-up "$haproxy_h1"

# An upstream on raw sockets: echoes trailers, never answers, breaks off, and notes the end of its connections.
cat >"$work/raw.py" <<'PY'
import socket, struct, sys, threading
def line(f): return f.readline().decode('latin-1').rstrip('\r\n')
def serve(s):
    f = s.makefile('rb')
    while True:
        request = line(f)
        if not request: return
        head = {}
        while (l := line(f)): k, _, v = l.partition(':'); head[k.lower()] = v.strip()
        path = request.split(' ')[1]
        if path == '/hang':
            print('begun', flush=True)
            f.read(1)
            print('closed', flush=True)
            return
        trailers = []
        if head.get('transfer-encoding') == 'chunked':
            while (n := int(line(f), 16)): f.read(n); line(f)
            while (l := line(f)): trailers.append(l)
        else:
            f.read(int(head.get('content-length', 0)))
        if path == '/cut':
            s.sendall(b'HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\nhello')
            s.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack('ii', 1, 0))
            s.close()
            return
        body = ('|'.join(trailers) or 'none').lower().encode()
        s.sendall(b'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nTrailer: x-down\r\n\r\n%x\r\n%s\r\n0\r\nx-down: trailer\r\n\r\n' % (len(body), body))
listener = socket.create_server(('127.0.0.1', int(sys.argv[1])))
while True:
    threading.Thread(target=serve, args=(listener.accept()[0],), daemon=True).start()
PY
take_port; raw=$port
echo "exec python3 $work/raw.py $raw" >"$work/raw.start"
launch raw
await raw "$raw"

targets() { # port [on]
  echo "\"main-target\": \"http://127.0.0.1:$1\", \"canary-target\": \"http://127.0.0.1:$1\", \"proxy-client\": {\"to-main-and-canary\": {\"http2\": \"${2:-off}\"}}"
}
declare -A gateway gateway_pid
begin() { # name h2c|tls upstream's port [on]
  edge "$1" "$2" "$(targets "$3" "${4:-off}"), \"access-log\": \"common\", \"access-log-file\": \"$work/$1.access\""
  gateway[$1]=$port gateway_pid[$1]=$pid
}
rss() { awk '/VmHWM/ { print int($2 / 1024) }' "/proc/${gateway_pid[$1]}/status"; }
# The gateway "goaway" calls nginx by HTTP/2 and TLS, which says GOAWAY after each 100 requests.
begin plain-h1 h2c "$h1"
begin plain-h2 h2c "$h2" on
begin tls-h1 tls "$h1"
begin tls-h2 tls "$h2" on
begin raw h2c "$raw"
begin raw-tls tls "$raw"
begin chain h2c "${gateway[raw]}" on
edge goaway tls "\"main-target\": \"https://localhost:$h2_tls\", \"canary-target\": \"https://localhost:$h2_tls\",
 \"proxy-client\": {\"to-main-and-canary\": {\"http2\": \"auto\", \"tls\": {\"ca-file\": \"$work/cert.pem\"}}}"
gateway[goaway]=$port gateway_pid[goaway]=$pid
begin haproxy-h1 h2c "$haproxy_h1"
begin haproxy-h2 h2c "$haproxy_h2" on

url() { # gateway [path]
  [[ $1 == *tls* || $1 == goaway ]] && echo "https://localhost:${gateway[$1]}${2:-/}" || echo "http://127.0.0.1:${gateway[$1]}${2:-/}"
}
c() { timeout 300 curl -sS --cacert "$work/cert.pem" "$@"; } # curl

for name in plain-h1 plain-h2 tls-h1 tls-h2 haproxy-h1 haproxy-h2; do
  for version in --http1.1 --http2 --http2-prior-knowledge; do
    # --http2 on plain text offers Upgrade: h2c, which the gateway never takes.
    if [[ $name == *tls* && $version == --http2-prior-knowledge ]]; then continue; fi
    expected=2
    if [ $version = --http1.1 ] || { [ $version = --http2 ] && [[ $name != *tls* ]]; }; then expected=1.1; fi
    got=$(c $version -o /dev/null -w '%{http_code} %{http_version}' "$(url $name)" 2>&1 || true)
    verdict "$([ "$got" = "200 $expected" ]; echo $?)" "curl $version, $name" "$got"
  done
done

bodies() { # gateway curl's option
  local sum
  sum=$(c "$2" "$(url "$1" /down/big)" | sha256sum)
  verdict "$([ "$sum" = "$big" ]; echo $?)" "$megabytes MiB down, curl $2, $1" "max RSS $(rss "$1") MB"
  c "$2" -X DELETE "$(url "$1" /up/big)" -o /dev/null || true
  c "$2" -T "$work/files/down/big" -o /dev/null "$(url "$1" /up/big)" || true
  sum=$(sha256sum <"$work/files/up/big" || true)
  verdict "$([ "$sum" = "$big" ]; echo $?)" "$megabytes MiB up, curl $2, $1" "max RSS $(rss "$1") MB"
}
for name in plain-h1 plain-h2; do
  bodies $name --http1.1
  bodies $name --http2-prior-knowledge
done
bodies tls-h2 --http2
for name in plain-h1 plain-h2 tls-h2; do
  verdict "$([ "$(rss $name)" -lt $most_rss ]; echo $?)" "memory, $name" "max RSS $(rss $name) MB, below $most_rss"
done

# The gateway "chain" calls the gateway "raw" by HTTP/2.
for name in raw raw-tls chain; do
  for version in --http1.1 --http2-prior-knowledge; do
    got=$(c $version -o /dev/null -D - "$(url $name)" | grep -ci '^x-down: trailer' || true)
    verdict "$([ "$got" = 1 ]; echo $?)" "trailers down, curl $version, $name" "$got line"
  done
  got=$(timeout 20 nghttp --no-content-length --trailer='x-up: trailer' -d "$work/hello" "$(url $name)" 2>/dev/null | tr -d '\n' || true)
  verdict "$([ "$got" = "x-up: trailer" ]; echo $?)" "trailers up, nghttp, $name" "$got"
done
printf 'POST / HTTP/1.1\r\nHost: x\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\n1\r\na\r\n0\r\nx-up: trailer\r\n\r\n' >"$work/chunked"
got=$(timeout 20 bash -c "exec 3<>/dev/tcp/127.0.0.1/${gateway[raw]}; cat '$work/chunked' >&3; cat <&3" | grep -ci '^x-up: trailer' || true)
verdict "$([ "$got" = 1 ]; echo $?)" "trailers up, HTTP/1.1" "$got line"

for version in --http1.1 --http2-prior-knowledge; do
  got=$(c $version -v -H 'Expect: 100-continue' --expect100-timeout 20 -T "$work/files/down/small" -o /dev/null "$(url raw)" 2>&1 |
    grep -cE '^< HTTP/[0-9.]+ (100|200)' || true)
  verdict "$([ "$got" = 2 ]; echo $?)" "100-continue, curl $version" "$got of 2 heads"
  rc=0
  c $version -o /dev/null "$(url raw /cut)" 2>"$work/cut.log" || rc=$?
  verdict "$([ $rc = 18 ] || [ $rc = 92 ]; echo $?)" "upstream breaks off, curl $version" "curl's code $rc: $(head -1 "$work/cut.log")"
done

# The JDK's client: many streams at a time, and a request that is cancelled by RST_STREAM.
cat >"$work/Jdk.java" <<'JAVA'
import java.net.URI;
import java.net.http.*;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.*;
import java.util.concurrent.*;
import java.util.stream.*;
class Jdk {
  public static void main(String[] a) throws Exception {
    HttpClient client = HttpClient.newBuilder().version(HttpClient.Version.valueOf(a[0])).build();
    HttpRequest request = HttpRequest.newBuilder(URI.create(a[1])).build();
    if (a[2].equals("cancel")) {
      client.send(HttpRequest.newBuilder(URI.create(a[3])).build(), BodyHandlers.discarding());
      CompletableFuture<?> call = client.sendAsync(request, BodyHandlers.discarding());
      Thread.sleep(500);
      call.cancel(true);
      System.out.println(client.send(HttpRequest.newBuilder(URI.create(a[3])).build(), BodyHandlers.discarding()).statusCode());
      Thread.sleep(1500); // Until then the connection stays open.
      return;
    }
    int count = Integer.parseInt(a[2]);
    client.send(request, BodyHandlers.discarding());
    List<CompletableFuture<HttpResponse<byte[]>>> all = IntStream.range(0, count)
        .mapToObj(i -> client.sendAsync(request, BodyHandlers.ofByteArray())).toList();
    Map<String, Long> kinds = all.stream().map(CompletableFuture::join)
        .collect(Collectors.groupingBy(r -> r.statusCode() + " " + r.version() + " " + r.body().length, Collectors.counting()));
    System.out.println(kinds);
  }
}
JAVA
openssl pkcs12 -export -nokeys -in "$work/cert.pem" -out "$work/trust.p12" -passout pass:secret -jdktrust anyExtendedKeyUsage 2>/dev/null ||
  "$(dirname "$(readlink -f "$(command -v "$java")")")/keytool" -importcert -noprompt -alias gateway -file "$work/cert.pem" \
    -keystore "$work/trust.p12" -storetype PKCS12 -storepass secret 2>/dev/null
jdk() { timeout 60 "$java" -Djavax.net.ssl.trustStore="$work/trust.p12" -Djavax.net.ssl.trustStorePassword=secret "$work/Jdk.java" "$@" 2>&1 | tail -1; }
for name in tls-h1 tls-h2; do
  got=$(jdk HTTP_2 "$(url $name /down/small)" 100)
  verdict "$([ "$got" = "{200 HTTP_2 1048576=100}" ]; echo $?)" "JDK's client, HTTP/2, 100 requests of 1 MiB at a time, $name" "$got"
done
got=$(jdk HTTP_1_1 "$(url tls-h2 /down/small)" 20)
verdict "$([ "$got" = "{200 HTTP_1_1 1048576=20}" ]; echo $?)" "JDK's client, HTTP/1.1, tls-h2" "$got"
got=$(jdk HTTP_2 "$(url raw-tls /hang)" cancel "$(url raw-tls)")
for _ in $(seq 40); do [ "$(grep -c closed "$work/raw.log")" -ge 1 ] && break; sleep 0.05; done
closed=$(grep -c closed "$work/raw.log" || true)
verdict "$([ "$got" = 200 ] && [ "$closed" = 1 ]; echo $?)" "RST_STREAM by the client ends the upstream's call" "the next request on the connection: $got"

for name in plain-h1 plain-h2 tls-h1 tls-h2 haproxy-h2 goaway; do
  timeout 120 h2load -n "$load" -c 4 -m 100 "$(url $name)" >"$work/h2load.out" 2>&1 || true
  got=$(grep '^requests:' "$work/h2load.out" || true)
  verdict "$(grep -q "status codes: $load 2xx" "$work/h2load.out"; echo $?)" "h2load, 4 connections of 100 streams, $name" "$got"
  timeout 20 nghttp -nv "$(url $name)" >"$work/nghttp.out" 2>&1 || true
  verdict "$(grep -q ':status: 200' "$work/nghttp.out"; echo $?)" "nghttp, $name" "$(grep -o ':status: [0-9]*' "$work/nghttp.out" | head -1)"
done

# nginx and HAProxy before the gateway.
take_port; before_nginx=$port
{
  nginx_head before 1
  cat <<CONF
  proxy_http_version 1.1; proxy_set_header Connection ""; proxy_buffering off; proxy_request_buffering off;
  upstream u { server 127.0.0.1:${gateway[plain-h2]}; keepalive 16; }
  server { listen 127.0.0.1:$before_nginx http2; location / { proxy_pass http://u; }
    location /tls/ { proxy_pass https://127.0.0.1:${gateway[tls-h2]}/; } } }
CONF
} >"$work/before.conf"
echo "exec nginx -c $work/before.conf" >"$work/before.start"
launch before
take_port; before_h1=$port
take_port; before_h2=$port
take_port; before_tls=$port
cat >"$work/before-haproxy.cfg" <<CONF
defaults
  mode http
  timeout client 60s
  timeout server 60s
  timeout connect 5s
listen h1
  bind 127.0.0.1:$before_h1
  server s 127.0.0.1:${gateway[plain-h2]}
listen h2
  bind 127.0.0.1:$before_h2
  server s 127.0.0.1:${gateway[plain-h1]} proto h2
listen tls
  bind 127.0.0.1:$before_tls
  server s 127.0.0.1:${gateway[tls-h2]} ssl verify none alpn h2
CONF
echo "exec haproxy -f $work/before-haproxy.cfg" >"$work/before-haproxy.start"
launch before-haproxy
await before-haproxy "$before_h1"
small=$(sha256sum <"$work/files/down/small")
for before in "nginx, HTTP/1.1:$before_nginx:/down/small" "nginx, HTTP/1.1 and TLS:$before_nginx:/tls/down/small" \
  "HAProxy, HTTP/1.1:$before_h1:/down/small" "HAProxy, h2c:$before_h2:/down/small" "HAProxy, HTTP/2 and TLS:$before_tls:/down/small"; do
  IFS=: read -r who at path <<<"$before"
  version=--http1.1
  [[ $who != nginx* ]] || version=--http2-prior-knowledge
  sum=$(c $version "http://127.0.0.1:$at$path" | sha256sum)
  c $version -X DELETE "http://127.0.0.1:$at${path/down/up}" -o /dev/null || true
  c $version -T "$work/files/down/small" -o /dev/null "http://127.0.0.1:$at${path/down/up}" || true
  up=$(sha256sum <"$work/files/up/small" || true)
  verdict "$([ "$sum" = "$small" ] && [ "$up" = "$small" ]; echo $?)" "behind $who" "1 MiB down and up"
done

# SIGTERM under load: GOAWAY, and each request that has reached the gateway is answered, and its client gets the answer.
# h2load counts requests as started that it has not sent when GOAWAY arrives, so the gateway's access log is compared.
for name in plain-h1 tls-h2; do
  before=$(wc -l <"$work/$name.access")
  timeout 60 h2load -n 2000000 -c 4 -m 20 "$(url $name)" >"$work/drain.out" 2>&1 &
  h2load_pid=$!
  pids+=("$h2load_pid")
  sleep 3
  kill -TERM "${gateway_pid[$name]}"
  wait "$h2load_pid" || true
  rc=0
  wait "${gateway_pid[$name]}" || rc=$?
  succeeded=$(sed -n 's/^requests: .* done, \([0-9]*\) succeeded.*/\1/p' "$work/drain.out")
  begun=$(($(wc -l <"$work/$name.access") - before))
  verdict "$([ "$begun" -gt 0 ] && grep -q ' 0 3xx, 0 4xx, 0 5xx' "$work/drain.out" && [ "$rc" = 0 ] && [ "$begun" = "${succeeded:-0}" ]; echo $?)" \
    "SIGTERM under h2load, $name" "begun $begun, answered ${succeeded:-?}, exit code $rc"
done
[ "$failures" = 0 ] || fail "$failures cases failed"
