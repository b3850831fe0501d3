package dev.cairn.internal.segment;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Names of everything in a data directory, and the listing of its segments.
 *
 * <p>Threading: any thread.
 *
 * @param root the data directory
 */
public record LogDirectory(Path root) {
    static final String SEGMENT_SUFFIX = ".cq4";
    static final String MANIFEST_SUFFIX = ".manifest";
    static final String PREPARED_SUFFIX = ".precreated";
    static final String QUEUE_METADATA = "metadata.cq4t";

    /** A file of the log that is named by a segment number, in the directory of an epoch. */
    public record NumberedFile(int epoch, int number, Path path) {}

    public Path lockFile() {
        return root.resolve("LOCK");
    }

    public Path identityFile() {
        return root.resolve("identity");
    }

    public Path controlFile() {
        return root.resolve("control");
    }

    public Path watermarkFile() {
        return root.resolve("watermark");
    }

    public Path cleanFile() {
        return root.resolve("clean");
    }

    public Path reserveFile() {
        return root.resolve("reserve");
    }

    public Path logDirectory() {
        return root.resolve("log");
    }

    public Path epochDirectory(int epoch) {
        return logDirectory().resolve(String.format(Locale.ROOT, "%010d", epoch));
    }

    public Path quarantine() {
        return root.resolve("quarantine");
    }

    /**
     * Epochs whose names are taken, ascending: by their directories, or by files that somebody else put in their places. No
     * opening takes one of them for its own.
     */
    public List<Integer> epochs() throws IOException {
        List<Integer> epochs = new ArrayList<>();
        if (Files.isDirectory(logDirectory())) {
            try (DirectoryStream<Path> directories = Files.newDirectoryStream(logDirectory())) {
                for (Path directory : directories) {
                    int epoch = number(directory.getFileName().toString(), "");
                    if (epoch >= 0 && directory.equals(epochDirectory(epoch))) { // 9 is not 0000000009
                        epochs.add(epoch);
                    }
                }
            }
        }
        epochs.sort(null);
        return epochs;
    }

    /** All segment files, oldest first. */
    public List<NumberedFile> segmentFiles() throws IOException {
        return numberedFiles(SEGMENT_SUFFIX);
    }

    /** Segments that were prepared and never used. */
    public List<NumberedFile> preparedFiles() throws IOException {
        return numberedFiles(PREPARED_SUFFIX);
    }

    /** All manifests, oldest first. */
    public List<NumberedFile> manifestFiles() throws IOException {
        return numberedFiles(MANIFEST_SUFFIX);
    }

    /** The highest segment number that any file of the log bears, or 0. */
    public int highestNumber() throws IOException {
        int highest = 0;
        for (String suffix : List.of(SEGMENT_SUFFIX, MANIFEST_SUFFIX)) {
            for (NumberedFile file : numberedFiles(suffix)) {
                highest = Math.max(highest, file.number());
            }
        }
        return highest;
    }

    private List<NumberedFile> numberedFiles(String suffix) throws IOException {
        List<NumberedFile> files = new ArrayList<>();
        for (int epoch : epochs()) {
            if (!Files.isDirectory(epochDirectory(epoch))) {
                continue; // a file is not Cairn's, and holds nothing of the log
            }
            try (DirectoryStream<Path> entries = Files.newDirectoryStream(epochDirectory(epoch), "*" + suffix)) {
                for (Path entry : entries) {
                    int number = number(entry.getFileName().toString(), suffix);
                    if (number >= 0) {
                        files.add(new NumberedFile(epoch, number, entry));
                    }
                }
            }
        }
        files.sort((a, b) -> Integer.compare(a.number(), b.number()));
        return files;
    }

    static Path segmentFile(Path epochDirectory, int number) {
        return epochDirectory.resolve(name(number) + SEGMENT_SUFFIX);
    }

    /** Where segment {@code number} of {@code epoch} is, or would be. */
    public NumberedFile segmentFile(int epoch, int number) {
        return new NumberedFile(epoch, number, segmentFile(epochDirectory(epoch), number));
    }

    static Path preparedFile(Path epochDirectory, int number) {
        return epochDirectory.resolve(name(number) + PREPARED_SUFFIX);
    }

    /** Where the manifest of {@code segmentFile} is. */
    public static Path manifestFile(Path segmentFile) {
        String name = segmentFile.getFileName().toString();
        return segmentFile.resolveSibling(name.substring(0, name.length() - SEGMENT_SUFFIX.length()) + MANIFEST_SUFFIX);
    }

    /** How the names of the files of segment {@code number} begin: in the same digits wherever the process runs. */
    public static String name(int number) {
        return String.format(Locale.ROOT, "%08d", number);
    }

    static int number(String name, String suffix) {
        if (!name.endsWith(suffix)) {
            return -1;
        }
        String digits = name.substring(0, name.length() - suffix.length());
        if (digits.isEmpty() || digits.length() > 10 || !digits.chars().allMatch(c -> c >= '0' && c <= '9')) {
            return -1;
        }
        long number = Long.parseLong(digits);
        return number > Integer.MAX_VALUE ? -1 : (int) number;
    }
}
