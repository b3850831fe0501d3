package dev.cairn.decision;

import dev.cairn.CairnException;
import java.util.List;

/** A Markdown document of decisions is not well formed; nothing of it was written. Mend the lines that it names. */
public final class BrokenDecisionsException extends CairnException {
    private static final long serialVersionUID = 1L;

    private final transient List<DecisionFlaw> flaws;

    /** @param flaws at least one, in the order of the lines */
    public BrokenDecisionsException(List<DecisionFlaw> flaws) {
        super("invalid_request", flaws.get(0) + (flaws.size() == 1 ? "" : " (and " + (flaws.size() - 1) + " more)"));
        this.flaws = List.copyOf(flaws);
    }

    /** Everything that was found, in the order of the lines; of a document with very many flaws, the first hundred. */
    public List<DecisionFlaw> flaws() {
        return flaws;
    }
}
