/**
 * What tests of components and of the agent stand on: contract suites that every component's module
 * extends, fakes written by hand, and real servers in {@link io.millrace.testkit.server}.
 */
@NullMarked
package io.millrace.testkit;

import org.jspecify.annotations.NullMarked;
