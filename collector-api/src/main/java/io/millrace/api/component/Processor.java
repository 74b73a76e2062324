package io.millrace.api.component;

/** A stage between receivers and exporters. */
public sealed interface Processor extends Component permits SimpleProcessor, StatefulProcessor {}
