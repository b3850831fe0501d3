package dev.cairn.internal.segment;

import dev.cairn.internal.codec.Frame;
import dev.cairn.internal.codec.FrameView;
import dev.cairn.internal.codec.SegmentHeader;
import dev.cairn.internal.segment.LogDirectory.NumberedFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Which file of the log is which segment. Usually its name says so. Where somebody exchanged names, each segment's header still says
 * what it is, or its records do: a file that lies in the place of another is then taken for the segment that it is, unless there
 * is a better one.
 *
 * <p>Threading: one thread.
 */
public final class SegmentPlaces {
    private final LogDirectory directory;
    private final UUID installation;
    /** Each file under the number and epoch that are its own, wherever it lies; null to go by the names. */
    private final @Nullable List<NumberedFile> files;

    private final Set<Integer> misplaced = new HashSet<>();
    private final List<NumberedFile> strays = new ArrayList<>();

    /** Files by the number that their names bear, and by the one that their headers do. */
    private final Map<Integer, List<NumberedFile>> named = new TreeMap<>();

    private final Map<Integer, List<NumberedFile>> elsewhere = new TreeMap<>();
    private final Set<Path> foreign = new HashSet<>();
    /** Epochs of the manifests of each number, as their names say. */
    private final Map<Integer, List<Integer>> sealed = new TreeMap<>();
    /** Read when a header is damaged. */
    private @Nullable List<Manifest> manifests;

    private SegmentPlaces(LogDirectory directory, UUID installation, @Nullable List<NumberedFile> files) {
        this.directory = directory;
        this.installation = installation;
        this.files = files;
    }

    /** Each file is what its name says, or nothing. */
    static SegmentPlaces byName(LogDirectory directory, UUID installation) {
        return new SegmentPlaces(directory, installation, null);
    }

    /**
     * Each file is what its header says.
     *
     * @param kept for the numbers of segments that a repair was about to put in their places when it was cut off, the names under
     *     which their files lay: they may be in the quarantine and nowhere else
     * @param live whether a writer has the directory: a file without a header is one that it has just begun, and may cut off again
     *     while it is looked through
     */
    public static SegmentPlaces byHeader(
            LogDirectory directory, UUID installation, Map<Integer, String> kept, boolean live) throws IOException {
        List<NumberedFile> files = new ArrayList<>();
        SegmentPlaces places = new SegmentPlaces(directory, installation, files);
        places.look(live);
        places.lookInQuarantine(kept);
        Set<Integer> numbers = new TreeSet<>(places.named.keySet());
        numbers.addAll(places.elsewhere.keySet());
        for (int number : numbers) {
            places.choose(number, files);
        }
        return places;
    }

    private void look(boolean live) throws IOException {
        for (NumberedFile file : directory.manifestFiles()) {
            sealed.computeIfAbsent(file.number(), number -> new ArrayList<>()).add(file.epoch());
        }
        for (NumberedFile file : directory.segmentFiles()) {
            named.computeIfAbsent(file.number(), number -> new ArrayList<>()).add(file);
            SegmentHeader header = header(file.path());
            NumberedFile belongs =
                    header != null ? byHeader(header, file.path()) : live ? null : byRecords(file.path());
            if (belongs == null ? header != null : !belongs.equals(file)) {
                foreign.add(file.path());
            }
            if (belongs != null && !belongs.equals(file)) {
                addElsewhere(belongs);
            }
        }
    }

    private void addElsewhere(NumberedFile file) {
        elsewhere.computeIfAbsent(file.number(), number -> new ArrayList<>()).add(file);
    }

    private @Nullable NumberedFile byHeader(SegmentHeader header, Path file) {
        return header.installation().equals(installation)
                ? new NumberedFile(header.epoch(), header.number(), file)
                : null;
    }

    /** A file whose header is damaged belongs where a manifest tells of the first of its records that is whole. */
    private @Nullable NumberedFile byRecords(Path file) throws IOException {
        if (!Files.isRegularFile(file)) {
            return null;
        }
        FrameView frame = firstFrame(Segment.map(file));
        if (frame == null) {
            return null;
        }
        for (Manifest manifest : manifests()) {
            if (manifest.epoch() == frame.epoch()
                    && manifest.firstOffset() <= frame.offset()
                    && frame.offset() <= manifest.lastOffset()) {
                return new NumberedFile(manifest.epoch(), manifest.number(), file);
            }
        }
        return null;
    }

    private static @Nullable FrameView firstFrame(ByteBuffer bytes) {
        FrameView frame = new FrameView();
        for (int at = 0; at <= bytes.capacity() - Frame.HEADER_BYTES; at += QueueFormat.WORD_BYTES) {
            if (bytes.getInt(at) == Frame.MAGIC && frame.wrap(bytes, at).problem(bytes.capacity() - at) == null) {
                return frame;
            }
        }
        return null;
    }

    private List<Manifest> manifests() throws IOException {
        List<Manifest> all = manifests;
        if (all == null) {
            all = new ArrayList<>();
            for (NumberedFile file : directory.manifestFiles()) {
                try {
                    all.add(Manifest.read(file.path(), installation).summary());
                } catch (IOException e) {
                    continue; // damaged, or another log's: the catalog says so
                }
            }
            manifests = all;
        }
        return all;
    }

    private void lookInQuarantine(Map<Integer, String> kept) throws IOException {
        for (Map.Entry<Integer, String> one : kept.entrySet()) {
            boolean inPlace = named.getOrDefault(one.getKey(), List.of()).stream()
                    .anyMatch(file -> !foreign.contains(file.path()));
            if (inPlace || elsewhere.containsKey(one.getKey())) {
                continue;
            }
            Path file = directory.quarantine().resolve(one.getValue());
            for (int i = 1; Quarantine.isTaken(file); i++) {
                NumberedFile belongs = Files.exists(file) ? belongs(file) : null;
                if (belongs != null && belongs.number() == one.getKey()) {
                    addElsewhere(belongs);
                }
                file = directory.quarantine().resolve(one.getValue() + "." + i);
            }
        }
    }

    private @Nullable NumberedFile belongs(Path file) throws IOException {
        SegmentHeader header = header(file);
        return header == null ? byRecords(file) : byHeader(header, file);
    }

    /** Of those that may be segment {@code number}, takes the one of which most can be read; of equal ones that in its place. */
    private void choose(int number, List<NumberedFile> chosen) throws IOException {
        List<NumberedFile> here = named.getOrDefault(number, List.of());
        List<NumberedFile> candidates = new ArrayList<>(here);
        candidates.removeIf(file -> foreign.contains(file.path()));
        if (candidates.size() > 1) {
            chosen.addAll(here); // two epochs claim the number: not a matter of names
            return;
        }
        candidates.addAll(elsewhere.getOrDefault(number, List.of()));
        NumberedFile best = candidates.isEmpty() ? likeliest(number, here) : best(candidates);
        if (best == null) {
            strays.addAll(here);
            return;
        }
        chosen.add(best);
        if (!here.contains(best)) {
            misplaced.add(number);
        }
        here.stream().filter(file -> file.epoch() != best.epoch()).forEach(strays::add);
    }

    /** Of places in which others lie, the one that a segment was in: that of its manifest, or else the newest. */
    private @Nullable NumberedFile likeliest(int number, List<NumberedFile> here) {
        List<Integer> epochs = sealed.getOrDefault(number, List.of());
        return here.stream()
                .filter(file -> epochs.isEmpty() || epochs.contains(file.epoch()))
                .max(Comparator.comparingInt(NumberedFile::epoch))
                .orElse(null);
    }

    private NumberedFile best(List<NumberedFile> candidates) throws IOException {
        NumberedFile best = candidates.get(0);
        if (candidates.size() == 1) {
            return best;
        }
        long most = records(best);
        for (NumberedFile candidate : candidates.subList(1, candidates.size())) {
            long records = records(candidate);
            if (records > most) {
                most = records;
                best = candidate;
            }
        }
        return best;
    }

    /** How many records can be read, whichever they are. */
    private static long records(NumberedFile file) throws IOException {
        if (!Files.isRegularFile(file.path())) {
            return 0;
        }
        int start = Math.max(0, Segment.findHeader(SegmentBytes.head(file.path())));
        return SegmentSalvager.salvage(
                        new SegmentSalvager.Subject(
                                file.path(), file.number(), file.epoch(), start, 0, Long.MAX_VALUE, Integer.MAX_VALUE),
                        frame -> {})
                .records();
    }

    /** Whether {@code file} has a header that can be read, whatever it says. */
    public boolean hasHeader(Path file) throws IOException {
        return header(file) != null;
    }

    private static @Nullable SegmentHeader header(Path file) throws IOException {
        if (!Files.isRegularFile(file)) {
            return null;
        }
        ByteBuffer bytes = SegmentBytes.head(file);
        int start = Segment.findHeader(bytes);
        return start < 0 ? null : SegmentHeader.decode(bytes, start + QueueFormat.WORD_BYTES);
    }

    /** All segments, oldest first, each with the path where it lies. */
    public List<NumberedFile> files() throws IOException {
        return files == null ? directory.segmentFiles() : List.copyOf(files);
    }

    /** Where {@code file} belongs: where it lies, but for one that lies in the place of another. */
    public Path place(NumberedFile file) {
        return isMisplaced(file.number())
                ? directory.segmentFile(file.epoch(), file.number()).path()
                : file.path();
    }

    /** Whether segment {@code number} lies in the place of another. */
    public boolean isMisplaced(int number) {
        return misplaced.contains(number);
    }

    /** Files in the places of segments that never were: their numbers are those of segments of other epochs. */
    public List<NumberedFile> strays() {
        return List.copyOf(strays);
    }

    LogDirectory directory() {
        return directory;
    }

    UUID installation() {
        return installation;
    }
}
