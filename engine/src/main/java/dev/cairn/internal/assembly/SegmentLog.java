package dev.cairn.internal.assembly;

import dev.cairn.internal.commit.CommitLog;
import dev.cairn.internal.read.RecentRecords;
import dev.cairn.internal.segment.SegmentWriter;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** The segments as the commit path sees them. Threading: as {@link CommitLog}. */
final class SegmentLog implements CommitLog {
    private final SegmentWriter writer;
    private final int documentBytesMax;
    private final EpochBegin begin;
    private final RecentRecords recent;
    private boolean begun;

    /** Is called once, before the first document of the epoch is appended. */
    interface EpochBegin {
        void run() throws IOException;
    }

    SegmentLog(SegmentWriter writer, int documentBytesMax, EpochBegin begin, RecentRecords recent) {
        this.writer = writer;
        this.documentBytesMax = documentBytesMax;
        this.begin = begin;
        this.recent = recent;
    }

    @Override
    public void ensureRoom(int documentBytes) {
        writer.ensureRoom(documentBytes);
        if (!begun) {
            try {
                begin.run();
            } catch (IOException e) {
                throw new java.io.UncheckedIOException(e);
            }
            begun = true;
        }
    }

    @Override
    public void append(ByteBuffer document, int length, long firstOffset, int count) {
        writer.append(document, length, firstOffset, count);
        recent.append(document, length, firstOffset, count);
    }

    @Override
    public @Nullable ForceTarget takeTarget() {
        dev.cairn.internal.segment.ForceTarget target = writer.takeTarget();
        return target == null ? null : new Target(target);
    }

    @Override
    public int documentBytesMax() {
        return documentBytesMax;
    }

    /** A target and the writer that forces it. */
    final class Target implements ForceTarget {
        private final dev.cairn.internal.segment.ForceTarget target;

        private Target(dev.cairn.internal.segment.ForceTarget target) {
            this.target = target;
        }

        @Override
        public long lastOffset() {
            return target.lastOffset();
        }

        @Override
        public void force() throws IOException {
            writer.force(target);
        }

        /** Number of the segment that holds the last offset. */
        int segment() {
            return target.segment();
        }

        /** Position behind its document. */
        int position() {
            return target.position();
        }
    }
}
