package dev.cairn.server;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import dev.cairn.BatchRefusedException;
import dev.cairn.CairnException;
import dev.cairn.ConflictException;
import dev.cairn.DamagedLogException;
import dev.cairn.Fence;
import dev.cairn.ForbiddenException;
import dev.cairn.GoneException;
import dev.cairn.HeldException;
import dev.cairn.InvalidRequestException;
import dev.cairn.InvalidTransitionException;
import dev.cairn.NotFoundException;
import dev.cairn.NotReadyException;
import dev.cairn.OperationMismatchException;
import dev.cairn.OutOfSpaceException;
import dev.cairn.OutcomeUnknownException;
import dev.cairn.OverloadedException;
import dev.cairn.StaleTokenException;
import dev.cairn.TooLargeException;
import dev.cairn.decision.BrokenDecisionsException;
import dev.cairn.decision.DecisionFlaw;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeoutException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.eclipse.jetty.http.HttpException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one error table: what each failure looks like over HTTP.
 *
 * <p>Threading: stateless.
 */
final class Problems {
    private static final Logger LOG = LoggerFactory.getLogger(Problems.class);

    private static final int MESSAGE_CHARS_MAX = 200;
    private static final Pattern NUMBERED = Pattern.compile("(?:version|revision) (-?[0-9]{1,18})");
    private static final Pattern PARSER_SOURCE = Pattern.compile("\\[Source: [^;]*; |\\](?=\\))");

    private Problems() {}

    /** The problem that says what {@code failure} says. An unforeseen failure is logged and told without its innards. */
    static Problem of(Throwable failure) {
        Throwable cause =
                failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
        if (cause instanceof ProblemException problem) {
            return problem.problem();
        }
        if (cause instanceof CairnException refusal) {
            return ofRefusal(refusal);
        }
        if (cause instanceof JsonProcessingException malformed) {
            return ofMalformedJson(malformed);
        }
        if (cause instanceof IOException unreadable) {
            return ofUnreadableBody(unreadable);
        }
        LOG.error("request failed", cause);
        return Problem.of(Problem.Code.INTERNAL_ERROR, "the request failed unexpectedly; the server's log says why");
    }

    /** Like {@link #of}, for a write whose expectation came in {@code If-Match}. */
    static Problem ofConditional(Throwable failure) {
        if (failure instanceof ConflictException conflict) {
            return preconditionFailed(conflict.getMessage(), conflict.revision());
        }
        if (failure instanceof NotFoundException missing) {
            return preconditionFailed(missing.getMessage(), -1);
        }
        return of(failure);
    }

    static Problem preconditionFailed(@Nullable String detail, long revision) {
        return Problem.of(Problem.Code.PRECONDITION_FAILED, String.valueOf(detail))
                .with("revision", revision);
    }

    static ProblemException notFound(String what) {
        return new ProblemException(Problem.of(Problem.Code.NOT_FOUND, what));
    }

    private static Problem ofRefusal(CairnException refusal) {
        String detail = String.valueOf(refusal.getMessage());
        if (refusal instanceof BatchRefusedException batch) {
            return ofRefusal(batch.refusal()).with("index", batch.index());
        } else if (refusal instanceof InvalidRequestException invalid) {
            return invalid(invalid, detail);
        } else if (refusal instanceof BrokenDecisionsException broken) {
            return broken(broken, detail);
        } else if (refusal instanceof NotFoundException) {
            return Problem.of(Problem.Code.NOT_FOUND, detail);
        } else if (refusal instanceof ForbiddenException) {
            return Problem.of(Problem.Code.FORBIDDEN, detail);
        } else if (refusal instanceof TooLargeException) {
            return Problem.of(Problem.Code.TOO_LARGE, detail);
        } else if (refusal instanceof OperationMismatchException) {
            return Problem.of(Problem.Code.OPERATION_MISMATCH, detail);
        } else if (refusal instanceof OutOfSpaceException) {
            return Problem.of(Problem.Code.OUT_OF_SPACE, detail).retryAfter(5);
        } else if (refusal instanceof NotReadyException notReady) {
            return Problem.of(Problem.Code.NOT_READY, detail).retryAfter(notReady.failed() ? 0 : 1);
        } else if (refusal instanceof OverloadedException overloaded) {
            return overloaded(detail, overloaded.retryAfterMillis());
        }
        return ofContention(refusal, detail);
    }

    /** The first flaw in the problem itself, all of them in {@code errors}. */
    private static Problem broken(BrokenDecisionsException broken, String detail) {
        List<Map<String, @Nullable Object>> errors = new ArrayList<>();
        for (DecisionFlaw flaw : broken.flaws()) {
            Map<String, @Nullable Object> error = new LinkedHashMap<>();
            error.put("line", flaw.line());
            error.put("heading", flaw.heading());
            error.put("detail", flaw.message());
            errors.add(error);
        }
        DecisionFlaw first = broken.flaws().get(0);
        return Problem.of(Problem.Code.INVALID_REQUEST, detail)
                .with("line", first.line())
                .with("heading", first.heading())
                .with("errors", errors);
    }

    private static Problem ofContention(CairnException refusal, String detail) {
        if (refusal instanceof ConflictException conflict) {
            return Problem.of(Problem.Code.CONFLICT, detail)
                    .with("expected", asSent(conflict.expected()))
                    .with("actual", conflict.actual())
                    .with("revision", conflict.revision());
        } else if (refusal instanceof InvalidTransitionException transition) {
            return Problem.of(Problem.Code.INVALID_TRANSITION, detail)
                    .with("from", transition.from())
                    .with("to", transition.to())
                    .with("allowed", transition.allowed());
        } else if (refusal instanceof StaleTokenException stale) {
            return Problem.of(Problem.Code.STALE_TOKEN, detail)
                    .with("lease", stale.lease())
                    .with("token", stale.token() == Fence.ANY_TOKEN ? null : stale.token())
                    .with("current", stale.current());
        } else if (refusal instanceof HeldException held) {
            return Problem.of(Problem.Code.HELD, detail)
                    .with("holder", held.holder())
                    .with("expiresAt", Times.format(held.expiresAt()))
                    .with("position", held.position());
        }
        return ofLogState(refusal, detail);
    }

    private static Problem ofLogState(CairnException refusal, String detail) {
        if (refusal instanceof GoneException gone) {
            Problem problem = Problem.of(Problem.Code.GONE, detail);
            problem = gone.startOffset() == null ? problem : problem.with("startOffset", gone.startOffset());
            return gone.resumeFrom() == null ? problem : problem.with("resumeFrom", gone.resumeFrom());
        } else if (refusal instanceof OutcomeUnknownException unknown) {
            return Problem.of(Problem.Code.OUTCOME_UNKNOWN, detail)
                    .with("offset", unknown.receipt().offset());
        } else if (refusal instanceof DamagedLogException damaged) {
            // The message names a file of the server; that is for its log.
            LOG.error("the log is damaged: {}", damaged.getMessage()); // each such read says so: no stack trace
            LOG.debug("the log is damaged", damaged);
            return Problem.of(Problem.Code.DAMAGED, "a record cannot be read: " + damaged.what())
                    .with("offset", damaged.offset());
        }
        LOG.error("refusal without a status", refusal);
        return Problem.of(Problem.Code.INTERNAL_ERROR, detail);
    }

    private static Problem invalid(InvalidRequestException invalid, String detail) {
        Problem problem = Problem.of(Problem.Code.INVALID_REQUEST, detail);
        String where = invalid.where();
        if (where == null) {
            return problem;
        }
        return problem.with(where.isEmpty() || where.startsWith("/") ? "pointer" : "parameter", where);
    }

    static Problem overloaded(String detail, long retryAfterMillis) {
        return Problem.of(Problem.Code.OVERLOADED, detail).retryAfter((int)
                Math.max(1, Math.min(3_600, (retryAfterMillis + 999) / 1_000)));
    }

    /** An expectation as a request states it: a number for a version or a revision, else the words. */
    private static Object asSent(String expectation) {
        Matcher number = NUMBERED.matcher(expectation);
        return number.matches() ? (Object) Long.valueOf(number.group(1)) : expectation;
    }

    private static Problem ofMalformedJson(JsonProcessingException malformed) {
        String where = "";
        if (malformed.getProcessor() instanceof JsonParser parser && parser.getParsingContext() != null) {
            where = parser.getParsingContext().pathAsPointer().toString();
        }
        return Problem.of(
                        Problem.Code.INVALID_REQUEST,
                        "malformed JSON: "
                                + Excerpt.of(withoutSource(malformed.getOriginalMessage()), MESSAGE_CHARS_MAX))
                .with("pointer", where);
    }

    /** The parser names its input, which is the request that the reader knows; line and column are what helps. */
    private static String withoutSource(String message) {
        return PARSER_SOURCE.matcher(message).replaceAll("");
    }

    private static Problem ofUnreadableBody(IOException unreadable) {
        for (Throwable cause = unreadable; cause != null; cause = cause.getCause()) {
            if (cause instanceof TimeoutException) {
                return Problem.of(Problem.Code.REQUEST_TIMEOUT, "expected the rest of the body, nothing came in time");
            }
            if (cause instanceof HttpException) {
                break;
            }
        }
        return Problem.of(
                Problem.Code.INVALID_REQUEST, "expected a body as its headers announce, was cut short or malformed");
    }

    /** The problem for a status that arose below the routes. */
    static Problem ofStatus(int status, @Nullable String reason) {
        if (status == Problem.Code.OVERLOADED.status()) {
            return overloaded("expected fewer requests whose bodies are still to come, all places are taken", 1_000);
        }
        String detail = switch (status) {
            case 414 -> "expected a shorter URI";
            case 431 -> "expected fewer or shorter headers";
            default -> reason == null || reason.isBlank() ? "expected a well-formed request" : Excerpt.of(reason);
        };
        for (Problem.Code code : Problem.Code.values()) {
            if (code.status() == status && status < 500) {
                return Problem.of(code, detail);
            }
        }
        if (status == 503) {
            return Problem.of(Problem.Code.NOT_READY, detail);
        }
        // Others (426, 501, 505, …) are the client's doing as well, except for what failed here.
        return status != 500
                ? Problem.of(Problem.Code.INVALID_REQUEST, detail)
                : Problem.of(Problem.Code.INTERNAL_ERROR, "the request failed unexpectedly; the server's log says why");
    }
}
