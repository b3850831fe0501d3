package dev.cairn.internal.segment;

import dev.cairn.internal.codec.Document;
import dev.cairn.internal.codec.Event;
import dev.cairn.internal.codec.Frame;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.UUID;

/** A log under test: writes documents of recognisable records, one opening after the other, in one directory. */
final class TestLog implements AutoCloseable {
    static final UUID INSTALLATION = UUID.fromString("01890000-0000-7000-8000-000000000001");
    static final SegmentOptions SMALL = SegmentOptions.ofSegmentBytes(1 << 20);
    private static final long AT_OF_OFFSET_0 = 1_700_000_000_000_000L;

    final LogDirectory directory;
    final SegmentCatalog catalog;
    final SegmentWriter writer;
    final int epoch;
    private final Event event = new Event();
    private final Frame frame = new Frame();
    private final Document document = new Document();
    private final ByteBuffer buffer = ByteBuffer.allocateDirect(18 << 20).order(ByteOrder.LITTLE_ENDIAN);
    long durable = -1;
    boolean closed;

    TestLog(Path root, int epoch, long firstOffset, SegmentOptions options) throws IOException {
        Files.createDirectories(root);
        this.directory = new LogDirectory(root);
        this.epoch = epoch;
        this.catalog = SegmentCatalog.load(directory, INSTALLATION);
        this.writer = SegmentWriter.open(directory, epoch, firstOffset, options, catalog, () -> at(firstOffset));
    }

    static TestLog open(Path root) throws IOException {
        return new TestLog(root, 1, 0, SMALL);
    }

    static long at(long offset) {
        return AT_OF_OFFSET_0 + offset * 10;
    }

    /** Appends one document of {@code count} records with payloads of {@code payloadBytes} bytes each. */
    long append(int count, int payloadBytes) {
        long first = writer.nextOffset();
        int length = encode(first, count, payloadBytes);
        writer.ensureRoom(length);
        writer.append(buffer, length, first, count);
        return first;
    }

    int encode(long first, int count, int payloadBytes) {
        int at = Document.HEADER_BYTES;
        for (int i = 0; i < count; i++) {
            fill(first + i, payloadBytes);
            at += frame.encode(event, buffer, at);
        }
        document.seal(buffer, 0, at, count, first, epoch);
        return at;
    }

    ByteBuffer buffer() {
        return buffer;
    }

    private void fill(long offset, int payloadBytes) {
        event.clear();
        event.kind = 1;
        event.type = 2;
        event.epoch = epoch;
        event.offset = offset;
        event.at = at(offset);
        event.durable = durable;
        event.version = offset + 1;
        event.key.putUtf8("key-" + offset % 97);
        for (int i = 0; i < payloadBytes; i++) {
            event.payload.putByte(payloadByte(offset, i));
        }
    }

    static int payloadByte(long offset, int index) {
        return (int) (offset * 31 + index * 7L) % 251 + 1 & 0xFF;
    }

    void force() throws IOException {
        ForceTarget target = writer.takeTarget();
        if (target != null) {
            writer.force(target);
            durable = target.lastOffset();
        }
    }

    long last() {
        return writer.nextOffset() - 1;
    }

    LogCursor cursor() {
        return new LogCursor(catalog);
    }

    @Override
    public void close() throws IOException {
        if (!closed) {
            closed = true;
            writer.close();
        }
    }

    /** What would be found after the death of the process: a copy of the files as they are now. */
    Path copyAsKilled(Path target) throws IOException {
        Path root = directory.root();
        Files.walkFileTree(root, new SimpleFileVisitor<Path>() {
            @Override
            public FileVisitResult preVisitDirectory(Path dir, BasicFileAttributes attributes) throws IOException {
                Files.createDirectories(target.resolve(root.relativize(dir)));
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                if (!file.getFileName().toString().equals("LOCK")) {
                    Files.copy(file, target.resolve(root.relativize(file)));
                }
                return FileVisitResult.CONTINUE;
            }
        });
        return target;
    }
}
