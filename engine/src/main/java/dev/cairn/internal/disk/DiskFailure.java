package dev.cairn.internal.disk;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What people are told of a failure of the disk: the file and what the system says of it, in words.
 *
 * <p>Threading: stateless.
 */
public final class DiskFailure {
    /** What the JDK calls a user of whom the system knows the number only. */
    private static final String UNKNOWN = "?";

    private DiskFailure() {}

    /** The failure in words; the name of a class only where there is nothing else to say. */
    public static String describe(Throwable failure) {
        return describe(failure, System.getProperty("user.name"));
    }

    /** {@link #describe} without the name of {@code file}, for a sentence that has it already. */
    public static String reason(Path file, Throwable failure) {
        String told = describe(failure);
        String name = file + ": ";
        return told.startsWith(name) ? told.substring(name.length()) : told;
    }

    /** @param user as whom this process runs */
    static String describe(Throwable failure, String user) {
        Throwable told = failure instanceof UncheckedIOException unchecked ? cause(unchecked, user) : failure;
        if (told instanceof FileSystemException file && file.getFile() != null && file.getReason() == null) {
            return file.getFile() + ": " + inWords(file, user);
        }
        String message = told.getMessage();
        return message == null || !(told instanceof IOException) ? told.toString() : message;
    }

    private static IOException cause(UncheckedIOException unchecked, String user) {
        IOException cause = Objects.requireNonNull(unchecked.getCause());
        String said = unchecked.getMessage();
        // What was said on the way up is kept, unless it is the cause itself in Java's words.
        return said == null || said.equals(String.valueOf(cause))
                ? cause
                : new IOException(said + ": " + describe(cause, user));
    }

    private static String inWords(FileSystemException failure, String user) {
        if (failure instanceof AccessDeniedException) {
            return denied(Path.of(failure.getFile()), user);
        } else if (failure instanceof NoSuchFileException) {
            return "No such file or directory";
        } else if (failure instanceof NotDirectoryException) {
            return "Not a directory";
        } else if (failure instanceof FileAlreadyExistsException) {
            return "File exists";
        }
        return failure.getClass().getSimpleName();
    }

    private static String denied(Path file, String user) {
        String denied = "Permission denied" + (user.equals(UNKNOWN) ? "" : " to user " + user);
        PosixFileAttributes own = attributes(file);
        if (own != null && !isOpenTo(user, own)) {
            String owner = own.owner().getName();
            boolean another = !user.equals(UNKNOWN) && !user.equals(owner);
            return denied + ": it belongs to " + facts(own) + (another ? "; run as user " + owner : "");
        }
        // Where the file itself denies nothing, or cannot be asked, it is a directory above that is closed.
        for (Path at = file.toAbsolutePath().getParent(); at != null; at = at.getParent()) {
            PosixFileAttributes above = attributes(at);
            if (above != null) {
                return denied + ": the directory " + at + " belongs to " + facts(above);
            }
        }
        return denied;
    }

    /** Whoever may not read a file may ask whose it is, unless it is in a directory that is closed to them too. */
    private static @Nullable PosixFileAttributes attributes(Path file) {
        try {
            return Files.readAttributes(file, PosixFileAttributes.class);
        } catch (IOException | UnsupportedOperationException e) {
            return null;
        }
    }

    private static boolean isOpenTo(String user, PosixFileAttributes attributes) {
        return attributes.owner().getName().equals(user)
                && attributes
                        .permissions()
                        .containsAll(Set.of(PosixFilePermission.OWNER_READ, PosixFilePermission.OWNER_WRITE));
    }

    private static String facts(PosixFileAttributes attributes) {
        return attributes.owner().getName() + ", with the rights "
                + PosixFilePermissions.toString(attributes.permissions());
    }

    /** Why nothing can be written to {@code directory}, which can be read: {@code null} when it can. */
    public static @Nullable String unwritable(Path directory) {
        if (Files.isWritable(directory)) {
            return null;
        }
        // A mount may be read-only where the file system behind it is not: only a try tells the one from the other.
        Path probe = directory.resolve(".probe");
        try {
            FileChannel.open(
                            probe,
                            StandardOpenOption.CREATE_NEW,
                            StandardOpenOption.WRITE,
                            StandardOpenOption.DELETE_ON_CLOSE)
                    .close();
            return null;
        } catch (AccessDeniedException e) {
            return "one without permission";
        } catch (IOException e) {
            return "one on a read-only file system";
        }
    }

    /** Whether {@code failure} says that there is no room. */
    public static boolean isFull(Exception failure) {
        return failure instanceof IOException io && Disk.isFull(io)
                || failure instanceof UncheckedIOException unchecked
                        && Disk.isFull(Objects.requireNonNull(unchecked.getCause()));
    }
}
