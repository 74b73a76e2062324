/**
 * What every component must keep, as tests to extend: a component's module has one class for each
 * of its components that extends the suite of its kind and makes instances. Open {@link
 * io.millrace.testkit.contract.ReceiverContractTest}, {@link
 * io.millrace.testkit.contract.ProcessorContractTest} or {@link
 * io.millrace.testkit.contract.ExporterContractTest}. Third parties run them as well.
 */
@NullMarked
package io.millrace.testkit.contract;

import org.jspecify.annotations.NullMarked;
