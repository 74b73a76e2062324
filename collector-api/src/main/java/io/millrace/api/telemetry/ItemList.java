package io.millrace.api.telemetry;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The items of a scope or metric during a session. Items that are removed or moved away leave a
 * gap, so that places stay valid while somebody goes through them. One thread at a time.
 */
@SuppressWarnings("ReferenceEquality") // lists and arrays are meant by identity
abstract class ItemList {
  private @Nullable List<@Nullable ItemEdit> items;
  private int live;

  /** Whether an item left. */
  private boolean lost;

  abstract SessionEdit session();

  /** Is told before every change of the list or of one of its items. */
  abstract void changing();

  /** Adds the items that are there to begin with. */
  abstract void load(List<@Nullable ItemEdit> target);

  final List<@Nullable ItemEdit> list() {
    List<@Nullable ItemEdit> list = items;
    if (list == null) {
      list = new ArrayList<>(0);
      load(list);
      live = list.size();
      for (int place = 0; place < live; place++) {
        ItemEdit item = list.get(place);
        if (item != null) {
          item.place = place;
        }
      }
      items = list;
    }
    return list;
  }

  /** Whether its items have been looked at. */
  final boolean isLoaded() {
    return items != null;
  }

  /** Number of items left. */
  final int live() {
    list();
    return live;
  }

  /** Whether there were items and none is left. */
  final boolean isEmptied() {
    return lost && live == 0;
  }

  final void remove(ItemEdit item) {
    List<@Nullable ItemEdit> list = list();
    if (item.owner == this && item.place < list.size() && list.get(item.place) == item) {
      changing();
      session().restructured();
      list.set(item.place, null);
      live--;
      lost = true;
      session().left();
      session().grown(item.from - item.to);
    }
  }

  final void removeAll() {
    for (ItemEdit item : list()) {
      if (item != null) {
        remove(item);
      }
    }
  }

  /** Moves an item here from where it is. */
  final void take(ItemEdit item) {
    SessionEdit session = session();
    if (item.owner.session() != session) {
      throw new IllegalArgumentException("scope: of another session");
    }
    if (item.owner != this) {
      item.owner.remove(item);
      item.owner = this;
      append(item);
    }
  }

  final void append(ItemEdit item) {
    List<@Nullable ItemEdit> list = list();
    changing();
    session().restructured();
    item.place = list.size();
    item.arrived = session().pass();
    list.add(item);
    live++;
    session().arrived();
    session().grown(item.to - item.from + 4);
  }

  /** Writes the items; those nobody touched as they stand, neighbours in one go. */
  final void writeItems(WireWriter out, int tag) {
    byte[] run = Wire.NOTHING;
    int runFrom = 0;
    int runTo = 0;
    List<@Nullable ItemEdit> list = list();
    for (int place = 0; place < list.size(); place++) {
      ItemEdit item = list.get(place);
      if (item == null) {
        continue;
      }
      session().written(item);
      boolean asIs = !item.isTouched() && item.fieldStart() < item.from;
      if (asIs && item.a == run && item.fieldStart() == runTo) {
        runTo = item.to;
        continue;
      }
      out.raw(run, runFrom, runTo);
      if (asIs) {
        run = item.a;
        runFrom = item.fieldStart();
        runTo = item.to;
      } else {
        run = Wire.NOTHING;
        runFrom = 0;
        runTo = 0;
        int mark = out.begin(tag, item.to - item.from);
        item.writeTo(out);
        out.end(mark);
      }
    }
    out.raw(run, runFrom, runTo);
  }
}
