# Finds a Java 25 or later. Sourced by the launchers.

# Prints the feature version of the Java at $1; nothing when it is none or lacks the command $2.
java_feature() {
  [ -x "$1/bin/java" ] && [ -x "$1/bin/$2" ] || return 0
  if [ -r "$1/release" ]; then
    sed -n 's/^JAVA_VERSION="\([0-9]*\).*/\1/p' "$1/release"
  else
    "$1/bin/java" -version 2>&1 | sed -n 's/.* version "\([0-9]*\).*/\1/p'
  fi
}

# Prints the home of the first Java that is new enough and has the command $1.
java_home_with() {
  local candidate feature on_path
  on_path=$(command -v java || true)
  if [ -n "$on_path" ]; then
    on_path=$(dirname "$(dirname "$(readlink -f "$on_path" 2>/dev/null || printf %s "$on_path")")")
  fi
  for candidate in "${JAVA_HOME:-}" "$on_path" \
    /usr/lib/jvm/* /usr/java/* /opt/java/* /opt/jdk* \
    "${HOME:-/root}"/.sdkman/candidates/java/* "${HOME:-/root}"/.jdks/* \
    /Library/Java/JavaVirtualMachines/*/Contents/Home; do
    [ -n "$candidate" ] || continue
    feature=$(java_feature "$candidate" "$1")
    if [ -n "$feature" ] && [ "$feature" -ge 25 ]; then
      printf '%s\n' "$candidate"
      return 0
    fi
  done
  return 1
}

# What runs the agent: puts the home of a Java, with or without a compiler, into MILLRACE_JAVA.
find_java() {
  MILLRACE_JAVA=$(java_home_with java) && return 0
  echo "millrace: no Java 25 found (set JAVA_HOME, or install one where Java usually lives)" >&2
  return 1
}

# What builds it: puts the home of a JDK into MILLRACE_JDK.
find_jdk() {
  MILLRACE_JDK=$(java_home_with javac) && return 0
  echo "millrace: no JDK 25 found (set JAVA_HOME, or install one where Java usually lives)" >&2
  return 1
}
