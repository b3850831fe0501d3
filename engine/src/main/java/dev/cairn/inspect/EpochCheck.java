package dev.cairn.inspect;

import dev.cairn.inspect.Verification.Severity;
import dev.cairn.internal.codec.Event;
import dev.cairn.internal.system.OpenEpoch;
import org.jspecify.annotations.Nullable;

/**
 * Each epoch begins with a record that says so, and that says where the log ended before.
 *
 * <p>Threading: one thread.
 */
final class EpochCheck implements Check {
    private final Findings findings;
    private int epoch;
    private boolean lost;

    EpochCheck(Findings findings) {
        this.findings = findings;
    }

    @Override
    public void record(Place place, Event event) {
        if (event.epoch != epoch && !lost) {
            @Nullable OpenEpoch opened = OpenEpoch.of(event);
            if (opened == null) {
                report(place, event, "expected the record that opens epoch " + event.epoch + ", was another");
            } else if (opened.epoch() != event.epoch || opened.firstOffset() != event.offset) {
                report(
                        place,
                        event,
                        "expected the opening of epoch " + event.epoch + " at offset " + event.offset + ", was that of "
                                + opened.epoch() + " at " + opened.firstOffset());
            }
        }
        epoch = event.epoch;
        lost = false;
    }

    private void report(Place place, Event event, String what) {
        findings.add(
                Severity.DAMAGE,
                place.file(),
                place.position(),
                event.offset,
                what,
                "the beginning of epoch " + event.epoch);
    }

    @Override
    public void missing(long first, long last) {
        lost = true;
    }
}
