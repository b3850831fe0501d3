package dev.cairn.server;

import com.fasterxml.jackson.core.JsonProcessingException;
import dev.cairn.CairnException;
import dev.cairn.Expect;
import dev.cairn.InvalidRequestException;
import dev.cairn.TooLargeException;
import dev.cairn.Write;
import dev.cairn.WriteOptions;
import dev.cairn.imports.ImportWrites;
import dev.cairn.log.LogWrites;
import dev.cairn.log.NewRecord;
import dev.cairn.session.NewMessage;
import dev.cairn.session.SessionWrites;
import dev.cairn.task.NewTask;
import dev.cairn.task.TaskPatch;
import dev.cairn.task.TaskWrites;
import java.io.IOException;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One line of a batch: its members come in any order, so they are gathered first and made a write of at the end. Reused from
 * line to line.
 *
 * <p>Threading: one thread.
 */
final class BatchLine implements BatchLines.Form {
    /** What a line may do, each with the members it knows beside those of every line. */
    enum Op {
        CREATE(201, Member.ID, Member.STATUS, Member.OWNER, Member.QUEUE, Member.PRIORITY, Member.METADATA),
        PATCH(200, Member.ID, Member.STATUS, Member.OWNER, Member.QUEUE, Member.PRIORITY, Member.METADATA),
        UPSERT(200, Member.ID, Member.STATUS, Member.OWNER, Member.QUEUE, Member.PRIORITY, Member.METADATA),
        DELETE(200, Member.ID),
        APPEND(201, Member.TOPIC, Member.KEY, Member.TYPE, Member.PAYLOAD, Member.ID, Member.MESSAGE),
        CHECK(200, Member.ID, Member.TOPIC, Member.KEY),
        PROGRESS(200, Member.SOURCE, Member.ROWS);

        private final int status;

        @SuppressWarnings("ImmutableEnumChecker") // filled by the constructor, then only asked
        private final EnumSet<Member> members;

        Op(int status, Member... members) {
            this.status = status;
            this.members = EnumSet.noneOf(Member.class);
            this.members.addAll(Set.of(members));
        }

        static Op of(JsonReader json) throws IOException {
            String text = json.text();
            return switch (text) {
                case "create" -> CREATE;
                case "patch" -> PATCH;
                case "upsert" -> UPSERT;
                case "delete" -> DELETE;
                case "append" -> APPEND;
                case "check" -> CHECK;
                case "progress" -> PROGRESS;
                default -> throw json.wrong("create, patch, upsert, delete, append, check or progress");
            };
        }
    }

    /** The members that belong to some ops only. */
    enum Member {
        ID,
        STATUS,
        OWNER,
        QUEUE,
        PRIORITY,
        METADATA,
        TOPIC,
        KEY,
        TYPE,
        PAYLOAD,
        MESSAGE,
        SOURCE,
        ROWS;

        String word() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    private static final Set<String> TASK_KINDS = Set.of("task");
    private static final Set<String> TOPIC_KINDS = Set.of("topic", "record");
    private static final Set<String> IMPORT_KINDS = Set.of("import");
    private static final Set<String> SESSION_KINDS = Set.of("session");
    private static final List<String> KINDS = List.of("task", "session", "topic", "record", "import");

    private final int bytesMax;

    private final EnumSet<Member> seen = EnumSet.noneOf(Member.class);
    private final WriteFields fields = new WriteFields();
    private @Nullable Op op;
    private @Nullable String kind;
    private @Nullable String id;
    private @Nullable String status;
    private @Nullable String owner;
    private @Nullable String queue;
    private @Nullable Integer priority;
    private @Nullable String metadata;
    private @Nullable String topic;
    private @Nullable String key;
    private @Nullable String type;
    private @Nullable String payload;
    private @Nullable String message;
    private @Nullable String source;
    private long rows;
    private @Nullable String idempotencyKey;
    private @Nullable String actor;

    /** @param bytesMax the largest line that is not a message of a session */
    BatchLine(int bytesMax) {
        this.bytesMax = bytesMax;
    }

    @Override
    public Write write(byte[] bytes, int start, int length) throws IOException {
        if (length <= bytesMax) {
            read(bytes, start, length);
            return write();
        }
        try {
            read(bytes, start, length);
        } catch (CairnException | JsonProcessingException e) {
            throw tooLarge(length, e);
        }
        if (message == null) {
            throw tooLarge(length, null);
        }
        return write();
    }

    private TooLargeException tooLarge(int length, @Nullable Exception cause) {
        TooLargeException refusal = new TooLargeException("a line", bytesMax, length);
        if (cause != null) {
            refusal.addSuppressed(cause);
        }
        return refusal;
    }

    /** Reads the line; {@link #write}, {@link #options} and {@link #status} then say what it holds. */
    void read(byte[] bytes, int start, int length) throws IOException {
        clear();
        try (JsonReader json = JsonReader.object(bytes, start, length)) {
            for (String name = json.next(); name != null; name = json.next()) {
                take(name, json);
            }
        }
    }

    private void clear() {
        seen.clear();
        fields.clear();
        op = null;
        kind = null;
        id = null;
        status = null;
        owner = null;
        queue = null;
        priority = null;
        metadata = null;
        topic = null;
        key = null;
        type = null;
        payload = null;
        message = null;
        source = null;
        rows = 0;
        idempotencyKey = null;
        actor = null;
    }

    private void take(String name, JsonReader json) throws IOException {
        switch (name) {
            case "op" -> op = Op.of(json);
            case "kind" -> kind = kind(json.text());
            case "idempotencyKey" -> idempotencyKey = json.isNull() ? null : Names.check(json.text(), json.pointer());
            case "actor" -> actor = json.isNull() ? null : Names.check(json.text(), json.pointer());
            default -> {
                if (!fields.take(name, json) && !takeOfTask(name, json) && !takeOther(name, json)) {
                    throw json.unknown();
                }
            }
        }
    }

    private boolean takeOfTask(String name, JsonReader json) throws IOException {
        switch (name) {
            case "id" -> id = see(Member.ID, json.textOrNull());
            case "status" -> status = see(Member.STATUS, json.textOrNull());
            case "owner" -> owner = see(Member.OWNER, json.textOrNull());
            case "queue" -> queue = see(Member.QUEUE, json.textOrNull());
            case "priority" -> {
                seen.add(Member.PRIORITY);
                priority = json.isNull() ? null : (Integer) (int) json.number(Integer.MIN_VALUE, Integer.MAX_VALUE);
            }
            case "metadata" -> metadata = see(Member.METADATA, json.isNull() ? null : json.rawObject());
            default -> {
                return false;
            }
        }
        return true;
    }

    private boolean takeOther(String name, JsonReader json) throws IOException {
        switch (name) {
            case "topic" -> topic = see(Member.TOPIC, json.text());
            case "key" -> key = see(Member.KEY, json.text());
            case "type" -> type = see(Member.TYPE, json.textOrNull());
            case "payload" -> payload = see(Member.PAYLOAD, json.raw());
            case "message" -> message = see(Member.MESSAGE, json.rawObject());
            case "source" -> source = see(Member.SOURCE, json.text());
            case "rows" -> {
                seen.add(Member.ROWS);
                rows = json.number(0, Long.MAX_VALUE);
            }
            default -> {
                return false;
            }
        }
        return true;
    }

    private @Nullable String see(Member member, @Nullable String value) {
        seen.add(member);
        return value;
    }

    Write write() {
        Op known = op;
        if (known == null) {
            throw missing("op");
        }
        checkMembers(known);
        return switch (known) {
            case CREATE -> {
                checkKind(TASK_KINDS);
                yield TaskWrites.create(
                        new NewTask(given(id, "id"), status, owner, queue, priority == null ? 0 : priority, metadata));
            }
            case PATCH -> {
                checkKind(TASK_KINDS);
                yield TaskWrites.patch(given(id, "id"), patch());
            }
            case UPSERT -> {
                checkKind(TASK_KINDS);
                yield TaskWrites.upsert(given(id, "id"), patch());
            }
            case DELETE -> delete();
            case APPEND -> isOfSession() ? appendMessage() : appendRecord();
            case CHECK -> check();
            case PROGRESS -> {
                checkKind(IMPORT_KINDS);
                if (!seen.contains(Member.ROWS)) {
                    throw missing("rows");
                }
                yield ImportWrites.advance(given(source, "source"), rows);
            }
        };
    }

    private void checkMembers(Op known) {
        for (Member member : seen) {
            if (!known.members.contains(member)) {
                throw new InvalidRequestException(
                        "expected no " + member.word() + " in a line that is to " + name(known) + ", was given one",
                        "/" + member.word());
            }
        }
    }

    private boolean isOfSession() {
        return kind != null && SESSION_KINDS.contains(kind);
    }

    private Write delete() {
        if (isOfSession()) {
            return SessionWrites.delete(given(id, "id"));
        }
        checkKind(TASK_KINDS);
        return TaskWrites.delete(given(id, "id"));
    }

    private Write appendRecord() {
        refuse(Member.ID, "a record");
        refuse(Member.MESSAGE, "a record");
        checkKind(TOPIC_KINDS);
        return LogWrites.append(record(given(topic, "topic")));
    }

    private Write appendMessage() {
        for (Member member : EnumSet.of(Member.TOPIC, Member.KEY, Member.TYPE, Member.PAYLOAD)) {
            refuse(member, "a message of a session");
        }
        String json = given(message, "message");
        try {
            return SessionWrites.append(given(id, "id"), NewMessage.parse(json));
        } catch (InvalidRequestException e) {
            throw below("/message", e);
        }
    }

    /** The same refusal, where the pointer is one into a member. */
    private static InvalidRequestException below(String pointer, InvalidRequestException e) {
        String where = e.where();
        boolean ofLine = where == null || where.equals("/id");
        return ofLine ? e : new InvalidRequestException(String.valueOf(e.getMessage()), pointer + where);
    }

    private void refuse(Member member, String what) {
        if (seen.contains(member)) {
            throw new InvalidRequestException(
                    "expected no " + member.word() + " in " + what + ", was given one", "/" + member.word());
        }
    }

    private static String name(Op op) {
        return op.name().toLowerCase(Locale.ROOT);
    }

    /** Null takes a member away, as in every merge patch. */
    private TaskPatch patch() {
        if (seen.contains(Member.STATUS) && status == null) {
            throw new InvalidRequestException("expected a string as status, was null", "/status");
        }
        if (seen.contains(Member.METADATA) && metadata == null) {
            throw new InvalidRequestException("expected an object as metadata, was null", "/metadata");
        }
        return new TaskPatch(
                status,
                owner,
                seen.contains(Member.OWNER) && owner == null,
                seen.contains(Member.QUEUE) && queue == null ? "default" : queue,
                seen.contains(Member.PRIORITY) && priority == null ? Integer.valueOf(0) : priority,
                metadata);
    }

    private NewRecord record(String toTopic) {
        return new NewRecord(
                toTopic, given(key, "key"), type == null ? NewRecord.DEFAULT_TYPE : type, given(payload, "payload"));
    }

    private Write check() {
        if (seen.contains(Member.TOPIC) || kind != null && TOPIC_KINDS.contains(kind)) {
            checkKind(TOPIC_KINDS);
            return LogWrites.check(given(topic, "topic"), given(key, "key"));
        }
        if (isOfSession()) {
            return SessionWrites.check(given(id, "id"));
        }
        checkKind(TASK_KINDS);
        return TaskWrites.check(given(id, "id"));
    }

    /** A kind that no line can name is told at once, before the members that only it would have. */
    private static String kind(String kind) {
        if (!KINDS.contains(kind)) {
            throw new InvalidRequestException(
                    "expected one of the kinds " + KINDS + ", was " + Excerpt.of(kind), "/kind");
        }
        return kind;
    }

    private void checkKind(Set<String> kinds) {
        if (kind != null && !kinds.contains(kind)) {
            throw new InvalidRequestException(
                    "expected one of the kinds " + kinds + ", was " + Excerpt.of(kind), "/kind");
        }
    }

    private static String given(@Nullable String value, String name) {
        if (value == null) {
            throw missing(name);
        }
        return value;
    }

    private static InvalidRequestException missing(String name) {
        return new InvalidRequestException("expected a member " + name + ", was none", "/" + name);
    }

    /** The line as a record of {@code toTopic}: it has no op, and no members but a record's. */
    NewRecord newRecord(String toTopic) {
        if (op != null || kind != null) {
            throw new InvalidRequestException("expected a record, was a line of a batch", op == null ? "/kind" : "/op");
        }
        for (Member member : seen) {
            if (member == Member.TOPIC
                    || member == Member.ID
                    || member == Member.MESSAGE
                    || !Op.APPEND.members.contains(member)) {
                throw new InvalidRequestException(
                        "expected no " + member.word() + " in a record, was given one", "/" + member.word());
            }
        }
        return record(toTopic);
    }

    @Override
    public @Nullable String idempotencyKey() {
        return idempotencyKey;
    }

    WriteFields fields() {
        return fields;
    }

    /** {@code base} with what the line says of itself. */
    @Override
    public WriteOptions options(WriteOptions base) {
        WriteOptions options = base;
        Expect expect = fields.expect();
        if (expect != null) {
            options = options.withExpect(expect);
        }
        if (fields.occurredAt() != null) {
            options = options.withOccurredAt(fields.occurredAt());
        }
        return actor == null ? options : options.withActor(actor);
    }

    boolean isUpsert() {
        return op == Op.UPSERT;
    }

    /** The status that stands for the line's success. */
    int status() {
        return op == null ? 200 : op.status;
    }
}
