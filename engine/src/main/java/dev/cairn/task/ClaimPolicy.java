package dev.cairn.task;

import dev.cairn.InvalidRequestException;
import dev.cairn.internal.kind.Names;

/**
 * What a workflow says of claims.
 *
 * <p>Threading: immutable.
 *
 * @param status the status of a claimed task
 * @param failed the status of a task that no attempt can help any more
 * @param attemptsMax so many attempts, failed or expired, and the task fails; 1 to 1,000,000
 * @param failsOnExpiry whether a task whose lease expires fails at once; else it goes back to the status it came from
 */
public record ClaimPolicy(String status, String failed, int attemptsMax, boolean failsOnExpiry) {
    private static final int ATTEMPTS_LIMIT = 1_000_000;
    private static final ClaimPolicy STANDARD = new ClaimPolicy("running", "failed", 5, false);

    /** @throws InvalidRequestException with a JSON pointer, when something is out of its range */
    public ClaimPolicy {
        Names.check(status, Workflow.STATUS_BYTES_MAX, "/claim/status");
        Names.check(failed, Workflow.STATUS_BYTES_MAX, "/claim/failed");
        if (attemptsMax < 1 || attemptsMax > ATTEMPTS_LIMIT) {
            throw new InvalidRequestException(
                    "expected attempts from 1 to " + ATTEMPTS_LIMIT + ", was " + attemptsMax, "/claim/maxAttempts");
        }
    }

    /** {@code running}, {@code failed}, five attempts, and another one after an expiry. */
    public static ClaimPolicy standard() {
        return STANDARD;
    }
}
