package dev.cairn.consumer;

import dev.cairn.InvalidRequestException;
import dev.cairn.internal.codec.ByteSlab;
import dev.cairn.internal.kind.Command;
import dev.cairn.internal.kind.Names;
import dev.cairn.internal.kind.Rejection;
import dev.cairn.log.From;
import dev.cairn.log.LogFilter;
import java.util.HashSet;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The wishes about a consumer group. A position was looked up before: a wish carries the offset, what was asked for (by which a
 * repeat is recognised, when the same words mean another offset by then), and the refusal where there is no such offset.
 *
 * <p>Threading: immutable.
 */
sealed interface ConsumerCommand extends Command {
    /** Types are at most so many bytes of UTF-8. */
    int TYPE_BYTES_MAX = 255;

    /** The group is to begin, or to read other topics and types; if {@code asked}, from another position. */
    record Configure(
            String key,
            long offset,
            @Nullable String asked,
            @Nullable Rejection refusal,
            List<String> topics,
            List<String> types)
            implements ConsumerCommand {
        @Override
        public void fingerprint(ByteSlab into) {
            into.putByte('c');
            into.putText(asked == null ? "" : asked);
            putAll(topics, into);
            putAll(types, into);
        }
    }

    /** The group's position is to be {@code offset}. */
    record Move(
            String key, long offset, String asked, @Nullable Rejection refusal) implements ConsumerCommand {
        @Override
        public void fingerprint(ByteSlab into) {
            into.putByte('m');
            if (asked.isEmpty()) {
                into.putText(Long.toString(offset));
            } else {
                into.putText(asked);
            }
        }
    }

    /** The group is to end. */
    record Delete(String key) implements ConsumerCommand {
        @Override
        public void fingerprint(ByteSlab into) {
            into.putByte('d');
        }
    }

    private static void putAll(List<String> names, ByteSlab into) {
        into.putShort(names.size());
        names.forEach(into::putText);
    }

    /** The position as it was asked for: a text that is another for another wish. */
    static String asked(From position) {
        if (position instanceof From.Offset offset) {
            return Long.toString(offset.offset());
        } else if (position instanceof From.Last last) {
            return "-" + last.count();
        } else if (position instanceof From.Time time) {
            return time.time().toString();
        } else if (position instanceof From.Age age) {
            return age.age().toString();
        }
        return position instanceof From.Beginning ? "beginning" : "end";
    }

    /**
     * Checks the name of a group.
     *
     * @param where pointer or parameter name, for the error
     * @throws InvalidRequestException if it is none
     */
    static String checkGroup(String group, String where) {
        return Names.checkId(group, where);
    }

    /** Checks the topics of a filter. */
    static List<String> checkTopics(List<String> topics, String where) {
        if (topics.contains(ConsumerKind.NAME)) {
            throw new InvalidRequestException(
                    "expected topics other than " + ConsumerKind.NAME + ", whose records no group is given", where);
        }
        return checkNames(topics, Names.BYTES_MAX, where);
    }

    /** Checks the types of a filter. */
    static List<String> checkTypes(List<String> types, String where) {
        return checkNames(types, TYPE_BYTES_MAX, where);
    }

    private static List<String> checkNames(List<String> names, int bytesMax, String where) {
        if (names.size() > LogFilter.NAMES_MAX) {
            throw new InvalidRequestException(
                    "expected at most " + LogFilter.NAMES_MAX + " names, was " + names.size(), where);
        }
        names.forEach(name -> Names.check(name, bytesMax, where));
        if (new HashSet<>(names).size() < names.size()) {
            throw new InvalidRequestException("expected each name once, was " + names, where);
        }
        return names;
    }
}
