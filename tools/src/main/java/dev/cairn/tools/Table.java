package dev.cairn.tools;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Rows of text in aligned columns.
 *
 * <p>Threading: one thread.
 */
final class Table {
    private static final String GAP = "  ";

    private final List<String[]> rows = new ArrayList<>();

    /** @param headings of the columns; none for a table without a heading */
    Table(String... headings) {
        if (headings.length > 0) {
            rows.add(headings);
        }
    }

    Table row(Object... cells) {
        String[] row = new String[cells.length];
        for (int i = 0; i < cells.length; i++) {
            row[i] = String.valueOf(cells[i]);
        }
        rows.add(row);
        return this;
    }

    void print(Console console) {
        int columns = rows.stream().mapToInt(row -> row.length).max().orElse(0);
        int[] widths = IntStream.range(0, columns)
                .map(column -> rows.stream()
                        .filter(row -> column < row.length)
                        .mapToInt(row -> row[column].length())
                        .max()
                        .orElse(0))
                .toArray();
        for (String[] row : rows) {
            StringBuilder line = new StringBuilder();
            for (int i = 0; i < row.length; i++) {
                line.append(row[i]);
                if (i + 1 < row.length) {
                    line.append(" ".repeat(widths[i] - row[i].length())).append(GAP);
                }
            }
            console.line(Printable.of(line.toString().stripTrailing()));
        }
    }
}
