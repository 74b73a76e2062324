# Builds modules from a source tree for those who run them from there. Sourced; expects the
# repository's root in $root and a JDK in $MILLRACE_JDK.

# Builds a module and what it needs, unless its stamp is newer than every source. Further arguments
# are Maven's.
build() {
  local module=$1 product=$2 stamp="$root/target/built-${1//\//-}" log="$root/target/build.log"
  shift 2
  if [ -e "$stamp" ] && [ -e "$product" ] && [ -z "$(find "$root" \
    \( -name target -o -name .git -o -name docs -o -path '*/src/test' \) -prune -o \
    -type f \( -path '*/src/main/*' -o -name pom.xml \) -newer "$stamp" -print -quit)" ]; then
    return 0
  fi
  command -v mvn >/dev/null || {
    echo "millrace: no mvn on the PATH (expected: Maven 3.8.7 or later)" >&2
    exit 1
  }
  mkdir -p "$root/target"
  echo "Building $module; the first time this downloads its libraries (log: $log)" >&2
  if ! (cd "$root" && JAVA_HOME=$MILLRACE_JDK mvn -B -ntp -Dfast -Dmaven.test.skip "$@" -pl "$module" -am package 2>&1) |
    tee "$log" | sed -un 's/^\[INFO\] Building \(Millrace[^0-9]*\).*\(\[[0-9]*\/[0-9]*\]\)$/  \2 \1/p' >&2; then
    grep -E '^\[ERROR\]' "$log" | head -20 >&2
    echo "millrace: the build has failed" >&2
    exit 1
  fi
  touch "$stamp"
}
