package dev.cairn;

/**
 * One write of some kind, ready to be put into a {@link Batch}: made by {@code TaskWrites}, {@code LogWrites} and their like.
 *
 * <p>Threading: immutable.
 */
public interface Write {}
