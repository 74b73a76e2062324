# Finds a Java 25 or later. Sourced by the launchers. Hardly a process is started on the way to the
# first one that fits, since each costs a millisecond of the agent's start.

# Puts the feature version of the Java at $1 into $feature; nothing when it is none or lacks the
# command $2.
java_feature() {
  local line
  feature=
  [ -n "$1" ] && [ -x "$1/bin/java" ] && [ -x "$1/bin/$2" ] || return 0
  if [ -r "$1/release" ]; then
    while IFS= read -r line || [ -n "$line" ]; do
      if [[ $line =~ ^JAVA_VERSION=\"([0-9]+) ]]; then
        feature=${BASH_REMATCH[1]}
        return 0
      fi
    done < "$1/release"
  else
    feature=$("$1/bin/java" -version 2>&1 | sed -n 's/.* version "\([0-9]*\).*/\1/p')
  fi
}

# Puts the home of the first Java that is new enough and has the command $1 into $found.
java_home_with() {
  local candidate feature on_path
  java_feature "${JAVA_HOME:-}" "$1"
  if [ -n "$feature" ] && [ "$feature" -ge 25 ]; then
    found=$JAVA_HOME
    return 0
  fi
  on_path=$(command -v java || true)
  if [ -n "$on_path" ]; then
    on_path=$(dirname "$(dirname "$(readlink -f "$on_path" 2>/dev/null || printf %s "$on_path")")")
  fi
  for candidate in "$on_path" \
    /usr/lib/jvm/* /usr/java/* /opt/java/* /opt/jdk* \
    "${HOME:-/root}"/.sdkman/candidates/java/* "${HOME:-/root}"/.jdks/* \
    /Library/Java/JavaVirtualMachines/*/Contents/Home; do
    [ -n "$candidate" ] || continue
    java_feature "$candidate" "$1"
    if [ -n "$feature" ] && [ "$feature" -ge 25 ]; then
      found=$candidate
      return 0
    fi
  done
  return 1
}

# What runs the agent: puts the home of a Java, with or without a compiler, into MILLRACE_JAVA.
find_java() {
  local found
  if java_home_with java; then
    MILLRACE_JAVA=$found
    return 0
  fi
  echo "millrace: no Java 25 found (set JAVA_HOME, or install one where Java usually lives)" >&2
  return 1
}

# What builds it: puts the home of a JDK into MILLRACE_JDK.
find_jdk() {
  local found
  if java_home_with javac; then
    MILLRACE_JDK=$found
    return 0
  fi
  echo "millrace: no JDK 25 found (set JAVA_HOME, or install one where Java usually lives)" >&2
  return 1
}
