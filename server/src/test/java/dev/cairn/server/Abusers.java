package dev.cairn.server;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * Clients that abuse the server, many at once.
 *
 * <p>Threading: one thread calls; each abuse runs on one of their own.
 */
final class Abusers {
    /** More than the server has threads. */
    private static final int CLIENTS = 250;

    private final int port;
    private final AbuseTally tally;

    Abusers(int port, AbuseTally tally) {
        this.port = port;
        this.tally = tally;
    }

    /** Each kind {@code ofEach} times and {@code more} by chance, in an order of chance; returns when all have left. */
    void run(int ofEach, int more, Random random) throws InterruptedException {
        List<Abuse> plan = new ArrayList<>();
        for (Abuse abuse : Abuse.values()) {
            plan.addAll(Collections.nCopies(ofEach, abuse));
        }
        for (int i = 0; i < more; i++) {
            plan.add(Abuse.values()[random.nextInt(Abuse.values().length)]);
        }
        Collections.shuffle(plan, random);
        ExecutorService clients = Executors.newFixedThreadPool(CLIENTS);
        try {
            List<Future<?>> running = new ArrayList<>();
            for (Abuse abuse : plan) {
                long seed = random.nextLong();
                running.add(clients.submit(() -> attack(abuse, seed)));
            }
            for (Future<?> one : running) {
                one.get();
            }
        } catch (ExecutionException e) {
            throw new AssertionError(e.getCause().getMessage(), e.getCause());
        } finally {
            clients.shutdownNow();
        }
    }

    private void attack(Abuse abuse, long seed) {
        try (RawSocket socket = new RawSocket(port)) {
            abuse.attack(socket, new Random(seed));
            if (abuse.manner() == Abuse.Manner.LEAVES) {
                tally.left(abuse);
            } else {
                tally.told(abuse, socket.answers());
            }
        } catch (Exception | AssertionError e) {
            throw new AssertionError(abuse + " of seed " + seed + ": " + e.getMessage(), e);
        }
    }
}
