package dev.cairn.server;

import com.fasterxml.jackson.core.JsonProcessingException;
import dev.cairn.CairnException;
import dev.cairn.InvalidRequestException;
import dev.cairn.TooLargeException;
import dev.cairn.Write;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One line of a batch: what it does, and to an entity of which kind. Reused from line to line.
 *
 * <p>Its members come in any order, so the kind may come last. The line is read as one of the same kind as the line before it,
 * and once more if it turns out to be of another.
 *
 * <p>Threading: one thread.
 */
final class BatchLine implements BatchLines.Line {
    private static final String TASK = "task";
    private static final String RECORD = "record";
    private static final String IMPORT = "import";

    private final int bytesMax;
    private final Map<String, LineForm> forms = forms();
    private final LineFields fields = new LineFields();
    /** Names of the members that the form took. */
    private final List<String> taken = new ArrayList<>();

    private LineForm form = form(TASK);
    private @Nullable BatchOp op;
    private @Nullable String kind;
    private boolean namesTopic;
    /** The first member that neither every line nor the form knows. */
    private @Nullable String unknown;

    /** @param bytesMax the largest line that is not a message of a session */
    BatchLine(int bytesMax) {
        this.bytesMax = bytesMax;
    }

    private static Map<String, LineForm> forms() {
        Map<String, LineForm> forms = new LinkedHashMap<>();
        LineForm ofRecords = new RecordForm();
        forms.put(TASK, new TaskForm());
        forms.put("session", new SessionForm());
        forms.put("decision", new DecisionForm());
        forms.put("entity", new EntityForm());
        forms.put("link", new LinkForm());
        forms.put("topic", ofRecords);
        forms.put(RECORD, ofRecords);
        forms.put(IMPORT, new ImportForm());
        return forms;
    }

    private LineForm form(String name) {
        LineForm named = forms.get(name);
        if (named == null) {
            throw new InvalidRequestException(
                    "expected one of the kinds " + forms.keySet() + ", was " + Excerpt.of(name), "/kind");
        }
        return named;
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
        if (!form.mayBeLarge()) {
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

    private void read(byte[] bytes, int start, int length) throws IOException {
        readOnce(bytes, start, length);
        LineForm meant = meant();
        if (meant != form) {
            form = meant;
            readOnce(bytes, start, length);
        }
        if (unknown != null) {
            throw JsonReader.unknown(unknown);
        }
    }

    private void readOnce(byte[] bytes, int start, int length) throws IOException {
        fields.clear();
        form.clear();
        taken.clear();
        op = null;
        kind = null;
        namesTopic = false;
        unknown = null;
        try (JsonReader json = JsonReader.object(bytes, start, length)) {
            for (String name = json.next(); name != null; name = json.next()) {
                take(name, json);
            }
        }
    }

    private void take(String name, JsonReader json) throws IOException {
        switch (name) {
            case "op" -> op = BatchOp.of(json);
            case "kind" -> takeKind(json.text());
            default -> {
                namesTopic |= name.equals("topic") || name.equals("key");
                if (fields.take(name, json)) {
                    return;
                }
                if (form.take(name, json)) {
                    taken.add(name);
                } else {
                    unknown = unknown == null ? name : unknown;
                    json.skip();
                }
            }
        }
    }

    /** A kind that no line can name is told at once, before the members that only it would have. */
    private void takeKind(String name) {
        LineForm named = form(name);
        kind = name;
        if (named != form && taken.isEmpty() && unknown == null) {
            form = named;
            form.clear();
        }
    }

    /** The form of what was read: of the kind that it names, or of the one that its op stands for. */
    private LineForm meant() {
        if (kind != null) {
            return form(kind);
        }
        if (op == null) {
            return form;
        }
        return switch (op) {
            case APPEND -> form(RECORD);
            case PROGRESS -> form(IMPORT);
            case CHECK -> form(namesTopic ? RECORD : TASK);
            default -> form(TASK);
        };
    }

    private Write write() {
        BatchOp known = op;
        if (known == null) {
            throw LineForm.missing("op");
        }
        Set<String> members = form.ops().get(known);
        if (members == null) {
            throw new InvalidRequestException(
                    "expected one of the kinds " + kindsThat(known) + " in a line that is to " + known.word() + ", was "
                            + kind,
                    "/kind");
        }
        for (String name : taken) {
            if (!members.contains(name)) {
                throw new InvalidRequestException(
                        "expected no " + name + " in a line that is to " + known.word() + ", was given one",
                        "/" + name);
            }
        }
        return form.write(known);
    }

    private List<String> kindsThat(BatchOp known) {
        return forms.keySet().stream()
                .filter(name -> form(name).ops().containsKey(known))
                .toList();
    }

    @Override
    public LineFields fields() {
        return fields;
    }

    /** What the line that a write was made of does. */
    BatchOp op() {
        return Objects.requireNonNull(op);
    }
}
