# Functions for scripts that need DynamoDB Local. The caller sets $here, $work and $direct (http://127.0.0.1:PORT), and
# ends the process $dynamodb.
lib=$here/../dynamodb-local/target/lib
table=$here/../../conf/dynamodb-table.json
export AWS_ACCESS_KEY_ID=a AWS_SECRET_ACCESS_KEY=b
dynamodb=

# DynamoDB Local looks for its native library by a name without a version.
mkdir "$work/native" "$work/db"
cp "$lib"/libsqlite4java-linux-amd64-*.so "$work/native/libsqlite4java-linux-amd64.so"
call() { # operation, document; DynamoDB Local checks no signature, only key and region
  curl -sf -m 5 -o /dev/null "$direct" -H "X-Amz-Target: DynamoDB_20120810.$1" -H 'Content-Type: application/x-amz-json-1.0' \
    -H 'Authorization: AWS4-HMAC-SHA256 Credential=a/20260101/us-east-1/dynamodb/aws4_request, SignedHeaders=host, Signature=none' \
    -d "$2"
}
start_dynamodb() {
  java -Djava.library.path="$work/native" -cp "$lib/*" software.amazon.dynamodb.services.local.main.ServerRunner \
    -dbPath "$work/db" -sharedDb -disableTelemetry -port "${direct##*:}" >>"$work/dynamodb.log" 2>&1 & dynamodb=$!
  for _ in $(seq 300); do call ListTables '{}' && return; sleep 0.1; done
  echo "DynamoDB Local does not come up" >&2; exit 1
}
