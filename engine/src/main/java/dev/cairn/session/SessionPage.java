package dev.cairn.session;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Some sessions, and where to go on.
 *
 * @param sessions in the order of the query
 * @param next cursor of the next page, null at the end
 * @param projectionOffset the last record that the answer includes
 */
public record SessionPage(List<Session> sessions, @Nullable String next, long projectionOffset) {
    public SessionPage {
        sessions = List.copyOf(sessions);
    }
}
