package dev.cairn.run;

import dev.cairn.internal.kind.Kind;
import dev.cairn.internal.kind.KindHost;
import dev.cairn.internal.kind.KindModule;
import dev.cairn.internal.kind.TaskLinks;
import java.util.List;

/**
 * Runs and their snapshots, as the registry sees them. Not for embedding programs.
 *
 * <p>Threading: any thread.
 */
public final class RunModule implements KindModule<Runs> {
    /** Of the heap, at most this part for states that the next deltas are made against. */
    private static final int CACHE_HEAP_PART = 16;

    private static final long CACHE_BYTES_MAX = 64L << 20;
    private static final int DOCUMENT_BYTES_DEFAULT = 17 << 20;

    private final RunSnapshotKind snapshots = new RunSnapshotKind();
    private final RunKind run;
    private final int jsonBytesMax;

    /**
     * @param jsonBytesMax the largest metadata of a snapshot, in bytes
     * @param links where it says to which tasks runs belong
     */
    public RunModule(int jsonBytesMax, TaskLinks links) {
        run = new RunKind(snapshots, links);
        this.jsonBytesMax = jsonBytesMax;
    }

    @Override
    public List<Kind> kinds() {
        return List.of(run, snapshots);
    }

    @Override
    public Runs client(KindHost host) {
        return client(host, RunMode.OPTIMISED, DOCUMENT_BYTES_DEFAULT);
    }

    /** @param documentBytesMax the largest document of the log, in bytes */
    public Runs client(KindHost host, RunMode mode, int documentBytesMax) {
        long cacheBytes = Math.min(CACHE_BYTES_MAX, Runtime.getRuntime().maxMemory() / CACHE_HEAP_PART);
        SnapshotReader reader = new SnapshotReader(host, run, snapshots, new StateCache(cacheBytes));
        return new RunsClient(host, run, reader, mode, jsonBytesMax, documentBytesMax);
    }
}
