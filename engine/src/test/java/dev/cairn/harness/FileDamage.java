package dev.cairn.harness;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Random;

/**
 * The ways in which a file is damaged whole: by disks, by people, by backups put back in part.
 *
 * <p>Threading: stateless.
 */
public enum FileDamage {
    /** One bit is another. */
    FLIPPED {
        @Override
        public boolean apply(Path file, Sources sources, Random random) throws IOException {
            try (RandomAccessFile bytes = new RandomAccessFile(file.toFile(), "rw")) {
                long at = (long) (random.nextDouble() * used(file));
                bytes.seek(at);
                int was = bytes.read();
                bytes.seek(at);
                bytes.write(was ^ 1 << random.nextInt(8));
            }
            return true;
        }
    },
    /** It ends too early. */
    TRUNCATED {
        @Override
        public boolean apply(Path file, Sources sources, Random random) throws IOException {
            try (RandomAccessFile bytes = new RandomAccessFile(file.toFile(), "rw")) {
                bytes.setLength((long) (random.nextDouble() * used(file)));
            }
            return true;
        }
    },
    /** A page of it is zeros. */
    PAGE_ZEROED {
        @Override
        public boolean apply(Path file, Sources sources, Random random) throws IOException {
            return zero(file, 4_096, random);
        }
    },
    /** A sector of it is zeros. */
    SECTOR_ZEROED {
        @Override
        public boolean apply(Path file, Sources sources, Random random) throws IOException {
            return zero(file, 512, random);
        }
    },
    /** A page of it is from elsewhere. */
    PAGE_MISDIRECTED {
        @Override
        public boolean apply(Path file, Sources sources, Random random) throws IOException {
            try (RandomAccessFile bytes = new RandomAccessFile(file.toFile(), "rw")) {
                byte[] page = new byte[(int) Math.min(4_096, bytes.length())];
                bytes.seek((long) (random.nextDouble() * used(file)) / 4_096 * 4_096);
                bytes.read(page);
                bytes.seek((long) (random.nextDouble() * used(file)) / 4_096 * 4_096);
                bytes.write(page);
            }
            return true;
        }
    },
    /** It is not there. */
    MISSING {
        @Override
        public boolean apply(Path file, Sources sources, Random random) throws IOException {
            Files.delete(file);
            return true;
        }
    },
    /** There is nothing in it. */
    EMPTY {
        @Override
        public boolean apply(Path file, Sources sources, Random random) throws IOException {
            Files.write(file, new byte[0]);
            return true;
        }
    },
    /** There is something else in it. */
    OVERWRITTEN {
        @Override
        public boolean apply(Path file, Sources sources, Random random) throws IOException {
            byte[] other = new byte[1 + random.nextInt(10_000)];
            random.nextBytes(other);
            Files.write(file, other);
            return true;
        }
    },
    /** A directory has its name. */
    DIRECTORY {
        @Override
        public boolean apply(Path file, Sources sources, Random random) throws IOException {
            Files.delete(file);
            Files.createDirectory(file);
            return true;
        }
    },
    /** It is as it was some time before. */
    STALE {
        @Override
        public boolean apply(Path file, Sources sources, Random random) throws IOException {
            return replace(file, sources.older());
        }
    },
    /** Another of its kind, from another epoch or of another number, has its name. */
    SWAPPED {
        @Override
        public boolean apply(Path file, Sources sources, Random random) throws IOException {
            return replace(file, sources.sibling());
        }
    },
    /** The file of another installation has its name. */
    FOREIGN {
        @Override
        public boolean apply(Path file, Sources sources, Random random) throws IOException {
            return replace(file, sources.foreign());
        }
    };

    /**
     * Files that may be taken for the damaged one; each may be missing.
     *
     * @param older the same, earlier
     * @param sibling another of its kind in the same directory
     * @param foreign the same of another installation
     */
    public record Sources(Path older, Path sibling, Path foreign) {}

    /** Damages {@code file}; false when it cannot be damaged in this way, and is as it was. */
    public abstract boolean apply(Path file, Sources sources, Random random) throws IOException;

    private static boolean zero(Path file, int unit, Random random) throws IOException {
        try (RandomAccessFile bytes = new RandomAccessFile(file.toFile(), "rw")) {
            long at = (long) (random.nextDouble() * used(file)) / unit * unit;
            bytes.seek(at);
            bytes.write(new byte[(int) Math.min(unit, bytes.length() - at)]);
        }
        return true;
    }

    private static boolean replace(Path file, Path other) throws IOException {
        if (!Files.isRegularFile(other) || Files.mismatch(file, other) < 0) {
            return false;
        }
        Files.copy(other, file, StandardCopyOption.REPLACE_EXISTING);
        return true;
    }

    /** Bytes up to the last that is not zero, at least 1. */
    private static long used(Path file) throws IOException {
        byte[] bytes = Files.readAllBytes(file);
        int used = bytes.length;
        while (used > 1 && bytes[used - 1] == 0) {
            used--;
        }
        return used;
    }
}
