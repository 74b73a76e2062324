# Finds a JDK 25 or later and puts its home into MILLRACE_JDK. Sourced by the launchers.

# Prints the feature version of the JDK at $1; nothing when there is none.
jdk_feature() {
  [ -x "$1/bin/java" ] && [ -x "$1/bin/javac" ] || return 0
  if [ -r "$1/release" ]; then
    sed -n 's/^JAVA_VERSION="\([0-9]*\).*/\1/p' "$1/release"
  else
    "$1/bin/java" -version 2>&1 | sed -n 's/.* version "\([0-9]*\).*/\1/p'
  fi
}

find_jdk() {
  local candidate feature on_path
  on_path=$(command -v java || true)
  if [ -n "$on_path" ]; then
    on_path=$(dirname "$(dirname "$(readlink -f "$on_path" 2>/dev/null || printf %s "$on_path")")")
  fi
  for candidate in "${JAVA_HOME:-}" "$on_path" \
    /usr/lib/jvm/* /usr/java/* /opt/java/* /opt/jdk* \
    "$HOME"/.sdkman/candidates/java/* "$HOME"/.jdks/* \
    /Library/Java/JavaVirtualMachines/*/Contents/Home; do
    [ -n "$candidate" ] || continue
    feature=$(jdk_feature "$candidate")
    if [ -n "$feature" ] && [ "$feature" -ge 25 ]; then
      MILLRACE_JDK=$candidate
      return 0
    fi
  done
  echo "millrace: no JDK 25 found (set JAVA_HOME, or install one where Java usually lives)" >&2
  return 1
}
