package io.millrace.flink.aggregate;

import io.millrace.flink.config.AggregateDefinition;
import io.millrace.flink.document.AggregateDocuments;
import io.millrace.flink.document.Document;
import io.millrace.flink.document.GroupText;
import io.millrace.flink.document.IndexNames;
import io.millrace.flink.document.LateDocuments;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.state.MapState;
import org.apache.flink.api.common.state.MapStateDescriptor;
import org.apache.flink.api.common.state.ValueState;
import org.apache.flink.api.common.state.ValueStateDescriptor;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.metrics.Counter;
import org.apache.flink.streaming.api.functions.KeyedProcessFunction;
import org.apache.flink.util.Collector;
import org.jspecify.annotations.Nullable;

/**
 * Adds up the partial results of one window of one aggregate (or of one bucket of its groups) and
 * makes documents of them: when the window ends, again for every group that late events change, and
 * a last time when the lateness is over. Groups beyond the maximum are counted as one, {@code
 * _other}. Keyed by {@link Partial#key()}.
 */
@SuppressWarnings({"NullAway.Init", "serial"}) // Flink makes it in open(); shipped, not kept
public final class WindowAggregator extends KeyedProcessFunction<String, Partial, Document> {

  private static final long serialVersionUID = 1L;
  private static final String OTHER = "_other";

  private final List<AggregateDefinition> definitions;
  private final IndexNames indices;

  private transient Map<String, AggregateDefinition> byId;
  private transient ValueState<AggregateDefinition> definitionState;
  private transient ValueState<Integer> groupCount;
  private transient MapState<String, GroupState> groups;
  private transient Counter overflowing;
  private transient Counter afterTheEnd;

  /**
   * @param definitions what is added up
   * @param indices where documents go
   */
  public WindowAggregator(List<AggregateDefinition> definitions, IndexNames indices) {
    this.definitions = new ArrayList<>(definitions);
    this.indices = indices;
  }

  @Override
  public void open(OpenContext context) {
    byId = new HashMap<>();
    for (AggregateDefinition definition : definitions) {
      byId.put(definition.id(), definition);
    }
    definitionState =
        getRuntimeContext()
            .getState(
                new ValueStateDescriptor<>(
                    "definition", TypeInformation.of(AggregateDefinition.class)));
    groupCount = getRuntimeContext().getState(new ValueStateDescriptor<>("group-count", Types.INT));
    groups =
        getRuntimeContext()
            .getMapState(
                new MapStateDescriptor<>(
                    "groups", Types.STRING, TypeInformation.of(GroupState.class)));
    overflowing = getRuntimeContext().getMetricGroup().counter("overflowingPartials");
    afterTheEnd = getRuntimeContext().getMetricGroup().counter("partialsAfterTheEnd");
  }

  @Override
  public void processElement(Partial partial, Context context, Collector<Document> out)
      throws Exception {
    AggregateDefinition definition = definitionState.value();
    long now = context.timerService().currentWatermark();
    if (definition == null) {
      definition = byId.get(partial.aggregate());
      if (definition == null) {
        throw new IllegalStateException("Partial result of an unknown " + partial.aggregate());
      }
      long last = lastInstant(definition, partial.windowStart());
      if (last + definition.latenessMillis() <= now) {
        // Only right after the first event of all, while tasks do not agree on who is idle.
        afterTheEnd.inc();
        out.collect(LateDocuments.ofPartial(indices, definition, partial));
        return;
      }
      definitionState.update(definition);
      context.timerService().registerEventTimeTimer(last);
      context.timerService().registerEventTimeTimer(last + definition.latenessMillis());
    }
    GroupState group = add(definition, partial);
    if (lastInstant(definition, partial.windowStart()) <= now) {
      out.collect(
          AggregateDocuments.of(indices, definition, context.getCurrentKey(), group, false));
    }
  }

  @Override
  public void onTimer(long time, OnTimerContext context, Collector<Document> out) throws Exception {
    AggregateDefinition definition = definitionState.value();
    if (definition == null) {
      return;
    }
    long start = AggregateDocuments.windowStart(context.getCurrentKey());
    boolean closing = time >= lastInstant(definition, start) + definition.latenessMillis();
    for (GroupState group : groups.values()) {
      out.collect(
          AggregateDocuments.of(indices, definition, context.getCurrentKey(), group, closing));
    }
    if (closing) {
      groups.clear();
      groupCount.clear();
      definitionState.clear();
    }
  }

  private GroupState add(AggregateDefinition definition, Partial partial) throws Exception {
    String text = GroupText.of(partial.group());
    GroupState group = groups.get(text);
    if (group == null) {
      Integer count = groupCount.value();
      int held = count == null ? 0 : count;
      if (held < definition.maxGroupsPerBucket()) {
        groupCount.update(held + 1);
        group = new GroupState(partial.group(), false, partial.tally());
        groups.put(text, group);
        return group;
      }
      overflowing.inc();
      text = OTHER;
      group = groups.get(OTHER);
      if (group == null) {
        @Nullable String[] values = new @Nullable String[partial.group().length];
        java.util.Arrays.fill(values, OTHER);
        group = new GroupState(values, true, partial.tally());
        groups.put(OTHER, group);
        return group;
      }
    }
    GroupState sum =
        new GroupState(group.values(), group.other(), group.tally().plus(partial.tally()));
    groups.put(text, sum);
    return sum;
  }

  private static long lastInstant(AggregateDefinition definition, long windowStart) {
    return windowStart + definition.windowMillis() - 1;
  }
}
