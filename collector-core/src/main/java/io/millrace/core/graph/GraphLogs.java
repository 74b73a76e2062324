package io.millrace.core.graph;

import io.millrace.api.component.PushStream;
import io.millrace.api.pipeline.Consumer;
import io.millrace.api.pipeline.Outcome;
import io.millrace.api.telemetry.Signal;
import io.millrace.core.component.Deadline;
import io.millrace.core.component.Identity;
import io.millrace.core.component.RuntimeContext;
import io.millrace.core.component.Services;
import io.millrace.core.delivery.ExportPath;
import io.millrace.core.log.DirectoryDisk;
import io.millrace.core.log.SegmentLog;
import io.millrace.core.telemetry.Balance;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The logs of a graph: in front of the pipelines of receivers that acknowledge what is logged, and
 * in front of exporters with {@code sending_queue.storage}. One thread at a time.
 */
final class GraphLogs {
  private static final Logger LOGGER = LoggerFactory.getLogger(GraphLogs.class);
  private static final long MIN_WINDOW_BYTES = 1 << 20;
  private static final long MAX_WINDOW_BYTES = 16 << 20;
  private static final int WINDOW_SHARE = 6;

  private final Graph.Tools tools;
  private final List<SegmentLog> logs = new ArrayList<>();
  private final List<LogFeed> ofReceivers = new ArrayList<>();
  private final List<LogFeed> ofExporters = new ArrayList<>();

  GraphLogs(Graph.Tools tools) {
    this.tools = tools;
  }

  /**
   * A log before the pipelines of a receiver.
   *
   * @param pipelines where it leads, by the pipelines' ids
   * @param past where parcels go that their source can read again
   */
  LogStage beforePipelines(
      Identity receiver, Signal signal, Map<String, ? extends Consumer> pipelines, Consumer past)
      throws IOException {
    return stage(receiver, signal, pipelines, past, ofReceivers);
  }

  /** A queue that overflows into a log. */
  SpillStage besideExporter(Identity exporter, Signal signal, ExportPath queue) throws IOException {
    LogStage stage = beforeExporter(exporter, signal, queue);
    return new SpillStage(queue, stage, stage.log().reader(LogNames.EXPORTER)::empty);
  }

  /** A log before an exporter's queue. */
  LogStage beforeExporter(Identity exporter, Signal signal, Consumer queue) throws IOException {
    return stage(exporter, signal, Map.of(LogNames.EXPORTER, queue), null, ofExporters);
  }

  void start() {
    logs.forEach(SegmentLog::start);
    ofExporters.forEach(LogFeed::start);
    ofReceivers.forEach(LogFeed::start);
  }

  /** Hands on to the pipelines what there is, as far as it goes, and then nothing more. */
  void stopReceivers(Deadline deadline) throws InterruptedException {
    stop(ofReceivers, deadline);
  }

  /** Hands on to the exporters what there is, as far as it goes, and then nothing more. */
  void stopExporters(Deadline deadline) throws InterruptedException {
    stop(ofExporters, deadline);
  }

  void endAll(Outcome outcome) {
    ofReceivers.forEach(feed -> feed.endAll(outcome));
    ofExporters.forEach(feed -> feed.endAll(outcome));
  }

  void close() {
    for (SegmentLog log : logs) {
      try {
        log.close();
      } catch (IOException e) {
        LOGGER.atWarn().setCause(e).log("A log was not closed properly");
      }
    }
  }

  List<Balance> balances() {
    List<Balance> balances = new ArrayList<>();
    ofReceivers.forEach(feed -> balances.add(feed.balance()));
    ofExporters.forEach(feed -> balances.add(feed.balance()));
    return balances;
  }

  private LogStage stage(
      Identity owner,
      Signal signal,
      Map<String, ? extends Consumer> targets,
      @Nullable Consumer past,
      List<LogFeed> feeds)
      throws IOException {
    Services services = tools.services();
    String name = owner.name() + " " + signal.id();
    SegmentLog log =
        SegmentLog.open(
            DirectoryDisk.of(services.state().logDirectory(LogNames.log(owner, signal))),
            tools.logs(),
            targets.keySet(),
            new SegmentLog.Tools(name, services.instruments(), services.clock()));
    logs.add(log);
    LogFeed.Place place = new LogFeed.Place(owner, name, windowBytes());
    targets.forEach(
        (reader, target) ->
            feeds.add(new LogFeed(place, log.reader(reader), target, services, tools.backoff())));
    Supplier<PushStream> streams = () -> new RuntimeContext(owner, services).pushStream();
    return new LogStage(owner, log, services.board(), past, streams);
  }

  private static void stop(List<LogFeed> feeds, Deadline deadline) throws InterruptedException {
    for (LogFeed feed : feeds) {
      feed.awaitDrained(deadline);
    }
    for (LogFeed feed : feeds) {
      feed.stop();
    }
  }

  private long windowBytes() {
    long share = tools.paths().budget().totalBytes() / WINDOW_SHARE;
    return Math.max(MIN_WINDOW_BYTES, Math.min(MAX_WINDOW_BYTES, share));
  }
}
