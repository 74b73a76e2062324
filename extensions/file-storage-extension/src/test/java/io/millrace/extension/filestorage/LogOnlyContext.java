package io.millrace.extension.filestorage;

import io.millrace.api.component.AgentHealth;
import io.millrace.api.component.ComponentContext;
import io.millrace.api.component.ComponentId;
import io.millrace.api.component.DeadLetters;
import io.millrace.api.component.Health;
import io.millrace.api.component.Meter;
import io.millrace.api.component.PushStream;
import io.millrace.api.storage.Storage;
import java.nio.file.Path;
import java.time.Clock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A context that offers an id and a logger, which is all a storage extension may ask for. */
final class LogOnlyContext implements ComponentContext {

  @Override
  public ComponentId id() {
    return ComponentId.parse("file_storage");
  }

  @Override
  public Logger logger() {
    return LoggerFactory.getLogger("file_storage");
  }

  @Override
  public Clock clock() {
    throw new UnsupportedOperationException();
  }

  @Override
  public Meter meter() {
    throw new UnsupportedOperationException();
  }

  @Override
  public String agentId() {
    throw new UnsupportedOperationException();
  }

  @Override
  public Storage storage(@Nullable ComponentId extension) {
    throw new UnsupportedOperationException();
  }

  @Override
  public Path stateDirectory() {
    throw new UnsupportedOperationException();
  }

  @Override
  public <S> S service(Class<S> type, ComponentId extension) {
    throw new UnsupportedOperationException();
  }

  @Override
  public PushStream pushStream() {
    throw new UnsupportedOperationException();
  }

  @Override
  public DeadLetters deadLetters() {
    throw new UnsupportedOperationException();
  }

  @Override
  public void report(Health health) {
    throw new UnsupportedOperationException();
  }

  @Override
  public AgentHealth agentHealth() {
    throw new UnsupportedOperationException();
  }
}
