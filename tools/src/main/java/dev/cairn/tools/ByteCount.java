package dev.cairn.tools;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/**
 * A number of bytes as people write it: {@code 4096}, {@code 4KiB}, {@code 64MiB}, {@code 1GiB}.
 *
 * <p>Threading: immutable.
 */
record ByteCount(long bytes) {
    private static final Pattern FORM = Pattern.compile("([0-9]{1,12})(B|KiB|MiB|GiB)?");

    int toInt() {
        if (bytes > Integer.MAX_VALUE) {
            throw new IllegalArgumentException("expected at most " + Integer.MAX_VALUE + " bytes, was " + bytes);
        }
        return (int) bytes;
    }

    /** For a person: {@code 64.0 MiB}. */
    static String describe(long bytes) {
        if (bytes < 1 << 10) {
            return bytes + " B";
        }
        String[] units = {"KiB", "MiB", "GiB", "TiB"};
        double number = bytes / 1024.0;
        int unit = 0;
        while (number >= 1024 && unit < units.length - 1) {
            number /= 1024;
            unit++;
        }
        return String.format("%.1f %s", number, units[unit]);
    }

    /** Reads the form above. */
    static final class Converter implements ITypeConverter<ByteCount> {
        @Override
        public ByteCount convert(String text) {
            Matcher matched = FORM.matcher(text);
            if (!matched.matches()) {
                throw new TypeConversionException("expected a number of bytes as 4096, 4KiB or 64MiB, was " + text);
            }
            String unit = matched.group(2) == null ? "B" : matched.group(2);
            int shift = switch (unit) {
                case "KiB" -> 10;
                case "MiB" -> 20;
                case "GiB" -> 30;
                default -> 0;
            };
            return new ByteCount(Math.multiplyExact(Long.parseLong(matched.group(1)), 1L << shift));
        }
    }
}
