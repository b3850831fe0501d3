package dev.cairn.server;

import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One refusal as clients see it: an RFC 9457 problem with a stable code.
 *
 * <p>Threading: immutable.
 *
 * @param code what kind of problem
 * @param detail what was expected and what was found, for people
 * @param fields the members that the code adds: texts, numbers, lists, members, or null
 * @param retryAfterSeconds for the header {@code Retry-After}; 0 for none
 */
record Problem(Code code, String detail, Map<String, @Nullable Object> fields, int retryAfterSeconds) {
    static final String CONTENT_TYPE = "application/problem+json";

    /** Every code of the API with its status. */
    enum Code {
        INVALID_REQUEST(400, "Invalid request"),
        FORBIDDEN(403, "Forbidden"),
        NOT_FOUND(404, "Not found"),
        METHOD_NOT_ALLOWED(405, "Method not allowed"),
        REQUEST_TIMEOUT(408, "Request timeout"),
        CONFLICT(409, "Conflict"),
        INVALID_TRANSITION(409, "Invalid transition"),
        STALE_TOKEN(409, "Stale token"),
        GONE(410, "Gone"),
        PRECONDITION_FAILED(412, "Precondition failed"),
        TOO_LARGE(413, "Too large"),
        URI_TOO_LONG(414, "URI too long"),
        UNSUPPORTED_MEDIA_TYPE(415, "Unsupported media type"),
        OPERATION_MISMATCH(422, "Operation mismatch"),
        HELD(423, "Held"),
        OVERLOADED(429, "Overloaded"),
        HEADERS_TOO_LARGE(431, "Headers too large"),
        INTERNAL_ERROR(500, "Internal error"),
        DAMAGED(500, "Damaged"),
        OUTCOME_UNKNOWN(503, "Outcome unknown"),
        NOT_READY(503, "Not ready"),
        OUT_OF_SPACE(507, "Out of space");

        private final int status;
        private final String title;

        Code(int status, String title) {
            this.status = status;
            this.title = title;
        }

        int status() {
            return status;
        }

        String title() {
            return title;
        }

        String word() {
            return name().toLowerCase(java.util.Locale.ROOT);
        }
    }

    static Problem of(Code code, String detail) {
        return new Problem(code, detail, Map.of(), 0);
    }

    int status() {
        return code.status();
    }

    Problem with(String name, @Nullable Object value) {
        Map<String, @Nullable Object> more = new LinkedHashMap<>(fields);
        more.put(name, value);
        return new Problem(code, detail, more, retryAfterSeconds);
    }

    Problem retryAfter(int seconds) {
        return new Problem(code, detail, fields, seconds);
    }

    void write(JsonGenerator json) throws IOException {
        json.writeStartObject();
        json.writeStringField("type", "urn:cairn:problem:" + code.word());
        json.writeStringField("title", code.title());
        json.writeNumberField("status", code.status());
        json.writeStringField("detail", detail);
        json.writeStringField("code", code.word());
        for (Map.Entry<String, @Nullable Object> field : fields.entrySet()) {
            json.writeFieldName(field.getKey());
            writeValue(json, field.getValue());
        }
        json.writeEndObject();
    }

    private static void writeValue(JsonGenerator json, @Nullable Object value) throws IOException {
        if (value == null) {
            json.writeNull();
        } else if (value instanceof Number number) {
            json.writeNumber(number.longValue());
        } else if (value instanceof List<?> list) {
            json.writeStartArray();
            for (Object item : list) {
                writeValue(json, item);
            }
            json.writeEndArray();
        } else if (value instanceof Map<?, ?> members) {
            json.writeStartObject();
            for (Map.Entry<?, ?> member : members.entrySet()) {
                json.writeFieldName(String.valueOf(member.getKey()));
                writeValue(json, member.getValue());
            }
            json.writeEndObject();
        } else {
            json.writeString(value.toString());
        }
    }
}
