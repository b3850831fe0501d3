package dev.cairn;

/** Is told how far a long piece of work has come. */
@FunctionalInterface
public interface Progress {
    /** Listens to nothing. */
    Progress NONE = (phase, done, total) -> {};

    /**
     * @param phase what is being done: {@code scan}, {@code checkpoint}, {@code replay}, {@code projection}
     * @param done how much of it is done
     * @param total how much there is to do; −1 when unknown
     */
    void update(String phase, long done, long total);
}
