package dev.cairn;

import java.time.Instant;
import java.time.temporal.ChronoUnit;

/** The lease or claimed task is someone else's. Wait, or ask again later. */
public final class HeldException extends CairnException {
    private static final long serialVersionUID = 1L;

    private final String name;
    private final String holder;
    private final Instant expiresAt;
    private final int position;

    public HeldException(String name, String holder, Instant expiresAt, int position) {
        super(
                "held",
                "expected " + name + " to be free, was held by " + holder + " until "
                        + expiresAt.truncatedTo(ChronoUnit.MICROS));
        this.name = name;
        this.holder = holder;
        this.expiresAt = expiresAt;
        this.position = position;
    }

    /** Name of the lease. */
    public String name() {
        return name;
    }

    /** Who holds it. */
    public String holder() {
        return holder;
    }

    /** When it ends unless renewed. */
    public Instant expiresAt() {
        return expiresAt;
    }

    /** Place in the queue, from 1; 0 when not queued. */
    public int position() {
        return position;
    }
}
