/**
 * Tasks: the kind with a status, an owner, a workflow and metadata.
 */
@NullMarked
package dev.cairn.task;

import org.jspecify.annotations.NullMarked;
