package dev.cairn.internal.state;

/**
 * What became of an operation: the record it stands for.
 *
 * @param epoch of the record
 * @param offset of the record
 * @param version of the entity after it
 * @param commandHash of the command, to tell a repetition from another command under the same id
 */
public record RememberedOperation(int epoch, long offset, long version, long commandHash) {}
