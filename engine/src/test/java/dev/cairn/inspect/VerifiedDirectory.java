package dev.cairn.inspect;

import dev.cairn.Ack;
import dev.cairn.Cairn;
import dev.cairn.CairnOptions;
import dev.cairn.Progress;
import dev.cairn.TestDirectories;
import dev.cairn.inspect.Verification.Finding;
import dev.cairn.log.NewRecord;
import dev.cairn.task.NewTask;
import dev.cairn.task.TaskPatch;
import dev.cairn.task.Workflow;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/** A data directory for verifications: made, damaged and listed by tests. */
final class VerifiedDirectory {
    final Path root;

    VerifiedDirectory(Path root) {
        this.root = root;
    }

    static CairnOptions.Builder options() {
        return TestDirectories.smallSegments().segmentRecordsMax(20).ack(Ack.DURABLE);
    }

    /** Two epochs of tasks in many states and records of a topic, in seven segments. */
    static VerifiedDirectory filled(Path root) {
        VerifiedDirectory directory = new VerifiedDirectory(root);
        for (int epoch = 1; epoch <= 2; epoch++) {
            try (Cairn cairn = Cairn.open(root, options().build())) {
                directory.write(cairn, epoch);
            }
        }
        return directory;
    }

    /** 60 records, the first of which opens the epoch. */
    void write(Cairn cairn, int epoch) {
        for (int i = 0; i < 10; i++) {
            String id = "case-" + epoch + "-" + i;
            cairn.tasks().create(NewTask.of(id).metadata("{\"n\":" + i + "}"));
            cairn.tasks().transition(id, "running");
            cairn.tasks().patch(id, TaskPatch.empty().metadata("{\"m\":\"" + "x".repeat(20 * i) + "\"}"));
            cairn.log().append(NewRecord.of("events", "k" + i % 3, "{\"n\":" + i + "}"));
        }
        cairn.tasks().delete("case-" + epoch + "-3");
        cairn.tasks().create(NewTask.of("case-" + epoch + "-3"));
        cairn.tasks().workflow(Workflow.openWorkflow());
        for (int i = 0; i < 16; i++) {
            cairn.tasks().transition("case-" + epoch + "-5", "step-" + i);
        }
        cairn.tasks().workflow(Workflow.standard());
    }

    Verification verify() {
        return Verification.of(root, false, Progress.NONE);
    }

    Verification verifyDeeply() {
        return Verification.of(root, true, Progress.NONE);
    }

    /** The findings above a note. */
    static List<Finding> wrong(Verification verified) {
        return verified.findings().stream()
                .filter(finding -> finding.severity() != Verification.Severity.NOTE)
                .toList();
    }

    Path file(String name) {
        return root.resolve(name);
    }

    /** Position of the word of the document that holds {@code text} in a segment in which each record has its own document. */
    int document(String segment, String text) throws IOException {
        String bytes = text(segment);
        return bytes.lastIndexOf("CRND", at(segment, text)) - Integer.BYTES;
    }

    /** Position of the first {@code text} in a file. */
    int at(String file, String text) throws IOException {
        int at = text(file).indexOf(text);
        if (at < 0) {
            throw new IllegalArgumentException(file + ": expected " + text + ", was none");
        }
        return at;
    }

    private String text(String file) throws IOException {
        return Files.readString(file(file), StandardCharsets.ISO_8859_1);
    }

    /** Changes the lowest bit of one byte. */
    void flip(String file, long position) throws IOException {
        flip(file, position, 1);
    }

    void flip(String file, long position, int bits) throws IOException {
        try (RandomAccessFile out = new RandomAccessFile(file(file).toFile(), "rw")) {
            out.seek(position);
            int old = out.read();
            out.seek(position);
            out.write(old ^ bits);
        }
    }

    void truncate(String file, long bytes) throws IOException {
        try (RandomAccessFile out = new RandomAccessFile(file(file).toFile(), "rw")) {
            out.setLength(bytes);
        }
    }

    /** Every file with its size and time. */
    Map<String, String> listing() throws IOException {
        Map<String, String> listing = new TreeMap<>();
        try (Stream<Path> files = Files.walk(root)) {
            for (Path file : files.toList()) {
                listing.put(root.relativize(file).toString(), Files.getLastModifiedTime(file) + " " + Files.size(file));
            }
        }
        return listing;
    }
}
