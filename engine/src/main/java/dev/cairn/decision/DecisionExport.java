package dev.cairn.decision;

import java.io.IOException;
import java.util.List;
import java.util.function.Function;

/**
 * A list of decisions on its way into a Markdown document, page by page: what was made when the first page was read is in it,
 * what is made meanwhile is not.
 *
 * <p>Threading: one thread.
 */
public final class DecisionExport {
    private final Function<DecisionQuery, DecisionPage> decisions;
    private final DecisionQuery query;
    private final DecisionPage first;

    private DecisionExport(Function<DecisionQuery, DecisionPage> decisions, DecisionQuery query, DecisionPage first) {
        this.decisions = decisions;
        this.query = query;
        this.first = first;
    }

    /**
     * Reads the first page, so that what can be refused is refused now.
     *
     * @param decisions answers pages, as {@link Decisions#list}
     * @param query which decisions; its cursor and limit are those of the first page
     */
    public static DecisionExport of(Function<DecisionQuery, DecisionPage> decisions, DecisionQuery query) {
        return new DecisionExport(decisions, query, decisions.apply(query));
    }

    /**
     * Writes the document.
     *
     * @param max decisions at most
     */
    public void writeTo(Appendable out, long max) throws IOException {
        DecisionsMarkdown.writePreamble(out);
        long end = Math.min(query.before(), first.projectionOffset() + 1);
        DecisionPage page = first;
        long left = max;
        while (true) {
            List<Decision> held = page.decisions();
            for (int i = 0; i < held.size() && left > 0; i++, left--) {
                DecisionsMarkdown.write(held.get(i), out);
            }
            if (page.next() == null || left <= 0 || held.isEmpty()) {
                return;
            }
            long last = held.get(held.size() - 1).offset();
            // By offset and not by cursor, which belongs to one end of the list.
            DecisionQuery next = query.newestFirst() ? query.between(query.after(), last) : query.between(last, end);
            page = decisions.apply(next.page(query.limit(), null));
        }
    }
}
