package dev.cairn.lease;

/** Why a holder gives a lease back; it matters where the lease is that of a claimed task. */
public enum LeaseRelease {
    /** Nothing went wrong: a claimed task goes back where it came from, and no attempt is counted. */
    RELEASE,
    /** The attempt failed: a claimed task goes back where it came from, and an attempt is counted. */
    FAIL,
    /** No attempt can succeed: a claimed task fails for good. */
    POISON
}
