/**
 * Decisions: what an agent decided, for which task, and why; appended once and never changed, and kept as Markdown for people.
 */
@NullMarked
package dev.cairn.decision;

import org.jspecify.annotations.NullMarked;
