package io.millrace.core.cli;

import io.millrace.api.config.DataSize;
import java.nio.file.Path;

/**
 * How to run an agent, beside its configuration. Immutable.
 *
 * @param stateDirectory where it keeps what must survive a restart; not necessarily there yet
 * @param ephemeral whether the directory is a temporary one that is deleted in the end
 * @param memory budget of the process
 */
public record RunSettings(Path stateDirectory, boolean ephemeral, DataSize memory) {}
