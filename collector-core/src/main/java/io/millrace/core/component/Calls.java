package io.millrace.core.component;

import java.util.Objects;

/**
 * Brackets calls into components with their class loader as the thread's context class loader:
 *
 * <pre>{@code
 * ClassLoader before = Calls.enter(loader);
 * try {
 *   component.work();
 * } finally {
 *   Calls.leave(before);
 * }
 * }</pre>
 */
public final class Calls {

  private Calls() {}

  /** Sets the loader and returns the one before. */
  public static ClassLoader enter(ClassLoader loader) {
    Thread thread = Thread.currentThread();
    ClassLoader before = thread.getContextClassLoader();
    if (!loader.equals(before)) {
      thread.setContextClassLoader(loader);
    }
    return before;
  }

  /** Sets the loader that {@link #enter} returned. */
  public static void leave(ClassLoader before) {
    Thread thread = Thread.currentThread();
    if (!Objects.equals(thread.getContextClassLoader(), before)) {
      thread.setContextClassLoader(before);
    }
  }

  /** One line about an exception of a component. */
  public static String describe(Throwable problem) {
    String message = problem.getMessage();
    return message == null || message.isBlank()
        ? problem.getClass().getName()
        : problem.getClass().getSimpleName() + ": " + message;
  }
}
