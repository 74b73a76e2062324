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
TRAINING=$work JAVA_HOME=$MILLRACE_JAVA MILLRACE_JVM_OPTIONS=$options \
  bash "$bin/millrace" run --config "$bin/training.yaml" --state-dir "$work/state" > "$log" 2>&1 &
agent=$!

# Until it has started and has tried to deliver.
for _ in $(seq 300); do
  if grep -q ' Started' "$log" || ! kill -0 "$agent" 2>/dev/null; then break; fi
  sleep 0.1
done
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
