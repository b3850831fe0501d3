package dev.cairn.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cairn.server.Abuse.Manner;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * How often each abuse was tried, and what came of it.
 *
 * <p>Threading: any thread.
 */
final class AbuseTally {
    private static final int EXCERPT_CHARS = 300;

    private final Map<Abuse, Ends> ends = new EnumMap<>(Abuse.class);

    /** What became of one kind. */
    private static final class Ends {
        private final Map<Integer, Integer> answered = new TreeMap<>();
        private int tried;
        private int closed;
        private int left;

        private int answered() {
            return answered.values().stream().mapToInt(Integer::intValue).sum();
        }

        @Override
        public String toString() {
            return "tried " + tried + ", answered " + answered() + " " + answered + ", closed " + closed + ", left "
                    + left;
        }
    }

    AbuseTally() {
        for (Abuse abuse : Abuse.values()) {
            ends.put(abuse, new Ends());
        }
    }

    synchronized void left(Abuse abuse) {
        Ends end = ends.get(abuse);
        end.tried++;
        end.left++;
    }

    /**
     * Takes in what a client was told; of several answers on one connection the first counts, and all are judged.
     *
     * @throws AssertionError when it is not what such a client is to be told
     */
    void told(Abuse abuse, List<RawAnswer> answers) {
        answers.forEach(answer -> judge(abuse, answer));
        boolean answered = !answers.isEmpty() && answers.get(0).whole();
        if (!answered && abuse.manner() == Manner.ANSWERED) {
            throw new AssertionError("expected an answer, was " + answers);
        }
        synchronized (this) {
            Ends end = ends.get(abuse);
            end.tried++;
            if (answered) {
                end.answered.merge(answers.get(0).status(), 1, Integer::sum);
            } else {
                end.closed++;
            }
        }
    }

    private static void judge(Abuse abuse, RawAnswer answer) {
        // A second answer is to what the server took for the next request: the rest of the first.
        boolean expected = abuse.statuses().contains(answer.status());
        if (!expected || answer.whole() && !answer.isProblem()) {
            throw new AssertionError("expected a problem of " + abuse.statuses() + ", was " + answer.status() + " "
                    + answer.header("content-type") + ": " + Excerpt.of(answer.body(), EXCERPT_CHARS));
        }
    }

    /** Expects each kind to have been tried so often at least, and to have ended in its own manner. */
    synchronized void assertAllTried(long atLeast) {
        ends.forEach((abuse, end) -> {
            assertThat(end.tried).as("%s tried", abuse).isGreaterThanOrEqualTo((int) atLeast);
            switch (abuse.manner()) {
                case ANSWERED ->
                    assertThat(end.answered()).as("%s: %s", abuse, end).isEqualTo(end.tried);
                case MAY_BE_CLOSED -> {
                    assertThat(end.answered() + end.closed)
                            .as("%s: %s", abuse, end)
                            .isEqualTo(end.tried);
                    assertThat(end.answered()).as("%s: %s", abuse, end).isPositive();
                }
                case CLOSED -> assertThat(end.closed).as("%s: %s", abuse, end).isEqualTo(end.tried);
                case LEAVES -> assertThat(end.left).as("%s: %s", abuse, end).isEqualTo(end.tried);
            }
        });
    }

    synchronized int tried() {
        return ends.values().stream().mapToInt(end -> end.tried).sum();
    }

    @Override
    public synchronized String toString() {
        StringBuilder text = new StringBuilder();
        ends.forEach((abuse, end) -> text.append(String.format("  %-18s %s%n", abuse, end)));
        return text.toString();
    }
}
