package io.millrace.fuzz;

import java.io.IOException;
import org.junit.jupiter.api.Test;

class EditFuzzTest {

  @Test
  void bearsEveryInputThatIsKept() throws IOException {
    Replay.of(Target.EDIT);
  }
}
