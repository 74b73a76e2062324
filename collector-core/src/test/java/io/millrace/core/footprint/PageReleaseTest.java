package io.millrace.core.footprint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

final class PageReleaseTest {

  @Test
  void takesFilesOfTheJvmThatNobodyWritesTo() throws Exception {
    assertThat(
            mappings(
                """
                800001000-801456000 rw-p 00001000 fe:00 10125346       /opt/millrace/millrace.aot
                Rss:               16148 kB
                Anonymous:             0 kB
                801456000-8031fe000 r--p 01456000 fe:00 10125346       /opt/millrace/millrace.aot
                Rss:               10280 kB
                Anonymous:             0 kB
                VmFlags: rd mr mw me sd
                7f0000000000-7f0000010000 r-xp 002e3000 fe:00 79       /opt/a jdk/lib/server/libjvm.so
                Anonymous:             0 kB
                7f0000010000-7f0000020000 r--p 01680000 fe:00 79       /opt/a jdk/lib/server/libjvm.so
                Anonymous:             4 kB
                7f0000020000-7f0000030000 r-xp 00000000 fe:00 80       /tmp/libzstd.so
                Anonymous:             0 kB
                7f0000030000-7f0000040000 r--s 00000000 fe:00 81       /opt/a jdk/lib/modules
                Anonymous:             0 kB
                7f0000040000-7f0000050000 r--p 00000000 00:00 0
                Anonymous:             0 kB
                7f0000050000-7f0000060000 r-xp 00000000 00:00 0        [vdso]
                Anonymous:             0 kB
                """))
        .containsExactly(
            new Mapping(0x801456000L, 0x8031fe000L - 0x801456000L),
            new Mapping(0x7f0000000000L, 0x10000),
            new Mapping(0x7f0000030000L, 0x10000));
  }

  @Test
  void givesBackPartsOfTheRunningJvm() throws Exception {
    assumeTrue(Files.isReadable(Path.of("/proc/self/smaps")), "no Linux");
    PageRelease release = PageRelease.find().orElseThrow();
    assertThat(release.release()).isPositive();
    assertThat(release.release()).as("from a JVM that still runs").isPositive();
  }

  private static Iterable<Mapping> mappings(String smaps) throws IOException {
    return Mapping.readOnly(new BufferedReader(new StringReader(smaps)));
  }
}
