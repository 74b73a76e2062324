package io.millrace.flink.sink;

import io.millrace.flink.document.Document;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.flink.api.common.state.ListState;
import org.apache.flink.api.common.state.ListStateDescriptor;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.runtime.state.StateInitializationContext;
import org.apache.flink.runtime.state.StateSnapshotContext;
import org.apache.flink.streaming.api.operators.AbstractStreamOperator;
import org.apache.flink.streaming.api.operators.BoundedOneInput;
import org.apache.flink.streaming.api.operators.OneInputStreamOperator;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;

/**
 * Lets documents through once a checkpoint that holds them is complete. What Elasticsearch shows is
 * therefore always part of a history that a restart continues, never of one that it takes back: a
 * wall clock that ran differently the second time, or another order of arrival, cannot show. Of
 * several versions of a document that wait together only the last leaves.
 *
 * <p>At the end of a bounded input, or when a job is drained, everything leaves at once.
 */
@SuppressWarnings({"NullAway.Init", "serial"}) // Flink makes it in open(); shipped, not kept
public final class CommitGate extends AbstractStreamOperator<Document>
    implements OneInputStreamOperator<Document, Document>, BoundedOneInput {

  private static final long serialVersionUID = 1L;

  private final boolean checkpointing;

  private transient Map<String, Document> current;
  private transient TreeMap<Long, Map<String, Document>> waiting;
  private transient List<Document> restored;
  private transient ListState<Document> state;

  /**
   * @param checkpointing false: there will be no checkpoints, so nothing waits
   */
  public CommitGate(boolean checkpointing) {
    this.checkpointing = checkpointing;
  }

  @Override
  public void initializeState(StateInitializationContext context) throws Exception {
    super.initializeState(context);
    current = new HashMap<>();
    waiting = new TreeMap<>();
    restored = new ArrayList<>();
    state =
        context
            .getOperatorStateStore()
            .getListState(
                new ListStateDescriptor<>("documents", TypeInformation.of(Document.class)));
    for (Document document : state.get()) {
      restored.add(document);
    }
  }

  @Override
  public void open() throws Exception {
    super.open();
    // The checkpoint we start from is complete. Nothing may be sent before the task runs, though.
    var unused =
        getProcessingTimeService()
            .registerTimer(
                getProcessingTimeService().getCurrentProcessingTime(), time -> releaseRestored());
  }

  @Override
  public void processElement(StreamRecord<Document> element) {
    if (checkpointing) {
      add(current, element.getValue());
    } else {
      output.collect(element);
    }
  }

  @Override
  public void snapshotState(StateSnapshotContext context) throws Exception {
    super.snapshotState(context);
    if (!current.isEmpty()) {
      waiting.put(context.getCheckpointId(), current);
      current = new HashMap<>();
    }
    List<Document> all = new ArrayList<>(restored);
    waiting.values().forEach(documents -> all.addAll(documents.values()));
    state.update(all);
  }

  @Override
  public void notifyCheckpointComplete(long checkpointId) throws Exception {
    super.notifyCheckpointComplete(checkpointId);
    release(checkpointId);
  }

  @Override
  public void endInput() {
    releaseRestored();
    release(Long.MAX_VALUE);
    current.values().forEach(this::send);
    current.clear();
  }

  private void release(long checkpointId) {
    Map<String, Document> ready = new HashMap<>();
    Iterator<Map<String, Document>> entries =
        waiting.headMap(checkpointId, true).values().iterator();
    while (entries.hasNext()) {
      entries.next().values().forEach(document -> add(ready, document));
      entries.remove();
    }
    ready.values().forEach(this::send);
  }

  private void releaseRestored() {
    List<Document> documents = restored;
    restored = new ArrayList<>();
    documents.forEach(this::send);
  }

  private void send(Document document) {
    output.collect(new StreamRecord<>(document));
  }

  private static void add(Map<String, Document> documents, Document document) {
    documents.merge(
        document.index() + "/" + document.id(),
        document,
        (old, replacement) -> replacement.version() >= old.version() ? replacement : old);
  }
}
