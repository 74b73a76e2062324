package io.millrace.api.component;

import io.millrace.api.storage.Storage;
import java.nio.file.Path;
import java.time.Clock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;

/** What the runtime offers a component. Thread-safe. */
public interface ComponentContext {

  /** The component's id as configured, {@code type} or {@code type/name}. */
  ComponentId id();

  /** Logs under the component's id. */
  Logger logger();

  Clock clock();

  /** Instruments under the component's id; see {@link Meter}. */
  Meter meter();

  /** The persistent id of this agent: 22 characters of base64url. */
  String agentId();

  /**
   * The component's key-value store: of the storage extension named, or in the state directory when
   * null. The same store for the same component after every start.
   */
  Storage storage(@Nullable ComponentId extension);

  /** A directory of the component's own in the state directory, made when absent. */
  Path stateDirectory();

  /**
   * A service of an extension, such as an authenticator. Only from {@link Component#start} on.
   *
   * @throws IllegalArgumentException when the extension is not running or does not offer the
   *     service
   */
  <S> S service(Class<S> type, ComponentId extension);

  /**
   * A new origin stream for telemetry that was pushed to this component; see {@link PushStream}.
   */
  PushStream pushStream();

  /** Where telemetry goes that can never be delivered, with the reason. */
  DeadLetters deadLetters();

  /** Tells how the component is; shown by {@code health_check}. */
  void report(Health health);

  /** Names and values of the health of the whole agent, for extensions that publish it. */
  AgentHealth agentHealth();
}
