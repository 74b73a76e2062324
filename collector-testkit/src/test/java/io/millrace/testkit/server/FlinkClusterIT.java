package io.millrace.testkit.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FlinkClusterIT {
  @TempDir Path directory;

  @Test
  void takesBackATaskManagerAndAJobManagerThatWereKilled() throws Exception {
    try (FlinkCluster cluster = FlinkCluster.start(ServerOptions.in(directory))) {
      assertThat(cluster.pids()).hasSize(2);
      String url = cluster.restUrl();

      cluster.killTaskManager(0);
      assertThat(cluster.pids()).hasSize(1);
      cluster.restartTaskManager(0);
      assertThat(cluster.pids()).hasSize(2);

      cluster.killJobManager();
      cluster.restartJobManager();
      assertThat(cluster.restUrl()).isEqualTo(url);
      assertThat(cluster.pids()).hasSize(2);
      assertThat(cluster.newestCheckpoint()).isEmpty();
    }
  }
}
