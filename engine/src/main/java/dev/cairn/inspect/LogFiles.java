package dev.cairn.inspect;

import dev.cairn.internal.segment.LogDirectory;
import dev.cairn.internal.segment.LogDirectory.NumberedFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The segments of a log with their manifests, in the order of their numbers, as they were when they were listed.
 *
 * <p>Threading: immutable.
 */
record LogFiles(List<Item> items) {
    /** A segment, a manifest, or both; at least one is there. */
    record Item(
            int number,
            int epoch,
            @Nullable NumberedFile segment,
            @Nullable NumberedFile manifest) {
        /** Where the segment lies, or would. */
        Path segmentFile() {
            return sibling(".cq4");
        }

        /** Where the manifest lies, or would. */
        Path manifestFile() {
            return sibling(".manifest");
        }

        private Path sibling(String suffix) {
            Path file =
                    Objects.requireNonNull(segment != null ? segment : manifest).path();
            return file.resolveSibling(LogDirectory.name(number) + suffix);
        }
    }

    LogFiles {
        items = List.copyOf(items);
    }

    static LogFiles list(LogDirectory directory) throws IOException {
        // Manifests first: one that is made meanwhile belongs to a segment that is listed.
        Map<String, NumberedFile> manifests = new TreeMap<>();
        directory.manifestFiles().forEach(file -> manifests.put(key(file), file));
        List<Item> items = new ArrayList<>();
        for (NumberedFile segment : directory.segmentFiles()) {
            items.add(new Item(segment.number(), segment.epoch(), segment, manifests.remove(key(segment))));
        }
        manifests
                .values()
                .forEach(manifest -> items.add(new Item(manifest.number(), manifest.epoch(), null, manifest)));
        items.sort((a, b) -> a.number() != b.number()
                ? Integer.compare(a.number(), b.number())
                : Integer.compare(a.epoch(), b.epoch()));
        return new LogFiles(items);
    }

    private static String key(NumberedFile file) {
        return file.epoch() + "/" + file.number();
    }

    /** Whether an item behind the one at {@code index} has a manifest. */
    boolean sealedBehind(int index) {
        return items.subList(index + 1, items.size()).stream().anyMatch(item -> item.manifest() != null);
    }

    /** Whether every segment has a manifest. */
    boolean allSealed() {
        return items.stream().allMatch(item -> item.manifest() != null);
    }
}
