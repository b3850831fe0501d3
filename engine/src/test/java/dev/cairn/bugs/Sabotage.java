package dev.cairn.bugs;

import dev.cairn.LogRecord;
import dev.cairn.internal.codec.ByteSlab;
import dev.cairn.internal.codec.Document;
import dev.cairn.internal.codec.Event;
import dev.cairn.internal.commit.CommitLog;
import dev.cairn.internal.read.LogEnds;
import dev.cairn.internal.segment.LogCursor;
import dev.cairn.internal.segment.SegmentScan.Verdict;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Clock;
import java.util.zip.CRC32C;
import net.bytebuddy.asm.Advice;
import net.bytebuddy.implementation.bytecode.assign.Assigner;
import org.jspecify.annotations.Nullable;

/**
 * What the bugs do. The code of the nested classes is copied into the methods that they change; the methods are called in
 * place of others.
 *
 * <p>Threading: that of whatever is changed.
 */
public final class Sabotage {
    private static final int CHECKSUM_AT = 4;
    private static final int CHECKSUM_OF_FILE_AT = 36;

    private Sabotage() {}

    /** The checksum that stands there is the right one, whatever the bytes. */
    public static int storedChecksum(CRC32C crc, ByteBuffer buffer, int at, int length) {
        return buffer.getInt(at + CHECKSUM_AT);
    }

    /** The same for a document. */
    public static int storedChecksumOfDocument(Document document, ByteBuffer buffer, int at, int count) {
        return buffer.getInt(at + CHECKSUM_AT);
    }

    /** The same for a small file. */
    public static int storedChecksumOfFile(byte[] all, int contentLength) {
        return ByteBuffer.wrap(all).order(ByteOrder.LITTLE_ENDIAN).getInt(CHECKSUM_OF_FILE_AT);
    }

    /** Followers see what is only appended. */
    public static long appendedOffset(LogEnds ends) {
        return ends.appendedOffset();
    }

    /** A force that fails is taken for one that did not. */
    public static void forceAnyhow(CommitLog.ForceTarget target) {
        try {
            target.force();
        } catch (IOException e) {
            // not a word
        }
    }

    /** The checksum that stands in a block of a checkpoint is the right one, whatever the bytes. */
    public static final class StoredChecksumOfBlock {
        private StoredChecksumOfBlock() {}

        @Advice.OnMethodExit
        static void change(@Advice.FieldValue("bytes") ByteSlab bytes, @Advice.Return(readOnly = false) int returned) {
            returned = bytes.intAt(0);
        }
    }

    /** The method does nothing. */
    public static final class DoNothing {
        private DoNothing() {}

        @Advice.OnMethodEnter(skipOn = Advice.OnNonDefaultValue.class)
        static boolean skip() {
            return true;
        }
    }

    /** The second change of anything is left out of the document. */
    public static final class SecondVersionLeftOut {
        private SecondVersionLeftOut() {}

        @Advice.OnMethodEnter(skipOn = Advice.OnNonDefaultValue.class)
        static boolean skip(@Advice.Argument(0) Event event) {
            return event.version == 2;
        }
    }

    /** The method says yes. */
    public static final class SayTrue {
        private SayTrue() {}

        @Advice.OnMethodExit
        static void change(@Advice.Return(readOnly = false) boolean returned) {
            returned = true;
        }
    }

    /** The method says no. */
    public static final class SayFalse {
        private SayFalse() {}

        @Advice.OnMethodExit
        static void change(@Advice.Return(readOnly = false) boolean returned) {
            returned = false;
        }
    }

    /** The method finds nothing, or nothing wrong. */
    public static final class SayNull {
        private SayNull() {}

        @Advice.OnMethodExit
        static void change(
                @Advice.Return(readOnly = false, typing = Assigner.Typing.DYNAMIC) @Nullable Object returned) {
            returned = null;
        }
    }

    /** The first argument, an offset, is one too low. */
    public static final class OffsetTooLow {
        private OffsetTooLow() {}

        @Advice.OnMethodEnter
        static void change(@Advice.Argument(value = 0, readOnly = false) long offset) {
            offset = offset - 1;
        }
    }

    /** The second argument, an offset, is three too high. */
    public static final class SecondOffsetTooHigh {
        private SecondOffsetTooHigh() {}

        @Advice.OnMethodEnter
        static void change(@Advice.Argument(value = 1, readOnly = false) long offset) {
            offset = offset + 3;
        }
    }

    /** The next offset is the one behind the last record that is still there. */
    public static final class RightBehindTheLast {
        private RightBehindTheLast() {}

        @Advice.OnMethodExit
        static void change(
                @Advice.FieldValue("lastOffset") long lastOffset, @Advice.Return(readOnly = false) long nextOffset) {
            nextOffset = lastOffset + 1;
        }
    }

    /** What was appended is durable at once. */
    public static final class DurableAtOnce {
        private DurableAtOnce() {}

        @Advice.OnMethodExit
        static void change(
                @Advice.Argument(0) long offset, @Advice.FieldValue(value = "durable", readOnly = false) long durable) {
            durable = offset;
        }
    }

    /** What is damage is called a torn tail. */
    public static final class TornNotDamaged {
        private TornNotDamaged() {}

        @Advice.OnMethodExit
        static void change(@Advice.Return(readOnly = false) Verdict verdict) {
            if (verdict instanceof Verdict.Damaged damaged) {
                verdict = new Verdict.Torn(damaged.position(), damaged.why());
            }
        }
    }

    /** The first record of an epoch need not be durable before a receipt leaves. */
    public static final class NoBarrier {
        private NoBarrier() {}

        @Advice.OnMethodExit
        static void change(@Advice.FieldValue(value = "barrier", readOnly = false) long barrier) {
            barrier = 0;
        }
    }

    /** Nothing is known. */
    public static final class SayMinusOne {
        private SayMinusOne() {}

        @Advice.OnMethodExit
        static void change(@Advice.Return(readOnly = false) long returned) {
            returned = -1;
        }
    }

    /** At most one of several. */
    public static final class OneAtMost {
        private OneAtMost() {}

        @Advice.OnMethodExit
        static void change(@Advice.Return(readOnly = false) int count) {
            count = Math.min(count, 1);
        }
    }

    /** There is none. */
    public static final class NoneLeft {
        private NoneLeft() {}

        @Advice.OnMethodExit
        static void change(@Advice.Return(readOnly = false) long count) {
            count = 0;
        }
    }

    /** The first record of a segment other than the first is held back. */
    public static final class FirstOfSegmentHeldBack {
        private FirstOfSegmentHeldBack() {}

        @Advice.OnMethodExit
        static void change(
                @Advice.FieldValue("cursor") LogCursor cursor,
                @Advice.Return(readOnly = false) @Nullable LogRecord record) {
            if (cursor.frame().offset() > 0
                    && cursor.frame().offset() == cursor.segment().firstOffset()) {
                record = null;
            }
        }
    }

    /** Time is what the clock shows, even if it goes back. */
    public static final class ClockAsItIs {
        private ClockAsItIs() {}

        @Advice.OnMethodExit
        static void change(@Advice.FieldValue("clock") Clock clock, @Advice.Return(readOnly = false) long micros) {
            micros = clock.millis() * 1_000;
        }
    }
}
