package dev.cairn.session;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import org.jspecify.annotations.Nullable;

/**
 * Pages of one session's messages, in either direction. A page oldest first is found by its last message and walked back as
 * well, so no page costs more than itself and a few dozen hops. What is in memory is one page.
 *
 * <p>Threading: one thread at a time.
 */
final class MessagePages {
    private final MessageChain chain;
    private final MessageCursor cursor;
    private final boolean newestFirst;
    private final int limit;
    private final MessageLimit through;
    /** What is too old: that is within, null for nothing. */
    private @Nullable MessageLimit tooOld;

    private MessageLimit within;
    /** Whether messages of the question follow the page that was made last. */
    private boolean hasMore;

    /** @param through nothing behind it is seen */
    MessagePages(MessageChain chain, MessageQuery query, MessageLimit through) {
        this.chain = chain;
        this.cursor = new MessageCursor(chain.session(), query);
        this.newestFirst = query.newestFirst();
        this.limit = query.limit();
        this.through = through.and(MessageLimit.before(query.before()));
        this.within = this.through;
        MessageQuery.Bound after = query.after();
        this.tooOld = after == null ? null : MessageLimit.through(after);
        if (query.cursor() != null) {
            goOnBehind(cursor.lastOffset(query.cursor()));
        }
    }

    /** The next page starts behind the message at {@code lastOffset}. */
    private void goOnBehind(long lastOffset) {
        if (newestFirst) {
            within = through.and(MessageLimit.through(lastOffset - 1));
        } else {
            // What a time excludes lies before the cursor that came of it, unless the caller changed the question.
            MessageLimit passed = MessageLimit.through(lastOffset);
            tooOld = tooOld == null || isBefore(tooOld, lastOffset) ? passed : tooOld;
        }
    }

    private static boolean isBefore(MessageLimit old, long lastOffset) {
        return old.at() != Long.MAX_VALUE || old.offset() <= lastOffset;
    }

    MessagePage next() {
        List<Message> messages = newestFirst ? newestFirst() : oldestFirst();
        boolean more = !messages.isEmpty() && hasMore;
        if (!more) {
            return new MessagePage(messages, null);
        }
        long last = messages.get(messages.size() - 1).offset();
        goOnBehind(last);
        return new MessagePage(messages, cursor.behind(last));
    }

    private List<Message> newestFirst() {
        List<Message> page = new ArrayList<>();
        long bytes = 0;
        hasMore = chain.newestWithin(within) && !isTooOld();
        while (hasMore && page.size() < limit) {
            bytes += chain.bytes();
            if (!page.isEmpty() && bytes > MessageQuery.PAGE_BYTES_MAX) {
                break;
            }
            page.add(chain.message());
            hasMore = chain.previous() && !isTooOld();
        }
        return page;
    }

    private boolean isTooOld() {
        return tooOld != null && chain.isWithin(tooOld);
    }

    private List<Message> oldestFirst() {
        List<Message> page = new ArrayList<>();
        hasMore = false;
        if (!chain.newestWithin(within)) {
            return page;
        }
        long newest = chain.offset();
        boolean found = tooOld == null ? chain.oldest() : chain.oldestBeyond(tooOld);
        if (!found || !chain.isWithin(within)) {
            return page;
        }
        long oldest = chain.offset();
        long before = chain.bytesThrough() - chain.bytes();
        MessageLimit end = within.and(new MessageLimit(
                Long.MAX_VALUE, Long.MAX_VALUE, chain.number() + limit - 1, before + MessageQuery.PAGE_BYTES_MAX));
        // The first one is on the page however large it is.
        boolean several = chain.isWithin(end) && chain.newestWithin(end);
        hasMore = chain.offset() < newest;
        page.add(chain.message());
        while (several && chain.offset() > oldest && chain.previous()) {
            page.add(chain.message());
        }
        Collections.reverse(page);
        return page;
    }

    /** Every message, page after page. */
    Iterator<Message> iterator() {
        return new Iterator<>() {
            private Iterator<Message> page = Collections.emptyIterator();
            private boolean ended;

            @Override
            public boolean hasNext() {
                while (!page.hasNext() && !ended) {
                    MessagePage read = MessagePages.this.next();
                    page = read.messages().iterator();
                    ended = read.next() == null;
                }
                return page.hasNext();
            }

            @Override
            public Message next() {
                if (!hasNext()) {
                    throw new NoSuchElementException("expected another message, was the end of the session");
                }
                return page.next();
            }
        };
    }
}
