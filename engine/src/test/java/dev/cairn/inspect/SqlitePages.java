package dev.cairn.inspect;

import java.nio.ByteBuffer;
import java.util.BitSet;
import java.util.HashSet;
import java.util.Set;

/**
 * Which bytes of a SQLite file hold something: the cells of its B-trees, their overflow pages, and what points at them. All others
 * are unused. Made from the description of the format at <a href="https://www.sqlite.org/fileformat2.html">sqlite.org</a>, for pages of
 * which nothing is reserved.
 */
final class SqlitePages {
    static final int HEADER_BYTES = 100;

    private static final int INTERIOR_INDEX = 2;
    private static final int INTERIOR_TABLE = 5;
    private static final int LEAF_TABLE = 13;

    private final ByteBuffer bytes;
    private final int pageBytes;
    private final BitSet used = new BitSet();
    private final BitSet cells = new BitSet();
    private final Set<Integer> seen = new HashSet<>();

    SqlitePages(byte[] file) {
        bytes = ByteBuffer.wrap(file);
        pageBytes = bytes.getShort(16) & 0xFFFF;
    }

    /** Positions that the trees with these roots use. */
    BitSet used(Iterable<Integer> roots) {
        roots.forEach(this::tree);
        return used;
    }

    /** Positions of cells among those. */
    BitSet cells() {
        return cells;
    }

    /** Where the page begins that {@code position} is in. */
    int pageOf(int position) {
        return position / pageBytes * pageBytes;
    }

    /** Behind that page. */
    int behindPageOf(int position) {
        return pageOf(position) + pageBytes;
    }

    private void tree(int page) {
        if (!seen.add(page)) {
            return;
        }
        int base = base(page);
        int header = base + (page == 1 ? HEADER_BYTES : 0);
        int type = bytes.get(header);
        boolean interior = type == INTERIOR_INDEX || type == INTERIOR_TABLE;
        int headerBytes = interior ? 12 : 8;
        int cells = bytes.getShort(header + 3) & 0xFFFF;
        if (cells > 0) { // an empty page is that whatever else it says
            used.set(header, header + headerBytes + 2 * cells);
        }
        for (int i = 0; i < cells; i++) {
            cell(type, base + (bytes.getShort(header + headerBytes + 2 * i) & 0xFFFF));
        }
        if (interior) {
            tree(bytes.getInt(header + 8));
        }
    }

    private void cell(int type, int at) {
        int next = at;
        if (type == INTERIOR_INDEX || type == INTERIOR_TABLE) {
            tree(bytes.getInt(at));
            next += Integer.BYTES;
        }
        int payload = 0;
        if (type != INTERIOR_TABLE) {
            payload = number(next);
            next = behindNumber(next);
        }
        if (type == INTERIOR_TABLE || type == LEAF_TABLE) {
            next = behindNumber(next); // the row id
        }
        int local = local(type, payload);
        next += local;
        if (local < payload) {
            overflow(bytes.getInt(next), payload - local);
            next += Integer.BYTES;
        }
        used.set(at, next);
        cells.set(at, next);
    }

    /** How much of a payload is in its cell. */
    private int local(int type, int payload) {
        int most = type == LEAF_TABLE ? pageBytes - 35 : (pageBytes - 12) * 64 / 255 - 23;
        if (payload <= most) {
            return payload;
        }
        int least = (pageBytes - 12) * 32 / 255 - 23;
        int fitting = least + (payload - least) % (pageBytes - Integer.BYTES);
        return fitting <= most ? fitting : least;
    }

    private void overflow(int page, int left) {
        int here = Math.min(left, pageBytes - Integer.BYTES);
        int base = base(page);
        used.set(base, base + Integer.BYTES + here);
        if (here < left) {
            overflow(bytes.getInt(base), left - here);
        }
    }

    private int base(int page) {
        return (page - 1) * pageBytes;
    }

    /** Lengths and row ids of tests are short. */
    private int number(int at) {
        int value = 0;
        for (int i = at; ; i++) {
            value = value << 7 | bytes.get(i) & 0x7F;
            if (bytes.get(i) >= 0) {
                return value;
            }
        }
    }

    private int behindNumber(int at) {
        int next = at;
        while (bytes.get(next) < 0) {
            next++;
        }
        return next + 1;
    }
}
