package io.millrace.benchmarks.load.kafka;

import io.millrace.benchmarks.load.file.LineRequest;
import io.millrace.benchmarks.load.records.RecordWriter;
import java.io.IOException;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.LongSupplier;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * Writes OTLP requests into a topic, as many records ahead of what has arrived as is allowed.
 * Thread-safe.
 */
public final class TopicWriter implements RecordWriter {
  private static final long PAUSE_MILLIS = 1;

  private final KafkaProducer<byte[], byte[]> producer;
  private final String topic;
  private final LineRequest request;
  private final LongSupplier arrived;
  private final long maxAhead;
  private final AtomicReference<Exception> failure = new AtomicReference<>();
  private final Thread thread = Thread.ofPlatform().name("topic").daemon().unstarted(this::run);
  private volatile double recordsPerSecond;
  private volatile boolean stopped;
  private volatile long written;

  /**
   * A writer that does not write yet.
   *
   * @param arrived how many records have arrived
   * @param maxAhead records that may be written and not have arrived
   */
  public TopicWriter(
      String brokers, String topic, LineRequest request, LongSupplier arrived, long maxAhead) {
    this.topic = topic;
    this.request = request;
    this.arrived = arrived;
    this.maxAhead = maxAhead;
    this.producer =
        new KafkaProducer<>(
            Map.of(
                ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, brokers,
                ProducerConfig.KEY_SERIALIZER_CLASS_CONFIG, ByteArraySerializer.class,
                ProducerConfig.VALUE_SERIALIZER_CLASS_CONFIG, ByteArraySerializer.class));
  }

  @Override
  public synchronized void write(double rate) {
    recordsPerSecond = rate;
    if (thread.getState() == Thread.State.NEW) {
      thread.start();
    }
  }

  @Override
  public long stop() throws InterruptedException {
    stopped = true;
    if (thread.getState() != Thread.State.NEW) {
      thread.join();
    }
    return written;
  }

  @Override
  public void check() throws IOException {
    Exception failed = failure.get();
    if (failed != null) {
      throw new IOException("the topic cannot be written: " + failed.getMessage(), failed);
    }
  }

  @Override
  public int messageBytes() {
    return request.size();
  }

  @Override
  public double recordBytes() {
    return (double) request.size() / request.count();
  }

  @Override
  public void close() {
    stopped = true;
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    producer.close();
  }

  @SuppressWarnings("NonAtomicVolatileUpdate") // only this thread writes
  private void run() {
    try {
      double budget = 0;
      long last = System.nanoTime();
      while (!stopped) {
        double rate = recordsPerSecond;
        long now = System.nanoTime();
        double most = Math.max(request.count(), rate);
        budget = Math.min(most, budget + Math.max(1, now - last) / 1e9 * rate);
        last = now;
        if (budget < request.count() || written - arrived.getAsLong() >= maxAhead) {
          Thread.sleep(PAUSE_MILLIS);
          continue;
        }
        byte[] value = request.startingAt(written);
        var _ =
            producer.send(
                new ProducerRecord<>(topic, value),
                (metadata, failed) -> {
                  if (failed != null) {
                    failure.set(failed);
                  }
                });
        budget -= request.count();
        written += request.count();
      }
      producer.flush();
    } catch (KafkaException e) {
      failure.set(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
