package dev.cairn.internal.commit;

import dev.cairn.Ack;
import dev.cairn.CairnException;
import dev.cairn.Expect;
import dev.cairn.Receipt;
import dev.cairn.WriteOptions;
import dev.cairn.internal.codec.ByteSlab;
import dev.cairn.internal.codec.Document;
import dev.cairn.internal.codec.Event;
import dev.cairn.internal.codec.Frame;
import dev.cairn.internal.codec.FrameView;
import dev.cairn.internal.kind.CheckCommand;
import dev.cairn.internal.kind.Command;
import dev.cairn.internal.kind.Committed;
import dev.cairn.internal.kind.Entity;
import dev.cairn.internal.kind.Evolution;
import dev.cairn.internal.kind.Kind;
import dev.cairn.internal.kind.Kinds;
import dev.cairn.internal.kind.Rejection;
import dev.cairn.internal.kind.StateKey;
import java.time.Clock;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * One document in the making: stages commands one after another, then appends and installs what they did.
 *
 * <p>Order of the checks of a command: operation id, fences, expectation, the kind's own. Until {@link #append} nothing
 * outside this object has changed.
 *
 * <p>Threading: commit lock held.
 */
public final class Transaction {
    private static final int FULL_ITEMS = 16_384;

    private final Kinds kinds;
    private final State state;
    private final Operations operations;
    private final CommitLog log;
    private final LogClock clock;
    private final CommitCounters counters;
    private final AppendSignal signal;
    private final RefusalMemory refusals;
    private final int epoch;
    private final int imageInterval;
    private final int fullBytes;

    private final DocumentBuffer document;
    private final Stage stage = new Stage();
    /** Operations of this document: an item that repeats an earlier one of its batch is a repeat like any other. */
    private final Map<StagedOperation, Remembered> stagedOperations = new HashMap<>();

    private final ItemDraft draft;
    private final ByteSlab key = new ByteSlab(64);
    private final ByteSlab eventKey = new ByteSlab(64);
    private final ByteSlab fingerprint = new ByteSlab(256);
    private final Entity current = new Entity();
    private final Entity other = new Entity();
    private final Entity after = new Entity();
    private final Event installed = new Event();
    private final FrameView view = new FrameView();

    private long nextOffset;
    private long at;
    private int items;
    private boolean hasOperations;
    private boolean hasIndexed;
    private @Nullable Receipt receipt;

    /** The current state, as the commit path needs it. */
    public interface State {
        /** Loads header and body into {@code into}; resets it when there never was such an entity. */
        void load(Kind kind, ByteSlab stateKey, Entity into);

        /** Makes {@code entity} the current one. */
        void install(ByteSlab stateKey, Entity entity);
    }

    /** The memory of operation ids. */
    public interface Operations {
        /** What {@code operation} and {@code item} stand for, or null. */
        @Nullable
        Remembered find(String operation, int item);

        void remember(ByteSlab operation, int item, Remembered remembered);
    }

    /** A remembered outcome. */
    public record Remembered(int epoch, long offset, long version, long commandHash) {}

    private record StagedOperation(String operation, int item) {}

    public Transaction(
            Kinds kinds,
            State state,
            Operations operations,
            CommitLog log,
            Clock systemClock,
            long lastAt,
            CommitCounters counters,
            AppendSignal signal,
            RefusalMemory refusals,
            int epoch,
            long nextOffset,
            int imageInterval) {
        this.kinds = kinds;
        this.state = state;
        this.operations = operations;
        this.log = log;
        this.clock = new LogClock(systemClock, lastAt);
        this.counters = counters;
        this.signal = signal;
        this.refusals = refusals;
        this.epoch = epoch;
        this.nextOffset = nextOffset;
        this.imageInterval = imageInterval;
        this.document = new DocumentBuffer(log.documentBytesMax());
        this.fullBytes = log.documentBytesMax() / 16;
        this.draft = new ItemDraft(this::load, stage::holds, kinds.all().get(0), new CheckCommand(null, ""));
    }

    /** Starts a document. */
    void begin() {
        at = clock.next();
    }

    /** Forgets everything staged. */
    void clear() {
        stage.clear();
        stagedOperations.clear();
        document.clear();
        items = 0;
        hasOperations = false;
        hasIndexed = false;
        receipt = null;
    }

    /** Whether a batch that may be cut should go on in another document. */
    boolean isFull() {
        return document.length() > fullBytes || items >= FULL_ITEMS;
    }

    /** The receipt of the command that was staged last. */
    Receipt receipt() {
        return Objects.requireNonNull(receipt);
    }

    CairnException refused(Rejection rejection) {
        counters.refused(rejection instanceof Rejection.Conflict);
        return rejection.toException();
    }

    /** Checks a command and stages what it does, or says why not; {@link #receipt} holds its receipt then. */
    @Nullable
    Rejection stage(Kind kind, Command command, WriteOptions options) {
        Rejection rejection = decided(kind, command, options);
        if (rejection != null) {
            refusals.add(at, nextOffset, kind, command, options, rejection);
        }
        return rejection;
    }

    private @Nullable Rejection decided(Kind kind, Command command, WriteOptions options) {
        StateKey.write(key, kind.id(), command.topic(), command.key());
        if (key.length() > StateKey.BYTES_MAX) {
            return new Rejection.Invalid(
                    "expected a key of at most " + StateKey.KEY_BYTES_MAX + " bytes, was longer", "/id");
        }
        items++;
        long commandHash = 0;
        String operation = options.operation();
        if (operation != null) {
            commandHash = commandHash(kind, command, options);
            Remembered known = known(operation, options.item());
            if (known != null && known.commandHash() != Event.VOID) {
                return replay(operation, known, commandHash);
            }
        }
        draft.begin(kind, command, options, at, nextOffset + document.count());
        boolean expects = options.expect().condition() != Expect.Condition.ANY;
        if (!options.fences().isEmpty() || kind.guarded(command) || expects && command.presentsToken()) {
            Rejection fenced = kinds.fences().check(draft, kind, command);
            if (fenced != null) {
                return fenced;
            }
        }
        load(kind, key, current);
        boolean exists = expects && kind.exists(draft, current);
        if (!Expectations.met(options.expect(), current, exists)) {
            String topic = command.topic();
            return new Rejection.Conflict(
                    options.expect(),
                    topic == null ? kind.name() : topic,
                    command.key(),
                    current.version(),
                    Expectations.reportedRevision(current, exists));
        }
        if (command instanceof CheckCommand) {
            receipt = receiptFor(epoch, current.revision(), current.version(), false);
            return null;
        }
        Rejection rejection = kind.decide(draft, current, command);
        return rejection != null ? rejection : take(operation, commandHash);
    }

    private @Nullable Remembered known(String operation, int item) {
        Remembered staged = stagedOperations.get(new StagedOperation(operation, item));
        return staged != null ? staged : operations.find(operation, item);
    }

    private @Nullable Rejection replay(String operation, Remembered known, long commandHash) {
        if (known.commandHash() != commandHash) {
            return new Rejection.OperationMismatch(operation, known.offset());
        }
        receipt = receiptFor(known.epoch(), known.offset(), known.version(), true);
        return null;
    }

    private Receipt receiptFor(int receiptEpoch, long offset, long version, boolean replayed) {
        return new Receipt(receiptEpoch, offset, version, offset, Ack.ACCEPTED, -1, replayed);
    }

    private long commandHash(Kind kind, Command command, WriteOptions options) {
        if (options.commandHash() != 0) {
            return options.commandHash();
        }
        fingerprint.clear();
        fingerprint.putByte(kind.id());
        fingerprint.putText(command.topic() == null ? "" : command.topic());
        fingerprint.putText(command.key());
        command.fingerprint(fingerprint);
        return CommandHash.of(fingerprint);
    }

    /** Evolves, encodes and stages the events of the draft. */
    private @Nullable Rejection take(@Nullable String operation, long commandHash) {
        for (int i = 0; i < draft.size(); i++) {
            Event event = draft.event(i);
            if (operation != null) {
                event.operation.putUtf8(operation);
                event.commandHash = i == 0 ? commandHash : 0; // the first event is what the operation stands for
            }
            Rejection tooLarge = take(kinds.byId(event.kind), event);
            if (tooLarge != null) {
                if (i > 0) {
                    // Some of the command is staged: the whole document is given up.
                    throw tooLarge.toException();
                }
                return tooLarge;
            }
        }
        Event first = draft.event(0);
        if (operation != null) {
            stagedOperations.put(
                    new StagedOperation(operation, first.item),
                    new Remembered(epoch, first.offset, first.version, commandHash));
        }
        receipt = receiptFor(epoch, first.offset, first.version, false);
        return null;
    }

    private @Nullable Rejection take(Kind kind, Event event) {
        StateKey.write(eventKey, event);
        Stage.Slot slot = stage.find(eventKey);
        Entity before = slot != null ? slot.entity : before(kind);
        event.epoch = epoch;
        event.durable = durableKnown;
        // An event may know of records and versions that were lost.
        event.previous = Math.max(before.head(), event.previous);
        event.previousImage = before.lastImage();
        event.version = Math.max(before.version(), event.version) + 1;
        Evolution.step(kind, before, event, after);
        if (event.version % imageInterval == 0 && !after.tombstone() && !event.hasImage) {
            event.hasImage = true;
            event.image.putBytes(after.value(), Entity.HEADER_BYTES, after.bodyLength());
            after.lastImage(event.offset);
        }
        event.incomplete = after.incomplete();
        int bytes = Frame.encodedBytes(event);
        if (!document.fits(bytes)) {
            return tooLarge(bytes);
        }
        document.add(event);
        (slot != null ? slot : stage.add(eventKey, kind.id())).entity.set(after);
        hasOperations |= event.commandHash != 0;
        hasIndexed |= kind.indexed();
        return null;
    }

    /** What is too large for one document, from which nothing is left out: the record, or all that are to stand together. */
    private Rejection tooLarge(int bytes) {
        int limit = log.documentBytesMax() - Document.HEADER_BYTES;
        int before = document.length() - Document.HEADER_BYTES;
        return before > 0 && bytes <= limit
                ? new Rejection.TooLarge("the records of a batch", limit, (long) before + bytes)
                : new Rejection.TooLarge("a record", limit, bytes);
    }

    private Entity before(Kind kind) {
        if (eventKey.contentEquals(key)) {
            return current;
        }
        state.load(kind, eventKey, other);
        return other;
    }

    private void load(Kind kind, ByteSlab stateKey, Entity into) {
        Stage.Slot slot = stage.find(stateKey);
        if (slot != null) {
            into.set(slot.entity);
        } else {
            state.load(kind, stateKey, into);
        }
    }

    /** The durable offset to write into frames. */
    private long durableKnown = -1;

    void ensureRoom() {
        if (document.count() > 0) {
            log.ensureRoom(document.length());
        }
    }

    /** Appends the document and installs the change set: together or, if anything is thrown, in doubt. */
    void append(GroupCommit groupCommit) {
        int count = document.count();
        if (count == 0) {
            return;
        }
        durableKnown = groupCommit.durableOffset();
        document.seal(nextOffset, epoch);
        log.append(document.bytes(), document.length(), nextOffset, count);
        nextOffset += count;
        groupCommit.appended(nextOffset - 1, document.length());
        for (int i = 0; i < stage.size(); i++) {
            Stage.Slot slot = stage.slot(i);
            state.install(slot.key, slot.entity);
        }
        if (hasOperations || hasIndexed) {
            installDerived(count);
        }
        counters.appended(count, document.length() - Document.HEADER_BYTES);
        signal.changed();
    }

    private void installDerived(int count) {
        if (items == 1) { // the draft still holds what the document says
            for (int i = 0; i < count; i++) {
                installDerived(draft.event(i));
            }
            return;
        }
        int position = Document.HEADER_BYTES;
        for (int i = 0; i < count; i++) {
            document.frameAt(view, position);
            position += view.length();
            Kind kind = kinds.byId(view.kind());
            if (view.operationLength() > 0 || kind.indexed()) {
                view.copyTo(installed);
                installDerived(installed);
            }
        }
    }

    private void installDerived(Event event) {
        if (event.commandHash != 0) {
            operations.remember(
                    event.operation,
                    event.item,
                    new Remembered(event.epoch, event.offset, event.version, event.commandHash));
        }
        Kind kind = kinds.byId(event.kind);
        if (kind.indexed()) {
            kind.installed(event, staged(event));
        }
    }

    private Entity staged(Event event) {
        StateKey.write(eventKey, event);
        return Objects.requireNonNull(stage.find(eventKey)).entity;
    }

    /** Shows what the one command of this document did; nothing when it wrote nothing. */
    void show(Committed shown) {
        if (document.count() > 0) {
            Event first = draft.event(0);
            shown.committed(first, staged(first));
        }
    }

    long nextOffset() {
        return nextOffset;
    }
}
