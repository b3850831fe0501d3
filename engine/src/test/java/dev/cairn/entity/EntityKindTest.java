package dev.cairn.entity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cairn.InvalidRequestException;
import dev.cairn.NotFoundException;
import dev.cairn.TooLargeException;
import dev.cairn.Write;
import dev.cairn.internal.codec.ByteSlab;
import dev.cairn.internal.codec.Event;
import dev.cairn.internal.kind.BoundCommand;
import dev.cairn.internal.kind.Entity;
import dev.cairn.internal.kind.Evolution;
import dev.cairn.internal.kind.GoldenEvent;
import dev.cairn.internal.kind.KindHarness;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvFileSource;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class EntityKindTest {
    private static final int JSON_BYTES_MAX = 60_000;
    private static final EntityRef ANN = EntityRef.of("person", "ann");
    private static final EntityRef BOB = EntityRef.of("person", "bob");

    private final EntityKind entityKind = new EntityKind(JSON_BYTES_MAX);
    private final LinkKind linkKind = new LinkKind(entityKind, JSON_BYTES_MAX);
    private final KindHarness harness = new KindHarness(List.of(entityKind, linkKind));

    @Test
    void shouldCreateReplacePatchAndDelete() {
        accept(EntityWrites.put(ANN, "{ \"age\" : 41, \"none\": null }"));
        Instant created = Instant.parse("2026-01-01T00:00:00Z");
        assertThat(entity(ANN))
                .isEqualTo(new TypedEntity(ANN, "{\"age\":41,\"none\":null}", 1, 0, 1, created, created, false));
        assertThat(harness.lastPayload()).isEqualTo("{\"properties\":{\"age\":41,\"none\":null},\"born\":1}");

        accept(EntityWrites.put(ANN, "{\"name\":\"Ann\",\"at\":{\"x\":1,\"y\":[1.50]}}"));
        assertThat(name()).isEqualTo("replaced");
        accept(EntityWrites.patch(ANN, "{\"name\":null,\"at\":{\"x\":null,\"z\":2}}"));
        assertThat(name()).isEqualTo("patched");
        assertThat(entity(ANN))
                .isEqualTo(new TypedEntity(
                        ANN, "{\"at\":{\"y\":[1.50],\"z\":2}}", 3, 2, 1, created, created.plusSeconds(2), false));

        accept(EntityWrites.delete(ANN));
        assertThat(name()).isEqualTo("deleted");
        assertThat(harness.lastPayload()).isEqualTo("{}");
        assertThat(harness.entity(entityKind, null, "person/ann").exists()).isFalse();

        accept(EntityWrites.put(ANN, "{}"));
        assertThat(name()).isEqualTo("created");
        assertThat(entity(ANN).born()).isEqualTo(5);
        assertThat(entity(ANN).version()).isEqualTo(5);
        assertThat(entity(ANN).createdAt()).isEqualTo(created.plusSeconds(4));
    }

    @Test
    void shouldNotFindWhatNeverWasOrIsDeleted() {
        for (int life = 0; life < 2; life++) {
            assertThat(refuse(EntityWrites.patch(ANN, "{}")))
                    .isInstanceOf(NotFoundException.class)
                    .hasMessageContaining("entity person/ann");
            assertThat(refuse(EntityWrites.delete(ANN))).isInstanceOf(NotFoundException.class);
            accept(EntityWrites.put(ANN, "{}"));
            accept(EntityWrites.delete(ANN));
        }
    }

    /** Each pair of ends, there and not there, against linking and unlinking. */
    @ParameterizedTest
    @CsvSource({"false, false, person/ann", "false, true, person/ann", "true, false, person/bob", "true, true,"})
    void shouldLinkOnlyWhatExists(boolean ann, boolean bob, @Nullable String missing) {
        if (ann) {
            accept(EntityWrites.put(ANN, "{}"));
        }
        if (bob) {
            accept(EntityWrites.put(BOB, "{}"));
        }
        assertThat(refuse(EntityWrites.unlink(ANN, "knows", BOB)))
                .isInstanceOf(NotFoundException.class)
                .hasMessageContaining("entity-link person/ann/knows/person/bob");
        if (missing != null) {
            assertThat(refuse(link("{}"))).isInstanceOf(NotFoundException.class).hasMessageContaining(missing);
            return;
        }
        accept(link("{}"));
        assertThat(name()).isEqualTo("linked");
        accept(link("{\"since\":2020}"));
        assertThat(name()).isEqualTo("changed");
        assertThat(harness.lastPayload())
                .isEqualTo("{\"from\":{\"type\":\"person\",\"id\":\"ann\",\"born\":1},\"relation\":\"knows\","
                        + "\"to\":{\"type\":\"person\",\"id\":\"bob\",\"born\":1},\"properties\":{\"since\":2020}}");
        EntityLink link = storedLink();
        assertThat(link.version()).isEqualTo(2);
        assertThat(link.born()).isEqualTo(1);
        assertThat(link.properties()).isEqualTo("{\"since\":2020}");
        assertThat(link.updatedAt()).isEqualTo(link.createdAt().plusSeconds(1));
        accept(EntityWrites.unlink(ANN, "knows", BOB));
        assertThat(name()).isEqualTo("unlinked");
        assertThat(refuse(EntityWrites.unlink(ANN, "knows", BOB))).isInstanceOf(NotFoundException.class);
        accept(link("{}"));
        assertThat(name()).isEqualTo("linked");
        assertThat(storedLink().born()).isEqualTo(4);
    }

    @ParameterizedTest
    @ValueSource(strings = {"ann", "bob"})
    void shouldEndALinkWithEitherOfItsEnds(String deleted) {
        accept(EntityWrites.put(ANN, "{}"));
        accept(EntityWrites.put(BOB, "{}"));
        accept(link("{\"old\":true}"));
        EntityRef end = EntityRef.of("person", deleted);
        accept(EntityWrites.delete(end));
        assertThat(refuse(EntityWrites.unlink(ANN, "knows", BOB))).isInstanceOf(NotFoundException.class);
        accept(EntityWrites.put(end, "{}"));
        assertThat(refuse(EntityWrites.unlink(ANN, "knows", BOB)))
                .as("the link of an earlier life")
                .isInstanceOf(NotFoundException.class);
        accept(link("{}"));
        assertThat(name()).isEqualTo("linked");
        assertThat(storedLink().born()).isEqualTo(2);
        assertThat(storedLink().properties()).isEqualTo("{}");
        accept(EntityWrites.unlink(ANN, "knows", BOB));
    }

    @Test
    void shouldKeepALinkWhenItsEndsChange() {
        accept(EntityWrites.put(ANN, "{}"));
        accept(EntityWrites.put(BOB, "{}"));
        accept(link("{}"));
        accept(EntityWrites.put(ANN, "{\"a\":1}"));
        accept(EntityWrites.patch(BOB, "{\"b\":1}"));
        accept(EntityWrites.unlink(ANN, "knows", BOB));
    }

    @Test
    void shouldLimitThePropertiesAsGivenAndAsMerged() {
        String half = "\"" + "x".repeat(JSON_BYTES_MAX / 2) + "\"";
        accept(EntityWrites.put(ANN, "{\"a\":" + half + "}"));
        assertThat(refuse(EntityWrites.patch(ANN, "{\"b\":" + half + "}"))).isInstanceOf(TooLargeException.class);
        accept(EntityWrites.patch(ANN, "{\"a\":" + half + "}"));
        String tooLong = "{\"a\":\"" + "x".repeat(JSON_BYTES_MAX) + "\"}";
        assertThat(refuse(EntityWrites.put(ANN, tooLong))).isInstanceOf(TooLargeException.class);
        assertThat(refuse(EntityWrites.patch(ANN, tooLong))).isInstanceOf(TooLargeException.class);
        accept(EntityWrites.put(BOB, "{}"));
        assertThat(refuse(EntityWrites.link(ANN, "knows", BOB, tooLong))).isInstanceOf(TooLargeException.class);
    }

    @Test
    void shouldLimitTheNumberOfPropertiesAsGivenAndAsMerged() {
        accept(EntityWrites.put(ANN, numbered(0, 1_024)));
        assertThatThrownBy(() -> EntityWrites.put(ANN, numbered(0, 1_025)))
                .isInstanceOf(InvalidRequestException.class)
                .hasMessage("expected at most 1024 properties, was 1025");
        accept(EntityWrites.patch(ANN, numbered(500, 1_024)));
        assertThat(refuse(EntityWrites.patch(ANN, "{\"one\":1}")))
                .isInstanceOf(InvalidRequestException.class)
                .hasMessage("expected at most 1024 properties, was 1025");
        accept(EntityWrites.patch(ANN, "{\"one\":1,\"p7\":null}"));
    }

    private static String numbered(int from, int until) {
        StringBuilder json = new StringBuilder("{");
        for (int i = from; i < until; i++) {
            json.append(i == from ? "" : ",")
                    .append("\"p")
                    .append(i)
                    .append("\":")
                    .append(i);
        }
        return json.append('}').toString();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "[]            | expected a JSON object, was an array | /properties",
                "null          | expected a JSON object, was null     | /properties",
                "{\"a\":1      | expected JSON, was cut off           | /properties",
                "{\"a\":1,\"a\":2} | Duplicate field              | /properties",
                "{\"\":1}      | expected 1 to 512 bytes              | /properties/",
                "{\"a/\\u0007\":1} | expected no control characters | /properties/a~1\u0007",
                "{\"a\":01}    | malformed                            | /properties"
            })
    void shouldRefusePropertiesThatAreNone(String json, String message, String where) {
        assertThatThrownBy(() -> EntityWrites.put(ANN, json))
                .isInstanceOfSatisfying(
                        InvalidRequestException.class,
                        refusal -> assertThat(refusal.where()).startsWith(where))
                .hasMessageContaining(message);
        if (!json.equals("null")) { // which takes all properties away
            assertThatThrownBy(() -> EntityWrites.patch(ANN, json)).isInstanceOf(InvalidRequestException.class);
        }
        assertThatThrownBy(() -> EntityWrites.link(ANN, "r", BOB, json)).isInstanceOf(InvalidRequestException.class);
    }

    @Test
    void shouldRefuseNamesThatAreNone() {
        assertThatThrownBy(() -> EntityRef.of("", "a")).isInstanceOf(InvalidRequestException.class);
        assertThatThrownBy(() -> EntityRef.of("count", "a")).isInstanceOf(InvalidRequestException.class);
        assertThatThrownBy(() -> EntityRef.of("a", "batch"))
                .isInstanceOfSatisfying(
                        InvalidRequestException.class,
                        refusal -> assertThat(refusal.where()).isEqualTo("id"));
        assertThatThrownBy(() -> EntityRef.of("a", "x".repeat(513))).isInstanceOf(InvalidRequestException.class);
        assertThatThrownBy(() -> EntityWrites.link(ANN, "", BOB, "{}"))
                .isInstanceOfSatisfying(
                        InvalidRequestException.class,
                        refusal -> assertThat(refusal.where()).isEqualTo("relation"));
        EntityRef slashes = EntityRef.of("/".repeat(512), "/".repeat(512));
        assertThatThrownBy(() -> EntityWrites.link(slashes, "r", slashes, "{}"))
                .isInstanceOf(InvalidRequestException.class)
                .hasMessageStartingWith("expected names of at most 2600 bytes together");
        EntityRef long512 = EntityRef.of("ä".repeat(256), "b".repeat(512));
        assertThat(EntityWrites.link(long512, "r".repeat(512), long512, "{}")).isNotNull();
    }

    /** Keys never meet, whatever slashes and percent signs the names hold. */
    @Test
    void shouldJoinNamesSoThatNoTwoListsAreOneKey() {
        List<String> names = List.of("a", "/", "%", "%2F", "a/b", "a%2Fb", "%25", "b");
        Map<String, String> seen = new java.util.HashMap<>();
        for (String type : names) {
            for (String id : names) {
                EntityRef ref = EntityRef.of(type, id);
                assertThat(seen.put(EntityKey.of(ref), ref.type() + "|" + ref.id()))
                        .isNull();
                assertThat(EntityKey.entity(EntityKey.of(ref))).isEqualTo(ref);
                for (String relation : names) {
                    String key = EntityKey.ofLink(ref, relation, EntityRef.of(id, type));
                    assertThat(seen.put(key, relation)).isNull();
                    assertThat(EntityKey.relation(key)).isEqualTo(relation);
                }
            }
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "\"a\"                                   | TEXT",
                "\"5\"                                   | TEXT",
                "\"2026-01-01T00:00:00Z\"                | TIME",
                "\"2026-01-01t00:00:00.123456789+05:30\" | TIME",
                "\"2026-01-01T00:00:00\"                 | TEXT",
                "\"2026-01-01T00:00Z\"                   | TEXT",
                "\"2026-02-30T00:00:00Z\"                | TEXT",
                "\"2026-01-01\"                          | TEXT",
                "5                                       | INTEGER",
                "-0                                      | INTEGER",
                "9223372036854775807                     | INTEGER",
                "9223372036854775808                     | NUMBER",
                "5.0                                     | NUMBER",
                "5e0                                     | NUMBER",
                "1e999                                   | NUMBER",
                "true                                    | BOOLEAN",
                "null                                    | NULL",
                "[1]                                     | JSON",
                "{}                                      | JSON",
            })
    void shouldTellTheTypeOfAPropertyFromItsJson(String json, PropertyType type) {
        accept(EntityWrites.put(ANN, "{\"p\":" + json + "}"));
        assertThat(entity(ANN).types()).containsExactly(Map.entry("p", type));
        assertThat(entity(ANN).properties()).isEqualTo("{\"p\":" + json + "}");
    }

    /** A log from which everything before is lost still tells which life of the entity a record belongs to. */
    @Test
    void shouldKnowTheLifeOfAnEntityFromAnyOfItsRecords() {
        accept(EntityWrites.put(ANN, "{\"a\":1}"));
        accept(EntityWrites.delete(ANN));
        accept(EntityWrites.put(ANN, "{\"a\":1}"));
        for (Write write : List.of(EntityWrites.patch(ANN, "{\"b\":2}"), EntityWrites.put(ANN, "{\"b\":2}"))) {
            accept(write);
            Event event = harness.lastEvent();
            Entity after = new Entity();
            Evolution.step(entityKind, new Entity(), event, after);
            assertThat(after.incomplete()).isTrue();
            assertThat(EntityBody.born(after.value())).isEqualTo(3);
            assertThat(EntityBody.decode("person/ann", after).properties()).isEqualTo("{\"b\":2}");
        }
    }

    @Test
    void shouldHoldRecordsAgainstEachOther() {
        LifeRules rules = new LifeRules("thing", (byte) 1, false, (byte) 4);
        ByteSlab trace = new ByteSlab(8);
        assertThat(rules.follow(trace, event(3))).isEqualTo("expected a thing before it changes, was none");
        trace.clear();
        assertThat(rules.follow(trace, event(4))).isEqualTo("expected a thing before it ends, was none");
        assertThat(rules.follow(trace, event(1))).isNull();
        assertThat(rules.follow(trace, event(1))).isEqualTo("expected no thing before it begins, was one");
        assertThat(rules.follow(trace, event(2))).isNull();
        assertThat(rules.follow(trace, event(4))).isNull();
        assertThat(rules.follow(trace, event(127))).isNull();
        assertThat(rules.follow(trace, event(3))).isNull();
        rules.forget(trace);
        assertThat(rules.follow(trace, event(1))).isNull();
    }

    private static Event event(int type) {
        Event event = new Event();
        event.clear();
        event.type = (byte) type;
        return event;
    }

    /** The bytes of every version that was ever written. */
    @ParameterizedTest
    @CsvFileSource(
            resources = "entity-events.csv",
            delimiter = '|',
            quoteCharacter = '\0',
            emptyValue = "",
            nullValues = {})
    void shouldReadEveryEventEverWritten(
            int kind,
            int type,
            String payload,
            String name,
            String json,
            @Nullable String before,
            @Nullable String after) {
        new GoldenEvent(type, payload, name, json, before == null ? "" : before, after == null ? "" : after)
                .check(kind == entityKind.id() ? entityKind : linkKind);
    }

    /** The bytes of each event as they were released: a change here is a new version, never an edit. */
    @Test
    void shouldKeepTheBytesOfEachEvent() {
        accept(EntityWrites.put(ANN, "{\"a\":1}"));
        String entityHead = "01" + "0100000000000000" + "0600706572736f6e";
        assertThat(payload()).isEqualTo(entityHead + "7b2261223a317d");
        accept(EntityWrites.patch(ANN, "{\"a\":2}"));
        assertThat(payload()).isEqualTo(entityHead + "7b2261223a327d");
        accept(EntityWrites.put(BOB, "{}"));
        accept(EntityWrites.put(BOB, "{}"));
        assertThat(payload()).isEqualTo(entityHead + "7b7d");
        accept(link("{}"));
        assertThat(payload())
                .isEqualTo("01" + "0100000000000000".repeat(3) + "0a00706572736f6e2f616e6e" + "05006b6e6f7773"
                        + "0a00706572736f6e2f626f62" + "7b7d");
        accept(EntityWrites.unlink(ANN, "knows", BOB));
        assertThat(payload()).isEqualTo("01");
        accept(EntityWrites.delete(ANN));
        assertThat(payload()).isEqualTo("01");
    }

    private String payload() {
        return HexFormat.of().formatHex(harness.lastEvent().payload.toByteArray());
    }

    private static Write link(String properties) {
        return EntityWrites.link(ANN, "knows", BOB, properties);
    }

    private void accept(Write write) {
        harness.accept((BoundCommand) write);
    }

    private dev.cairn.CairnException refuse(Write write) {
        return harness.refuse((BoundCommand) write);
    }

    private String name() {
        Event event = harness.lastEvent();
        return (event.kind == entityKind.id() ? entityKind : linkKind).typeName(event);
    }

    private TypedEntity entity(EntityRef ref) {
        String key = EntityKey.of(ref);
        return EntityBody.decode(key, harness.entity(entityKind, null, key));
    }

    private EntityLink storedLink() {
        return LinkBody.decode(harness.entity(linkKind, null, "person/ann/knows/person/bob"));
    }
}
