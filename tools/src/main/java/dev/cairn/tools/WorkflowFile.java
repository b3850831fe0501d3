package dev.cairn.tools;

import dev.cairn.InvalidRequestException;
import dev.cairn.task.Workflow;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Reads the workflow that {@code --workflow} names: a file as {@link Workflow#parse} reads it, or the word {@code open}.
 *
 * <p>Threading: stateless.
 */
final class WorkflowFile {
    private static final String OPEN = "open";

    private WorkflowFile() {}

    /** @throws VerbFailedException as usage, when the file is not a workflow */
    static Workflow read(String fileOrOpen) {
        if (fileOrOpen.equals(OPEN)) {
            return Workflow.openWorkflow();
        }
        try {
            return Workflow.parse(Files.readString(Path.of(fileOrOpen)));
        } catch (InvalidRequestException | IOException e) {
            String was = e instanceof InvalidRequestException ? e.getMessage() : e.toString();
            throw new VerbFailedException(
                    ExitCode.USAGE, fileOrOpen + ": expected a workflow file or `open`: " + was, e);
        }
    }
}
