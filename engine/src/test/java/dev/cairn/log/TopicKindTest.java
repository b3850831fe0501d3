package dev.cairn.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.cairn.ForbiddenException;
import dev.cairn.InvalidRequestException;
import dev.cairn.TooLargeException;
import dev.cairn.internal.kind.BoundCommand;
import dev.cairn.internal.kind.CheckCommand;
import dev.cairn.internal.kind.Entity;
import dev.cairn.internal.kind.GoldenEvent;
import dev.cairn.internal.kind.Kind;
import dev.cairn.internal.kind.KindHarness;
import dev.cairn.internal.kind.KindIds;
import java.lang.reflect.Field;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvFileSource;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TopicKindTest {
    private static final int JSON_BYTES_MAX = 100;

    private final Kind kind = new TopicModule(JSON_BYTES_MAX).kinds().get(0);
    private final KindHarness harness = new KindHarness(List.of(kind));

    @ParameterizedTest
    @ValueSource(strings = {"{\"a\":1}", "[1,2]", "\"text\"", "1.50", "true", "null"})
    void shouldKeepAnyJsonAsGiven(String payload) {
        append(NewRecord.of("orders", "42", payload));
        assertThat(harness.lastPayload()).isEqualTo(payload);
        assertThat(kind.typeName(harness.lastEvent())).isEqualTo("record");
    }

    @Test
    void shouldNameTheUsersType() {
        append(NewRecord.of("orders", "42", " { } ").withType("Späte Lieferung"));
        assertThat(kind.typeName(harness.lastEvent())).isEqualTo("Späte Lieferung");
        assertThat(harness.lastPayload()).isEqualTo("{}");
    }

    @Test
    void shouldCountTheRecordsOfTopicAndKey() {
        append(NewRecord.of("orders", "42", "1"));
        append(NewRecord.of("orders", "43", "1"));
        append(NewRecord.of("invoices", "42", "1"));
        append(NewRecord.of("orders", "42", "2"));
        Entity entity = harness.entity(kind, "orders", "42");
        assertThat(entity.exists()).isTrue();
        assertThat(entity.version()).isEqualTo(2);
        assertThat(entity.revision()).isEqualTo(3);
        assertThat(entity.bodyLength()).isZero();
        assertThat(harness.lastEvent().previous).isZero();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "task",
                "workflow",
                "import",
                "system",
                "lease",
                "decision",
                "session",
                "run",
                "entity",
                "consumer"
            })
    void shouldForbidBuiltInTopics(String topic) {
        assertThatThrownBy(() -> LogWrites.append(NewRecord.of(topic, "a", "{}")))
                .isInstanceOf(ForbiddenException.class)
                .hasMessage("expected a topic of your own, was the built-in topic " + topic);
        assertThatThrownBy(() -> LogWrites.check(topic, "a")).isInstanceOf(ForbiddenException.class);
    }

    /** Or a user could take the topic of a kind that ships with Cairn. */
    @Test
    void shouldKnowTheNameOfEveryKind() throws Exception {
        Set<Byte> ids = new HashSet<>();
        for (Field constant : KindIds.class.getFields()) {
            assertThat(TopicCommand.BUILT_IN)
                    .contains(constant.getName().toLowerCase(Locale.ROOT).replace('_', '-'));
            assertThat(ids.add(constant.getByte(null)))
                    .as(constant + " is of its own")
                    .isTrue();
        }
        assertThat(ids).isNotEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            value = {
                "/topic,'a\nb',k,t,{}",
                "/key,a,'\u0000',t,{}",
                "/type,a,k,'\t',{}",
                "/payload,a,k,t,{",
                "/payload/x,a,k,t,{\"x\":}"
            })
    void shouldSayWhatIsNotWellFormed(String where, String topic, String key, String type, String payload) {
        InvalidRequestException refusal = catchThrowableOfType(
                InvalidRequestException.class, () -> LogWrites.append(new NewRecord(topic, key, type, payload)));
        assertThat(refusal.where()).isEqualTo(where);
    }

    @Test
    void shouldBoundNamesAndPayload() {
        append(new NewRecord("t".repeat(512), "k".repeat(512), "y".repeat(255), "{}"));
        assertThatThrownBy(() -> LogWrites.append(NewRecord.of("t".repeat(513), "k", "{}")))
                .isInstanceOf(InvalidRequestException.class);
        assertThatThrownBy(() -> LogWrites.append(NewRecord.of("t", "k".repeat(10_000), "{}")))
                .isInstanceOf(InvalidRequestException.class);
        assertThatThrownBy(() -> LogWrites.append(NewRecord.of("t", "k", "{}").withType("y".repeat(256))))
                .isInstanceOf(InvalidRequestException.class);
        String payload = "\"" + "x".repeat(JSON_BYTES_MAX - 1) + "\"";
        assertThat(harness.refuse((BoundCommand) LogWrites.append(NewRecord.of("t", "k", payload))))
                .isInstanceOf(TooLargeException.class)
                .hasMessage("expected payload of at most 100 bytes, was 101");
    }

    @Test
    void shouldCheckWithoutAWrite() {
        assertThat(((BoundCommand) LogWrites.check("orders", "42")).command())
                .isEqualTo(new CheckCommand("orders", "42"));
    }

    /** The bytes of every version that was ever written. */
    @ParameterizedTest
    @CsvFileSource(
            resources = "topic-events.csv",
            delimiter = '|',
            quoteCharacter = '\0',
            emptyValue = "",
            nullValues = {})
    void shouldReadEveryEventEverWritten(
            int type, String payload, String name, String json, @Nullable String before, @Nullable String after) {
        String bodyBefore = before == null ? "" : before;
        String bodyAfter = after == null ? "" : after;
        new GoldenEvent(type, payload, name, json, bodyBefore, bodyAfter).check(kind);
    }

    /** The bytes of each event as they were released: a change here is a new version, never an edit. */
    @Test
    void shouldKeepTheBytesOfEachEvent() {
        append(NewRecord.of("orders", "42", "{\"a\": 1}").withType("paid"));
        assertThat(HexFormat.of().formatHex(harness.lastEvent().payload.toByteArray()))
                .isEqualTo("01" + "0400" + hex("paid") + hex("{\"a\":1}"));
    }

    private static String hex(String text) {
        return HexFormat.of().formatHex(text.getBytes(StandardCharsets.UTF_8));
    }

    private void append(NewRecord record) {
        harness.accept((BoundCommand) LogWrites.append(record));
    }
}
