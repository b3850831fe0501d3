package dev.cairn.tools;

import dev.cairn.InvalidRequestException;
import dev.cairn.log.From;
import dev.cairn.run.RunMode;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/**
 * The forms of flags that are more than a word or a number.
 *
 * <p>Threading: stateless.
 */
final class Converters {
    private static final Pattern LENGTH_OF_TIME = Pattern.compile("([0-9]{1,9})(ms|s|m|h|d)");

    private Converters() {}

    /** A position in the log. */
    static final class Position implements ITypeConverter<From> {
        @Override
        public From convert(String text) {
            try {
                return From.parse(text, null);
            } catch (InvalidRequestException e) {
                throw new TypeConversionException(e.getMessage());
            }
        }
    }

    /** A time with its zone. */
    static final class Time implements ITypeConverter<Instant> {
        @Override
        public Instant convert(String text) {
            try {
                return OffsetDateTime.parse(text).toInstant();
            } catch (DateTimeException e) {
                throw new TypeConversionException("expected a time as 2026-01-31T12:00:00Z, was " + text);
            }
        }
    }

    /** A length of time: {@code 500ms}, {@code 15m}, {@code 24h}. */
    static final class Span implements ITypeConverter<Duration> {
        @Override
        public Duration convert(String text) {
            Matcher matched = LENGTH_OF_TIME.matcher(text);
            if (!matched.matches()) {
                throw new TypeConversionException("expected a length of time as 500ms, 15m or 24h, was " + text);
            }
            long number = Long.parseLong(matched.group(1));
            return switch (matched.group(2)) {
                case "ms" -> Duration.ofMillis(number);
                case "s" -> Duration.ofSeconds(number);
                case "m" -> Duration.ofMinutes(number);
                case "h" -> Duration.ofHours(number);
                default -> Duration.ofDays(number);
            };
        }
    }

    /** A file or a directory: no name at all would be the working directory, which nobody means. */
    static final class Name implements ITypeConverter<Path> {
        @Override
        public Path convert(String text) {
            if (text.isEmpty()) {
                throw new TypeConversionException("expected the name of a file or a directory, was an empty text");
            }
            try {
                return Path.of(text);
            } catch (InvalidPathException e) {
                throw new TypeConversionException("expected the name of a file or a directory, was " + text);
            }
        }
    }

    /** The identity of an installation. */
    static final class Installation implements ITypeConverter<UUID> {
        @Override
        public UUID convert(String text) {
            try {
                return UUID.fromString(text);
            } catch (IllegalArgumentException e) {
                throw new TypeConversionException("expected a UUID, was " + text);
            }
        }
    }

    /** A number of records, or {@code off} for no limit. */
    static final class Limit implements ITypeConverter<Long> {
        @Override
        public Long convert(String text) {
            if (text.equals("off")) {
                return Long.MAX_VALUE;
            }
            try {
                return Long.parseLong(text);
            } catch (NumberFormatException e) {
                throw new TypeConversionException("expected a number or off, was " + text);
            }
        }
    }

    /** {@code optimised} or {@code standard}. */
    static final class Mode implements ITypeConverter<RunMode> {
        @Override
        public RunMode convert(String text) {
            for (RunMode mode : RunMode.values()) {
                if (mode.name().equalsIgnoreCase(text)) {
                    return mode;
                }
            }
            throw new TypeConversionException("expected optimised or standard, was " + text);
        }
    }
}
