/**
 * A task and what is around it: the lease, the decisions, the sessions and the run that belong to it, seen at one offset; and why
 * a field of it is what it is.
 *
 * <p>What may enter: the links from tasks to their surroundings, and questions that several kinds answer together. This package
 * may know all other capabilities; none of them knows it.
 */
@NullMarked
package dev.cairn.context;

import org.jspecify.annotations.NullMarked;
