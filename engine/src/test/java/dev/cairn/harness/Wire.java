package dev.cairn.harness;

import java.io.BufferedOutputStream;
import java.io.DataOutputStream;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;

/**
 * A child's end of the pipe to its parent. A child whose parent is gone ends.
 *
 * <p>Threading: any thread; a message is written whole.
 */
final class Wire implements Teller {
    private final DataOutputStream out;

    private Wire(DataOutputStream out) {
        this.out = out;
    }

    /** Takes standard output for itself; whoever prints there prints to standard error from now on. */
    static Wire ofStandardOutput() {
        FileOutputStream pipe = new FileOutputStream(FileDescriptor.out);
        System.setOut(System.err);
        return new Wire(new DataOutputStream(new BufferedOutputStream(pipe, 32 << 10)));
    }

    @Override
    public synchronized void tell(Told message) {
        try {
            message.write(out);
            if (message instanceof Told.Failed) {
                out.flush();
            }
        } catch (IOException e) {
            Runtime.getRuntime().halt(2);
        }
    }

    @Override
    public synchronized void flush() {
        try {
            out.flush();
        } catch (IOException e) {
            Runtime.getRuntime().halt(2);
        }
    }

    synchronized void at(Told.Place place) {
        tell(new Told.At(place));
        flush();
    }
}
