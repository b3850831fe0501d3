package dev.cairn.tools;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Instant;

/**
 * A file with a recovery's account: JSON or Markdown, as its name ends. It is there as a whole or not at all.
 *
 * <p>Threading: immutable.
 *
 * @param path where it goes
 * @param markdown whether it is for people
 */
record ReportFile(Path path, boolean markdown) {
    /** @throws IllegalArgumentException when the name or the place will not do */
    static ReportFile of(Path path) {
        String name = String.valueOf(path.getFileName());
        if (!name.endsWith(".json") && !name.endsWith(".md")) {
            throw new IllegalArgumentException("expected a report file that ends in .json or .md, was " + path);
        }
        Path directory = path.toAbsolutePath().getParent();
        if (directory == null || !Files.isDirectory(directory)) {
            throw new IllegalArgumentException("expected a directory for the report, was " + directory);
        }
        if (Files.isDirectory(path)) {
            throw new IllegalArgumentException("expected a report file, was the directory " + path);
        }
        ReportFile file = new ReportFile(path, name.endsWith(".md"));
        file.requireWritable();
        return file;
    }

    /** Only a try tells: of permissions, of a read-only file system, and of what a name may be. */
    private void requireWritable() {
        try {
            Files.deleteIfExists(temporary());
            Files.createFile(temporary());
            Files.delete(temporary());
        } catch (IOException e) {
            throw new IllegalArgumentException(unwritable(e), e);
        }
    }

    private Path temporary() {
        return path.toAbsolutePath().resolveSibling("." + path.getFileName() + ".tmp");
    }

    private String unwritable(IOException failure) {
        return "expected a report file that can be written, was " + path + ": " + reason(failure);
    }

    /** In words: where the JDK has a class for the reason it has no text. */
    private static String reason(IOException failure) {
        if (failure instanceof AccessDeniedException) {
            return "Permission denied";
        } else if (failure instanceof NoSuchFileException) {
            return "No such file can be made there";
        }
        String reason = failure instanceof FileSystemException file ? file.getReason() : failure.getMessage();
        return reason == null ? failure.getClass().getSimpleName() : reason;
    }

    /** @throws VerbFailedException when it cannot be written; it says what was done before */
    void write(RecoveryOutcome outcome) {
        String text = markdown ? new RecoveryMarkdown(outcome, Instant.now()).text() : RecoveryJson.of(outcome) + "\n";
        Path temporary = temporary();
        try {
            try (FileChannel channel = FileChannel.open(
                    temporary,
                    StandardOpenOption.CREATE,
                    StandardOpenOption.TRUNCATE_EXISTING,
                    StandardOpenOption.WRITE)) {
                ByteBuffer bytes = ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
                while (bytes.hasRemaining()) {
                    channel.write(bytes);
                }
                channel.force(true);
            }
            Files.move(temporary, path, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            discard(temporary, e);
            throw VerbFailedException.failed(done(outcome) + ": " + path + ": " + reason(e), e);
        }
    }

    private static void discard(Path temporary, IOException failure) {
        try {
            Files.deleteIfExists(temporary);
        } catch (IOException e) {
            failure.addSuppressed(e);
        }
    }

    /** Whoever reads that a report is missing must not take the repair for undone. */
    private static String done(RecoveryOutcome outcome) {
        String unwritten = "the report cannot be written";
        if (outcome.applied() != null) {
            return "the repair is done; " + unwritten;
        }
        return outcome.rebuilt() != null ? "the rebuild is done; " + unwritten : unwritten;
    }
}
