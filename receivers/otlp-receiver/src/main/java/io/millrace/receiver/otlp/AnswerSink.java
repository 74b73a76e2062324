package io.millrace.receiver.otlp;

/** Tells a client what became of its request. Called once, on any thread; does not block. */
@FunctionalInterface
interface AnswerSink {
  void send(Verdict verdict);
}
