package io.millrace.api.component;

import io.millrace.api.pipeline.Parcel;

/**
 * The end of some pipelines and the beginning of others. Its exporter side takes parcels under the
 * rules of {@link StatefulProcessor}, its receiver side hands on under the rules of {@link
 * Receiver}.
 */
public interface Connector extends Component {

  StatefulProcessor.Mode mode();

  void accept(Parcel parcel) throws InterruptedException;
}
