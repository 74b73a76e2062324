package io.millrace.exporter.kafka;

import io.millrace.api.component.ComponentContext;
import io.millrace.api.component.ExportOutcome;
import io.millrace.api.component.ExportOutcome.RejectedItem;
import io.millrace.api.component.Exporter;
import io.millrace.api.component.StartException;
import io.millrace.api.pipeline.RequestContext;
import io.millrace.api.telemetry.Batch;
import io.millrace.toolkit.kafka.KafkaClientSettings;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Iterator;
import java.util.Objects;
import java.util.concurrent.Future;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.InterruptException;
import org.jspecify.annotations.Nullable;

/**
 * Writes batches to Kafka. Thread-safe.
 *
 * <p>An attempt sends every record of a batch without waiting in between, then waits for all the
 * acknowledgements, so what is accepted is what the brokers have. An attempt that is not over when
 * its time is, goes on in the producer: the next attempt for the same batch waits for it instead of
 * sending everything a second time. Should the records be sent again all the same, they carry the
 * same origins and come after the first ones, in the same order.
 */
final class KafkaExporter implements Exporter {
  /** Under the default time-out of an attempt, 5s, so that the runtime hears the reason. */
  private static final Duration PATIENCE = Duration.ofMillis(4_500);

  private static final Duration CLOSE_LIMIT = Duration.ofSeconds(5);
  private static final int MAX_UNFINISHED = 64;

  private final ComponentContext context;
  private final KafkaExporterConfig config;
  private final Router router;
  private final RecordMaker maker;
  private final ArrayDeque<Attempt> unfinished = new ArrayDeque<>();
  private @Nullable Producers producers;
  private @Nullable Topics topics;
  private String brokers = "";

  KafkaExporter(ComponentContext context, KafkaExporterConfig config) {
    this.context = context;
    this.config = config;
    this.router = new Router(config);
    this.maker = new RecordMaker(config);
  }

  @Override
  public void start() throws StartException {
    KafkaClientSettings client =
        KafkaClientSettings.of(config.client(), context.clock(), context.logger());
    brokers = client.brokers();
    topics = new Topics(client, config.producer().allowAutoTopicCreation());
    producers = new Producers(client, config.producer());
  }

  @Override
  public void stop() throws InterruptedException {
    Producers running = producers;
    if (running != null && !running.close(CLOSE_LIMIT)) {
      context
          .logger()
          .atWarn()
          .addKeyValue("brokers", brokers)
          .log("The Kafka client did not close in time and was left to end by itself");
    }
  }

  @Override
  public ExportOutcome export(Batch batch, RequestContext request) throws InterruptedException {
    if (batch.isEmpty()) {
      return ExportOutcome.ACCEPTED;
    }
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    Attempt attempt = takeUnfinished(batch);
    if (attempt == null) {
      try {
        attempt = send(batch, request);
      } catch (UndeliverableException e) {
        return new ExportOutcome.Retry(String.valueOf(e.getMessage()), null, e.code());
      }
    }
    boolean over = false;
    try {
      over = attempt.await(Duration.ofNanos(deadline - System.nanoTime()));
    } finally {
      if (!over) {
        keepUnfinished(attempt);
      }
    }
    if (!over) {
      return new ExportOutcome.Retry(
          "no acknowledgement from " + brokers + " yet; the records are still under way", null);
    }
    return attempt.outcome();
  }

  private Attempt send(Batch batch, RequestContext request)
      throws UndeliverableException, InterruptedException {
    Producer<byte[], byte[]> producer = Objects.requireNonNull(producers, "started").current();
    Topics directory = Objects.requireNonNull(topics, "started");
    Router.Plan plan = router.route(batch, request, topic -> directory.partitions(producer, topic));
    Attempt attempt = new Attempt(batch);
    plan.rejected().forEach(attempt::reject);
    Sending sending = new Sending(producer, attempt);
    try {
      for (Shipment shipment : plan.shipments()) {
        if (!maker.make(shipment, request, sending)) {
          break;
        }
      }
    } finally {
      attempt.finish(sending.stopped);
    }
    if (sending.interrupted) {
      keepUnfinished(attempt);
      throw new InterruptedException();
    }
    return attempt;
  }

  /** Hands the records of one attempt to the producer until one fails. */
  private final class Sending implements RecordMaker.Sink {
    private final Producer<byte[], byte[]> producer;
    private final Attempt attempt;
    private String stopped = "not sent";
    private boolean interrupted;

    Sending(Producer<byte[], byte[]> producer, Attempt attempt) {
      this.producer = producer;
      this.attempt = attempt;
    }

    @Override
    public boolean send(ProducerRecord<byte[], byte[]> record, int[] items) {
      Attempt.Sent sent = attempt.add(items, RecordMaker.sizeOf(record));
      try {
        Future<?> ignored =
            producer.send(record, (metadata, error) -> ended(sent, record.topic(), error));
      } catch (InterruptException e) {
        interrupted = true;
        Thread.interrupted();
        ended(sent, record.topic(), e);
      } catch (KafkaException | IllegalStateException e) {
        ended(sent, record.topic(), e);
      }
      Failure failure = sent.failure();
      if (failure != null) {
        stopped = failure.reason();
      }
      return failure == null;
    }

    @Override
    public void reject(RejectedItem item) {
      attempt.reject(item);
    }

    private void ended(Attempt.Sent sent, String topic, @Nullable Exception error) {
      if (error == null) {
        sent.end(null);
        return;
      }
      Failure failure = Failure.of(error, topic, brokers);
      if (failure.kind() == Failure.Kind.TOO_LARGE) {
        maker.learn(sent.sizeBytes());
      } else if (failure.kind() == Failure.Kind.RETRY_ANEW
          && !(error instanceof InterruptException)) {
        Producers running = producers;
        if (running != null) {
          running.giveUp(producer);
        }
      }
      sent.end(failure);
    }
  }

  private @Nullable Attempt takeUnfinished(Batch batch) {
    synchronized (unfinished) {
      for (Iterator<Attempt> each = unfinished.iterator(); each.hasNext(); ) {
        Attempt attempt = each.next();
        if (attempt.isOf(batch)) {
          each.remove();
          return attempt;
        }
      }
      return null;
    }
  }

  /** Keeps the newest; forgetting one costs a repetition, nothing else. */
  private void keepUnfinished(Attempt attempt) {
    synchronized (unfinished) {
      if (unfinished.size() == MAX_UNFINISHED) {
        unfinished.removeFirst();
      }
      unfinished.addLast(attempt);
    }
  }
}
