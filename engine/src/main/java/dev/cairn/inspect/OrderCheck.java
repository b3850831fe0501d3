package dev.cairn.inspect;

import dev.cairn.inspect.Verification.Severity;
import dev.cairn.internal.codec.Event;

/**
 * What holds from each record to the next, whatever it is about: epochs and times never go back, and no record knows itself or a
 * later one to be durable.
 *
 * <p>Threading: one thread.
 */
final class OrderCheck implements Check {
    private final Findings findings;
    private int epoch;
    private long at = Long.MIN_VALUE;

    OrderCheck(Findings findings) {
        this.findings = findings;
    }

    @Override
    public void record(Place place, Event event) {
        if (event.epoch < epoch) {
            report(place, event, "expected epoch " + epoch + " or later, was " + event.epoch);
        }
        if (event.at < at) {
            report(place, event, "expected a time from " + at + " µs on, was " + event.at);
        }
        if (event.durable >= event.offset) {
            report(place, event, "expected a durable offset below " + event.offset + ", was " + event.durable);
        }
        epoch = Math.max(epoch, event.epoch);
        at = Math.max(at, event.at);
    }

    private void report(Place place, Event event, String what) {
        findings.add(Severity.DAMAGE, place.file(), place.position(), event.offset, what, "offset " + event.offset);
    }
}
