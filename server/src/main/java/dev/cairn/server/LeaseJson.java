package dev.cairn.server;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.cairn.InvalidRequestException;
import dev.cairn.lease.Grant;
import dev.cairn.lease.Lease;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Leases as JSON.
 *
 * <p>Threading: stateless.
 */
final class LeaseJson {
    private static final long TTL_MILLIS_MIN = 100;
    private static final long TTL_MILLIS_MAX = Duration.ofDays(30).toMillis();
    private static final long WAIT_MILLIS_MAX = Duration.ofHours(24).toMillis();

    private LeaseJson() {}

    /** How long a lease is to last, which is the value that {@code json} stands at. */
    static Duration ttl(JsonReader json) throws IOException {
        return Duration.ofMillis(json.number(TTL_MILLIS_MIN, TTL_MILLIS_MAX));
    }

    static Duration waitMax(JsonReader json) throws IOException {
        return Duration.ofMillis(json.number(0, WAIT_MILLIS_MAX));
    }

    /** The value of a member that must be there. */
    static <T> T required(@Nullable T value, String member) {
        if (value == null) {
            throw new InvalidRequestException("expected " + member + ", was absent", JsonReader.pointer(member));
        }
        return value;
    }

    static void write(JsonGenerator json, Grant grant) throws IOException {
        json.writeStartObject();
        json.writeStringField("lease", grant.lease());
        json.writeStringField("holder", grant.holder());
        json.writeNumberField("token", grant.token());
        json.writeStringField("expiresAt", Times.format(grant.expiresAt()));
        json.writeFieldName("receipt");
        ReceiptJson.write(json, grant.receipt());
        json.writeEndObject();
    }

    static void write(JsonGenerator json, Lease lease) throws IOException {
        json.writeStartObject();
        json.writeStringField("name", lease.name());
        json.writeStringField("holder", lease.holder());
        Long token = lease.token();
        if (token == null) {
            json.writeNullField("token");
        } else {
            json.writeNumberField("token", token);
        }
        time(json, "expiresAt", lease.expiresAt());
        time(json, "grantedAt", lease.grantedAt());
        json.writeFieldName("progress");
        json.writeRawValue(lease.progress() == null ? "null" : lease.progress());
        json.writeArrayFieldStart("queue");
        for (Lease.Waiting waiting : lease.queue()) {
            json.writeStartObject();
            json.writeStringField("holder", waiting.holder());
            json.writeNumberField("position", waiting.position());
            json.writeNumberField("queuedAt", waiting.queuedAt());
            json.writeEndObject();
        }
        json.writeEndArray();
        json.writeNumberField("version", lease.version());
        json.writeNumberField("revision", lease.revision());
        if (lease.incomplete()) {
            json.writeBooleanField("incomplete", true);
        }
        json.writeEndObject();
    }

    private static void time(JsonGenerator json, String name, @Nullable Instant time) throws IOException {
        json.writeStringField(name, time == null ? null : Times.format(time));
    }
}
