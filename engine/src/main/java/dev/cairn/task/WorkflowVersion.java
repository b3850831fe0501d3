package dev.cairn.task;

/**
 * The workflow in force, and which one it is.
 *
 * <p>Threading: immutable.
 *
 * @param version how many were put in force before and with it; 0 for the standard one of a new installation
 * @param revision offset of the record that put it in force, −1 for none
 */
public record WorkflowVersion(Workflow workflow, long version, long revision) {}
