package dev.cairn.session;

/**
 * The arithmetic of the links by which a session's messages are found: each message knows one far before it, and from the newest
 * any other is a few dozen hops away, however many there are.
 *
 * <p>The first {@code n} messages are seen as a row of trees, each of 2^k − 1 messages, whose root is its newest message: the
 * digits of {@code n} in skew-binary (E. W. Myers, An applicative random-access stack, 1983). A message that follows two trees
 * of one size becomes the root of both, else a tree of its own. Its link leads over its tree, to the root of the next. So the
 * links of {@code n} messages follow from {@code n} and the roots' offsets alone, and a new message needs none but those.
 *
 * <pre>
 *  messages   1   2   3   4   5   6   7   8
 *  tree of    1   1   3   1   1   3   7   1
 *  leads to   –   1   –   3   4   3   –   7
 * </pre>
 *
 * <p>Threading: stateless.
 */
final class SkipLinks {
    private SkipLinks() {}

    /** The number of trees of {@code n} messages: at most 64. */
    static int roots(long n) {
        int roots = 0;
        for (long rest = n; rest > 0; rest -= largest(rest)) {
            roots++;
        }
        return roots;
    }

    /** The number of messages, itself included, over which message {@code n} leads; {@code n} from 1. */
    static long span(long n) {
        long rest = n;
        while (true) {
            long size = largest(rest);
            if (size == rest) {
                return size;
            }
            rest -= size;
        }
    }

    /** The largest tree of at most {@code n} messages. */
    private static long largest(long n) {
        return Long.highestOneBit(n + 1) - 1;
    }
}
