package io.millrace.core.component;

import io.millrace.api.component.ComponentId;
import io.millrace.api.component.Extension;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** Finds services of extensions. Thread-safe. */
public final class Extensions {
  private final Map<ComponentId, ComponentSlot<Extension>> slots = new ConcurrentHashMap<>();

  /** Makes an extension known. */
  public void add(ComponentSlot<Extension> slot) {
    slots.put(slot.identity().id(), slot);
  }

  /**
   * A service of an extension.
   *
   * @throws IllegalArgumentException when the extension is not running or does not offer it
   */
  <S> S service(Class<S> type, ComponentId id) {
    ComponentSlot<Extension> slot = slots.get(id);
    if (slot == null) {
      throw new IllegalArgumentException(
          "extension \"" + id + "\" is not enabled (expected: it stands in service::extensions)");
    }
    Extension extension = slot.running();
    if (extension == null) {
      throw new IllegalArgumentException(
          "extension \"" + id + "\" is not running: " + slot.reason());
    }
    if (!type.isInstance(extension)) {
      throw new IllegalArgumentException(
          "extension \"" + id + "\" offers no " + type.getSimpleName());
    }
    S service = type.cast(extension);
    return type.isInterface() && !slot.loader().equals(Extensions.class.getClassLoader())
        ? inItsContext(type, service, slot.loader())
        : service;
  }

  /** The service, each call of which sees the class loader of the plugin that implements it. */
  private static <S> S inItsContext(Class<S> type, S service, ClassLoader loader) {
    return type.cast(
        Proxy.newProxyInstance(
            type.getClassLoader(),
            new Class<?>[] {type},
            (proxy, method, arguments) -> {
              ClassLoader before = Calls.enter(loader);
              try {
                return method.invoke(service, arguments);
              } catch (InvocationTargetException e) {
                throw e.getCause() == null ? e : e.getCause();
              } finally {
                Calls.leave(before);
              }
            }));
  }
}
