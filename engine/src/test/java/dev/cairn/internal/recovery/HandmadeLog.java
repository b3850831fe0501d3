package dev.cairn.internal.recovery;

import dev.cairn.internal.codec.Document;
import dev.cairn.internal.codec.Event;
import dev.cairn.internal.codec.Frame;
import dev.cairn.internal.codec.FrameView;
import dev.cairn.internal.codec.SegmentHeader;
import dev.cairn.internal.kind.KindIds;
import dev.cairn.internal.segment.LogCorrupter;
import dev.cairn.internal.segment.LogDirectory;
import dev.cairn.internal.segment.LogDirectory.NumberedFile;
import dev.cairn.internal.segment.SegmentCatalog;
import dev.cairn.internal.segment.SegmentScanner;
import dev.cairn.internal.segment.SegmentSealer;
import dev.cairn.internal.system.OpenEpoch;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;

/**
 * A log whose segments are made byte by byte, in a few kilobytes and without a queue. Each document holds one record, and all are
 * of one length, so a test knows where each of them is.
 */
final class HandmadeLog {
    static final UUID INSTALLATION = UUID.fromString("01890000-0000-7000-8000-000000000001");

    /** Position of the word before a segment's header; another one than in segments that a repair wrote. */
    static final int START = 4 * Integer.BYTES;

    private static final int QUEUES_OWN = 0x4000_0000 | START - Integer.BYTES;
    private static final int FIRST_DOCUMENT = START + Integer.BYTES + SegmentHeader.BYTES;
    private static final int FRAME_BYTES = 592;
    private static final int DOCUMENT_BYTES = Document.HEADER_BYTES + FRAME_BYTES;
    private static final int SECTOR_BYTES = 512;
    /** Wire id of the event that begins an epoch. */
    private static final byte OPENED = 1;

    final LogDirectory directory;
    private final ByteBuffer bytes = ByteBuffer.allocate(64 << 10).order(ByteOrder.LITTLE_ENDIAN);
    private final Frame frame = new Frame();
    private final Document document = new Document();
    private int next = 1;
    private int epoch = 1;
    private long durable = -1;
    private long opens = -1;
    private final Map<Long, Long> previous = new HashMap<>();
    private final Map<Long, Long> previousImages = new HashMap<>();

    private final UUID installation;

    HandmadeLog(Path root) {
        this(root, INSTALLATION);
    }

    HandmadeLog(Path root, UUID installation) {
        directory = new LogDirectory(root);
        this.installation = installation;
    }

    /** Segments from now on are of this epoch. */
    HandmadeLog epoch(int newEpoch) {
        epoch = newEpoch;
        return this;
    }

    /** Records from now on state that all up to {@code offset} are durable. */
    HandmadeLog durable(long offset) {
        durable = offset;
        return this;
    }

    /** The next record begins its epoch, and states that the log ended at {@code previousEnd}. */
    HandmadeLog opens(long previousEnd) {
        opens = previousEnd;
        return this;
    }

    /** The record of {@code offset} names the one at {@code before} as the one before it of its entity. */
    HandmadeLog linked(long offset, long before) {
        previous.put(offset, before);
        return this;
    }

    /** The same of the newest image before it. */
    HandmadeLog linkedToImage(long offset, long before) {
        previousImages.put(offset, before);
        return this;
    }

    /** Leaves out a segment number. */
    HandmadeLog skipNumber() {
        next++;
        return this;
    }

    /** Writes the next segment, with records from {@code first} to {@code last}. */
    NumberedFile segment(long first, long last) throws IOException {
        NumberedFile file = directory.segmentFile(epoch, next++);
        bytes.clear().put(new byte[bytes.capacity()]).clear();
        bytes.putInt(0, QUEUES_OWN).putInt(Integer.BYTES, ~0);
        bytes.putInt(START, SegmentHeader.BYTES);
        new SegmentHeader(installation, epoch, file.number(), first, 0, new byte[32])
                .encode(bytes, START + Integer.BYTES);
        for (long offset = first; offset <= last; offset++) {
            putDocument(position((int) (offset - first)), offset);
        }
        Files.createDirectories(directory.epochDirectory(epoch));
        Files.write(file.path(), bytes.array());
        return file;
    }

    private void putDocument(int position, long offset) {
        bytes.clear();
        bytes.putInt(position, DOCUMENT_BYTES);
        int at = position + Integer.BYTES;
        frame.encode(event(offset), bytes, at + Document.HEADER_BYTES);
        bytes.clear();
        document.seal(bytes, at, DOCUMENT_BYTES, 1, offset, epoch);
    }

    private Event event(long offset) {
        Event event = new Event();
        event.clear();
        event.kind = 1;
        event.type = 2;
        event.epoch = epoch;
        event.offset = offset;
        event.at = offset;
        event.version = 1;
        event.previous = previous.getOrDefault(offset, -1L);
        event.previousImage = previousImages.getOrDefault(offset, -1L);
        event.durable = durable;
        event.key.putUtf8("key-" + offset);
        if (opens >= 0) {
            event.kind = KindIds.SYSTEM;
            event.type = OPENED;
            new OpenEpoch(epoch, offset, opens).fingerprint(event.payload);
            opens = -1;
        }
        while (Frame.encodedBytes(event) < FRAME_BYTES || event.payload.length() % 8 != 0) {
            event.payload.putByte(1);
        }
        return event;
    }

    /** The same, sealed with a manifest. */
    NumberedFile sealed(long first, long last) throws IOException {
        NumberedFile file = segment(first, last);
        SegmentCatalog catalog = catalog();
        new SegmentSealer(catalog).seal(new SegmentScanner(INSTALLATION).scan(file, first), catalog);
        return file;
    }

    /** Position of the first frame of that document, behind its word and header. */
    static int frame(int index) {
        return position(index) + Integer.BYTES + Document.HEADER_BYTES;
    }

    /** Position of the word of the document at {@code index}, or behind the last one. */
    static int position(int index) {
        return FIRST_DOCUMENT + index * (Integer.BYTES + DOCUMENT_BYTES);
    }

    /** Takes away the word before a document, as a kill while it was being written does. */
    static void tear(NumberedFile file, int index) throws IOException {
        corrupter(file).word(position(index), 0);
    }

    /** Makes zeros of a document up to the end of its sector, as if that had never reached the disk. */
    static void loseSector(NumberedFile file, int index) throws IOException {
        int from = position(index);
        corrupter(file).zero(from, SECTOR_BYTES - from % SECTOR_BYTES);
    }

    /** Flips a bit of a document's record. */
    static void damage(NumberedFile file, int index) throws IOException {
        corrupter(file).flipBit((position(index) + 300) * 8L);
    }

    /** Makes zeros of the end of a document, as if its last sectors had never reached the disk, and of all behind it. */
    static void loseEndOf(NumberedFile file, int index) throws IOException {
        zeroFrom(file, position(index) + 200);
    }

    /** Makes zeros of a document and all behind it. */
    static void loseFrom(NumberedFile file, int index) throws IOException {
        zeroFrom(file, position(index));
    }

    private static void zeroFrom(NumberedFile file, int from) throws IOException {
        corrupter(file).zero(from, Math.toIntExact(Files.size(file.path()) - from));
    }

    /** Takes away the manifest. */
    static void unseal(NumberedFile file) throws IOException {
        Files.delete(LogDirectory.manifestFile(file.path()));
    }

    static LogCorrupter corrupter(NumberedFile file) {
        return new LogCorrupter(file.path());
    }

    /** Checksum of the frame at {@code index}. */
    static int checksum(NumberedFile file, int index) throws IOException {
        ByteBuffer read = ByteBuffer.wrap(Files.readAllBytes(file.path())).order(ByteOrder.LITTLE_ENDIAN);
        return new FrameView()
                .wrap(read, position(index) + Integer.BYTES + Document.HEADER_BYTES)
                .checksum();
    }

    SegmentCatalog catalog() {
        return SegmentCatalog.load(directory, INSTALLATION);
    }
}
