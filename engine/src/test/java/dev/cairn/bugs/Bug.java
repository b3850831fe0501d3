package dev.cairn.bugs;

import static dev.cairn.bugs.Plant.advice;
import static dev.cairn.bugs.Plant.otherCall;
import static dev.cairn.bugs.Plant.skip;
import static dev.cairn.bugs.Plant.withoutCall;

import dev.cairn.lease.LeaseSabotage;
import java.util.List;

/**
 * The catalogue: each bug, how it is planted, and the cheapest test that must find it.
 *
 * <p>Threading: immutable.
 *
 * @param name what goes wrong, as one word with dashes
 * @param test {@code class} or {@code class#method}, without {@code dev.cairn.}
 * @param plants what is changed
 */
record Bug(String name, String test, List<Plant> plants) {
    private static final String MODEL = "model.ModelTest";
    private static final String ORDER = "DurabilityOrderTest";
    private static final String SCANNER = "internal.segment.SegmentScannerTest";
    private static final String FENCES = "lease.LeaseFencesTest";
    private static final String GROUP_COMMIT = "internal.commit.GroupCommitTest";

    private static Bug of(String name, String test, Plant... plants) {
        return new Bug(name, test, List.of(plants));
    }

    static final List<Bug> ALL = List.of(
            // Durable means forced.
            of("force-skipped", ORDER, withoutCall("internal.segment.ActiveSegment", "force", "force")),
            of(
                    "ack-before-force",
                    GROUP_COMMIT,
                    advice("internal.commit.GroupCommit", "appended", Sabotage.DurableAtOnce.class)),
            of(
                    "ack-after-failed-force",
                    GROUP_COMMIT,
                    otherCall("internal.commit.GroupCommit", "forceOnce", "force", "forceAnyhow")),
            of(
                    "new-segment-not-in-directory",
                    ORDER,
                    withoutCall("internal.segment.ActiveSegment", "force", "forceDirectory")),
            of(
                    "watermark-ahead-of-force",
                    MODEL,
                    advice("internal.segment.Watermark", "write", Sabotage.SecondOffsetTooHigh.class)),
            of(
                    "projection-ahead-of-force",
                    MODEL,
                    otherCall("internal.assembly.DurableSource", "next", "durableOffset", "appendedOffset")),
            of(
                    "checkpoint-before-force",
                    ORDER,
                    skip("internal.assembly.WriterClosing", "forceAll"),
                    skip("internal.commit.GroupCommit", "close"),
                    advice("internal.commit.GroupCommit", "unforcedRecords", Sabotage.NoneLeft.class)),
            of(
                    "receipt-before-epoch-is-durable",
                    ORDER,
                    advice("internal.commit.Committer", "openEpoch", Sabotage.NoBarrier.class)),
            of(
                    "appends-never-wait",
                    "internal.commit.BackpressureTest",
                    skip("internal.commit.Backpressure", "awaitRoom")),
            // Bytes are what was written.
            of(
                    "frame-checksum-not-checked",
                    SCANNER + "#shouldNeverShowWrongBytesToAReader",
                    otherCall("internal.codec.FrameView", "problem", "checksum", "storedChecksum")),
            of(
                    "document-checksum-not-checked",
                    SCANNER + "#shouldDetectEveryFlippedBitOfADocumentsHeader",
                    otherCall("internal.codec.Document", "chainProblem", "checksum", "storedChecksumOfDocument")),
            of(
                    "small-file-checksum-not-checked",
                    "internal.segment.FileFormatTest",
                    otherCall("internal.codec.FileEnvelope", "decode", "checksum", "storedChecksumOfFile")),
            of(
                    "checkpoint-checksum-not-checked",
                    "internal.checkpoint.StateCheckpointTest#shouldNeverLoadAFileInWhichAnyByteDiffers",
                    advice("internal.checkpoint.CheckpointBlock", "checksum", Sabotage.StoredChecksumOfBlock.class)),
            of(
                    "damage-cut-silently",
                    SCANNER,
                    advice("internal.segment.SegmentScanner", "verdict", Sabotage.TornNotDamaged.class)),
            of(
                    "sealed-segment-not-checked",
                    "internal.segment.SegmentCatalogTest",
                    advice("internal.segment.SealedCheck", "problem", Sabotage.SayNull.class)),
            of(
                    "foreign-segment-taken",
                    SCANNER,
                    advice("internal.segment.SealedCheck", "headerProblem", Sabotage.SayNull.class)),
            of(
                    "hash-chain-not-checked",
                    "internal.segment.SegmentCatalogTest",
                    advice("internal.segment.Manifest", "follows", Sabotage.SayTrue.class)),
            // Segments follow each other without a seam.
            of(
                    "off-by-one-at-roll",
                    MODEL,
                    advice("internal.segment.ActiveSegment", "end", Sabotage.OffsetTooLow.class)),
            of(
                    "subscription-skips-at-roll",
                    MODEL,
                    advice("internal.read.LogReads", "record", Sabotage.FirstOfSegmentHeldBack.class)),
            // Offsets never come back.
            of(
                    "offset-issued-twice",
                    "ReopenTest",
                    advice("internal.recovery.RecoveryPlan", "nextOffset", Sabotage.RightBehindTheLast.class)),
            of(
                    "lost-log-not-noticed",
                    "ReopenTest",
                    advice("internal.segment.Watermark", "read", Sabotage.SayNull.class),
                    advice("internal.checkpoint.StateCheckpoint", "offset", Sabotage.SayMinusOne.class)),
            of(
                    "unknown-end-opens",
                    "faults.LostWatermarkTest#shouldRefuseUntilTheEndThatIsThereIsAccepted",
                    advice("internal.recovery.Evidence", "isEndUnknown", Sabotage.SayFalse.class)),
            of(
                    "what-is-left-not-found",
                    "ManyLostBodiesTest",
                    advice("internal.read.LostChains", "newestBefore", Sabotage.SayMinusOne.class)),
            of(
                    "margin-of-last-writer-forgotten",
                    "ReopenTest",
                    advice("internal.recovery.Evidence", "unforcedRecordsMax", Sabotage.NoneLeft.class)),
            of(
                    "missing-segments-passed-over",
                    "internal.segment.ReadOnlyLogTest",
                    skip("internal.segment.SegmentCatalog", "addMissing")),
            of(
                    "misplaced-page-passes-over-records",
                    "internal.segment.SegmentSalvageTest",
                    advice("internal.segment.SalvagePieces", "areInOrder", Sabotage.SayTrue.class)),
            of("diverged-copy-passed", "DivergedCopyTest", skip("internal.segment.SegmentCatalog", "endAsStated")),
            of("record-of-another-shown", "DivergedCopyTest", skip("internal.read.EntityChain", "requireOwn")),
            of("damaged-lease-guards-nothing", "LostBodiesTest", skip("lease.LeaseKind", "unrestored")),
            of(
                    "torn-tail-to-repair",
                    "internal.recovery.RepairPlannerTest",
                    advice("internal.recovery.TornTail", "end", Sabotage.SayNull.class)),
            of("foreign-log-for-nothing", "DivergedCopyTest", skip("internal.assembly.ForeignLog", "refuse")),
            of(
                    "end-of-epoch-not-asked",
                    "internal.recovery.SealedSegmentsTest",
                    advice("internal.segment.PreviousEnd", "statedBy", Sabotage.SayNull.class)),
            of("durable-behind-a-hole-not-seen", "ReopenTest", skip("internal.recovery.RecoveryPlanner", "see")),
            of("clean-marker-left", ORDER, skip("internal.segment.CleanMarker", "remove")),
            of("time-goes-back", MODEL, advice("internal.commit.LogClock", "next", Sabotage.ClockAsItIs.class)),
            // State is the fold of the log.
            of("operations-not-replayed", MODEL, withoutCall("internal.recovery.Replayer", "apply", "remember")),
            of("operations-not-remembered", "CommitTest", skip("internal.state.OperationMemory", "remember")),
            of("workflow-not-told", MODEL, withoutCall("internal.commit.Transaction", "installDerived", "installed")),
            of("replay-does-not-evolve", "ReopenTest", withoutCall("internal.recovery.EntityFold", "step", "step")),
            of(
                    "lane-forgets-its-last-entity",
                    "internal.assembly.LanedReplayTest",
                    withoutCall("internal.recovery.ReplayLane", "apply", "install")),
            of("appended-not-installed", "CommitTest", withoutCall("internal.commit.Transaction", "append", "install")),
            of(
                    "acknowledged-not-appended",
                    MODEL,
                    advice("internal.commit.DocumentBuffer", "add", Sabotage.SecondVersionLeftOut.class)),
            of("batch-installed-in-part", MODEL, advice("internal.commit.Stage", "size", Sabotage.OneAtMost.class)),
            of("refused-batch-left-over", MODEL, withoutCall("internal.commit.Committer", "commitAtomic", "clear")),
            of("expectation-not-checked", MODEL, advice("internal.commit.Expectations", "met", Sabotage.SayTrue.class)),
            of(
                    "past-off-by-one",
                    MODEL,
                    advice("internal.read.EntityChain", "floor", Sabotage.SecondOffsetTooHigh.class)),
            // One holder at a time, and no stale token.
            of(
                    "fence-not-checked",
                    FENCES + "#shouldFenceEveryKindOfWrite",
                    advice("lease.LeaseKind", "check", Sabotage.SayNull.class)),
            of("guard-not-checked", FENCES + "#shouldGuardTheTaskOfItsName", skip("lease.HeldLeases", "mayHold")),
            of(
                    "expired-lease-kept",
                    "lease.LeaseTimerTest#shouldEndALeaseWhenItsTimeIsOverAndNotBefore",
                    withoutCall("lease.LeaseTimer", "look", "commit")),
            of(
                    "renewal-overrun",
                    "lease.LeaseTimerTest#shouldKeepALeaseThatIsRenewedWhileItIsFoundToBeOver",
                    advice("lease.LeaseBody", "renewed", LeaseSabotage.TermOfTheGrant.class)),
            of(
                    "queue-served-last-first",
                    "lease.LeaseKindTest#shouldServeTheQueueInOrderWhateverEndsALease",
                    advice("lease.LeaseBody", "first", LeaseSabotage.LastOfTheQueue.class)),
            of(
                    "token-reused",
                    "lease.LeaseKindTest#shouldServeTheQueueInOrderWhateverEndsALease",
                    advice("lease.LeaseBody", "granted", LeaseSabotage.TokenOfTheFirst.class)),
            of(
                    "lease-forgotten-at-opening",
                    "lease.LeaseReopenTest#shouldKeepLeaseAndQueueOverAnOpening",
                    skip("lease.LeaseKind", "restored")),
            of(
                    "stale-token-revived-by-loss",
                    "lease.LeaseKindTest#shouldTakeNoTokenForCurrentThatMayBeStale",
                    advice("lease.LeaseBody", "putHolder", LeaseSabotage.WhicheverHolder.class)));

    static Bug named(String name) {
        return ALL.stream()
                .filter(bug -> bug.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("expected a bug of the catalogue, was " + name));
    }

    /** The tests as the runner wants them. */
    String testName() {
        return "dev.cairn." + test;
    }
}
