package dev.cairn.tools;

import com.fasterxml.jackson.databind.JsonNode;

/** The server answered, and the answer is a refusal. */
final class RefusedByServerException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final int status;
    private final transient JsonNode problem;

    /** @param problem the body of the answer; missing members read as empty */
    RefusedByServerException(int status, JsonNode problem) {
        super(status + " "
                + problem.path("code").asText("answer")
                + ": "
                + problem.path("detail").asText(problem.path("title").asText("expected success")));
        this.status = status;
        this.problem = problem;
    }

    int status() {
        return status;
    }

    JsonNode problem() {
        return problem;
    }

    /** Whether the same request may succeed later. */
    boolean passing() {
        return status == 429 || status == 503;
    }
}
