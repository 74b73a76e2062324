# Makes the start-up cache of this installation for the Java that runs it: the agent's classes as
# the JVM wants them in memory (JEP 483 and 514). Run it as who owns the installation:
#   bash bin/make-cache.sh
# The launcher uses the cache while Java and the libraries are the same, and does without otherwise.
set -euo pipefail

bin=$(cd "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")" && pwd)
home=$(dirname "$bin")
. "$bin/find-java.sh"
find_java || exit 1
cache="$home/millrace.aot"

# What a cache depends on; the JVM compares the same and more.
fingerprint=$({ "$MILLRACE_JAVA/bin/java" -version && LC_ALL=C ls -lnR --full-time "$bin" "$home/lib"; } 2>&1 | cksum)
if [ -e "$cache" ] && [ "$(cat "$cache.made-for" 2>/dev/null)" = "$fingerprint" ]; then
  exit 0
fi
rm -f "$cache" "$cache.made-for"

# Sends a request to a local port: method, path and body.
request() {
  (exec 3<> "/dev/tcp/localhost/$1" \
    && printf '%s %s HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Type: application/json\r\nContent-Length: %s\r\n\r\n%s' \
      "$2" "$3" "${#4}" "$4" >&3 && cat <&3) > /dev/null 2>&1 || true
}

work=$(mktemp -d)
agent=
trap '[ -z "$agent" ] || kill -9 "$agent" 2>/dev/null || true; rm -rf "$work"' EXIT
log="$work/log"
mkdir "$work/input"
printf '%s\n' '{"@timestamp":"2026-01-02T03:04:05.678Z","message":"one"}' \
  '2026-01-02 03:04:05,678 INFO two' > "$work/input/sample.log"
# Without profiles of methods, which only the second compiler reads; and with classes that are
# loaded when they are used, not all at start, which would keep each of them in memory.
options="-XX:AOTCacheOutput=$work/cache -XX:-AOTRecordTraining -XX:-AOTClassLinking"
# Should one of them be taken, the cache lacks a few classes.
port=$((20000 + RANDOM % 12000))
TRAINING=$work TRAINING_GRPC=$port TRAINING_HTTP=$((port + 1)) TRAINING_HEALTH=$((port + 2)) \
  TRAINING_METRICS=$((port + 3)) JAVA_HOME=$MILLRACE_JAVA MILLRACE_JVM_OPTIONS=$options \
  bash "$bin/millrace" run --config "$bin/training.yaml" --state-dir "$work/state" > "$log" 2>&1 &
agent=$!

# Until it has started, has been asked and told something, and has tried to deliver.
for _ in $(seq 300); do
  if grep -q ' Started' "$log" || ! kill -0 "$agent" 2>/dev/null; then break; fi
  sleep 0.1
done
request $((port + 2)) GET / ''
request $((port + 3)) GET /metrics ''
request $((port + 1)) POST /v1/logs '{"resourceLogs":[{"resource":{"attributes":[{"key":"service.name","value":{"stringValue":"training"}}]},"scopeLogs":[{"logRecords":[{"timeUnixNano":"1","severityText":"INFO","body":{"stringValue":"three"}}]}]}]}'
request $((port + 1)) POST /v1/metrics '{"resourceMetrics":[{"scopeMetrics":[{"metrics":[{"name":"m","gauge":{"dataPoints":[{"timeUnixNano":"1","asDouble":1}]}}]}]}]}'
request $((port + 1)) POST /v1/traces '{"resourceSpans":[{"scopeSpans":[{"spans":[{"traceId":"0102030405060708090a0b0c0d0e0f10","spanId":"0102030405060708","name":"s","startTimeUnixNano":"1","endTimeUnixNano":"2"}]}]}]}'
sleep 3
kill "$agent" 2>/dev/null || true
wait "$agent" || true
agent=
if ! grep -q ' Started' "$log" || [ ! -e "$work/cache" ]; then
  tail -n 20 "$log" >&2
  echo "millrace: no start-up cache was made; the agent starts more slowly without" >&2
  exit 1
fi
# Page by page: Linux keeps what is written at once together, and would put two megabytes into the
# memory of who reads one byte of it.
dd if="$work/cache" of="$cache" bs=4096 2> "$log"
chmod a+r "$cache"
printf '%s\n' "$fingerprint" > "$cache.made-for"
