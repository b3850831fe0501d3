package dev.cairn.session;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Some messages, and where to go on.
 *
 * @param messages in the order of the query
 * @param next cursor of the next page, null at the end
 */
public record MessagePage(List<Message> messages, @Nullable String next) {
    public MessagePage {
        messages = List.copyOf(messages);
    }
}
