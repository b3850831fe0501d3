/**
 * Runs: the kind that keeps snapshots of the whole state of an agent's run, so that a run can go on from any of them. A state is
 * stored as the difference to the one before where that is smaller, and an automatic snapshot that would change nothing is skipped.
 */
@NullMarked
package dev.cairn.run;

import org.jspecify.annotations.NullMarked;
