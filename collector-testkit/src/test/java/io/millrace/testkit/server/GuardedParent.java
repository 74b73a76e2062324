package io.millrace.testkit.server;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;

/** A program with two servers that do nothing, which prints their process ids and waits. */
final class GuardedParent {

  private GuardedParent() {}

  public static void main(String[] args) throws Exception {
    RunDirectory directory = RunDirectory.create(Path.of(args[0]), "run");
    for (String name : List.of("a", "b")) {
      Path log = directory.path().resolve(name + ".log");
      ServerProcess server = ServerProcess.start(name, List.of("sleep", "1000"), Map.of(), log);
      System.out.println(server.pid());
    }
    System.out.println("ready");
    new CountDownLatch(1).await();
  }
}
