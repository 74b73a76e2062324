package io.millrace.api.component;

/** Makes processors, one instance for each pipeline that names the id. */
public interface ProcessorFactory<C extends Record> extends ComponentFactory<C> {

  Processor create(ComponentContext context, C config);
}
