package dev.cairn.run;

import dev.cairn.Ack;
import dev.cairn.Receipt;
import dev.cairn.WriteOptions;
import dev.cairn.internal.codec.ByteSlab;
import dev.cairn.internal.codec.Event;
import dev.cairn.internal.kind.BoundCommand;
import dev.cairn.internal.kind.CheckCommand;
import dev.cairn.internal.kind.Command;
import dev.cairn.internal.kind.Entity;
import dev.cairn.internal.kind.Kind;
import dev.cairn.internal.kind.KindHarness;
import dev.cairn.internal.kind.KindHost;
import dev.cairn.internal.kind.Rejection;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * A host in memory over {@link KindHarness}: counts what is read, lets a test come between a decision and its commit, and damages
 * records.
 *
 * <p>Threading: one test.
 */
final class HarnessHost implements InvocationHandler {
    final KindHarness harness;
    final Deque<Runnable> beforeCommits = new ArrayDeque<>();
    final Map<Long, RuntimeException> unreadable = new HashMap<>();
    final Map<Long, Event> replaced = new HashMap<>();
    int reads;

    HarnessHost(List<Kind> kinds) {
        harness = new KindHarness(kinds);
    }

    /** As a host; what it does not do below, it does not do. */
    KindHost host() {
        return (KindHost)
                Proxy.newProxyInstance(HarnessHost.class.getClassLoader(), new Class<?>[] {KindHost.class}, this);
    }

    @Override
    public Object invoke(Object proxy, Method method, Object @Nullable [] arguments) throws Throwable {
        try {
            return HarnessHost.class
                    .getDeclaredMethod(method.getName(), method.getParameterTypes())
                    .invoke(this, arguments);
        } catch (NoSuchMethodException e) {
            throw new UnsupportedOperationException(method.toString(), e);
        } catch (InvocationTargetException e) {
            throw e.getCause();
        }
    }

    Receipt commit(Kind kind, Command command, WriteOptions options) {
        Runnable before = beforeCommits.poll();
        if (before != null) {
            before.run();
        }
        int offset = harness.events();
        if (!(command instanceof CheckCommand)) {
            Rejection rejection = harness.apply(new BoundCommand(kind.id(), command));
            if (rejection != null) {
                throw rejection.toException();
            }
        }
        long version = harness.entity(kind, null, command.key()).version();
        return new Receipt(1, offset, version, offset, Ack.DURABLE, offset, false);
    }

    CompletableFuture<Receipt> commitAsync(Kind kind, Command command, WriteOptions options) {
        try {
            return CompletableFuture.completedFuture(commit(kind, command, options));
        } catch (dev.cairn.CairnException e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    boolean entity(Kind kind, @Nullable String topic, String key, Entity into) {
        into.set(harness.entity(kind, topic, key));
        return into.exists();
    }

    long appendedOffset() {
        return harness.events() - 1L;
    }

    void event(long offset, Event into) {
        reads++;
        RuntimeException failure = unreadable.get(offset);
        if (failure != null) {
            throw failure;
        }
        copy(replaced.getOrDefault(offset, harness.event(offset)), into);
    }

    private static void copy(Event from, Event into) {
        into.clear();
        into.kind = from.kind;
        into.type = from.type;
        into.at = from.at;
        into.offset = from.offset;
        into.key.set(from.key);
        into.payload.set(from.payload);
    }

    /** Another byte of what is stored in the snapshot at {@code offset}. */
    void damageState(long offset) {
        Event damaged = new Event();
        copy(harness.event(offset), damaged);
        ByteSlab payload = damaged.payload;
        payload.setByte(payload.length() - 2, payload.byteAt(payload.length() - 2) ^ 1);
        replaced.put(offset, damaged);
    }
}
