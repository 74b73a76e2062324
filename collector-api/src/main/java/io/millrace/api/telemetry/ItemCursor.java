package io.millrace.api.telemetry;

import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Goes through the items that were in a list when it began and are still there. */
final class ItemCursor<T> implements Iterator<T> {
  private final List<@Nullable ItemEdit> items;
  private final Function<ItemEdit, T> view;
  private final int end;
  private int place;

  ItemCursor(List<@Nullable ItemEdit> items, Function<ItemEdit, T> view) {
    this.items = items;
    this.view = view;
    this.end = items.size();
  }

  @Override
  public boolean hasNext() {
    while (place < end && items.get(place) == null) {
      place++;
    }
    return place < end;
  }

  @Override
  public T next() {
    ItemEdit item = hasNext() ? items.get(place++) : null;
    if (item == null) {
      throw new NoSuchElementException();
    }
    return view.apply(item);
  }
}
