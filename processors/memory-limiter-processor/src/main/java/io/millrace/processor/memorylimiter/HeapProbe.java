package io.millrace.processor.memorylimiter;

import java.lang.management.ManagementFactory;
import java.lang.management.MemoryPoolMXBean;
import java.lang.management.MemoryType;
import java.lang.management.MemoryUsage;
import java.util.Locale;

/**
 * The heap of this process. Young objects count as of the last collection, for most of what has
 * been allocated since is garbage already; old ones count as they are.
 */
final class HeapProbe implements MemoryProbe {

  @Override
  public long maxBytes() {
    return Runtime.getRuntime().maxMemory();
  }

  @Override
  public long usedBytes() {
    long used = 0;
    for (MemoryPoolMXBean pool : ManagementFactory.getMemoryPoolMXBeans()) {
      if (pool.getType() == MemoryType.HEAP) {
        MemoryUsage afterCollection = isYoung(pool) ? pool.getCollectionUsage() : null;
        used += (afterCollection == null ? pool.getUsage() : afterCollection).getUsed();
      }
    }
    return used;
  }

  @Override
  public void collect() {
    System.gc();
  }

  private static boolean isYoung(MemoryPoolMXBean pool) {
    String name = pool.getName().toLowerCase(Locale.ROOT);
    return name.contains("eden") || name.contains("survivor");
  }
}
