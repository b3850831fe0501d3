/**
 * The bytes of the log: the normative layout of documents, frames and of the envelope of every other file.
 *
 * <h2>Overview</h2>
 *
 * A <em>document</em> is one Chronicle Queue excerpt. It holds one batch: a {@link dev.cairn.internal.codec.Document}
 * header and 1..n {@link dev.cairn.internal.codec.Frame frames}, one for each record. The first document of each segment
 * is a {@link dev.cairn.internal.codec.SegmentHeader} and holds no record. All integers are little-endian.
 *
 * <h2>Compatibility</h2>
 *
 * Each structure begins with a magic word and carries a format version. A released layout is extended under a new
 * version, never edited; a reader refuses a version that it does not know.
 *
 * <p>Nothing of Chronicle, JDBC or JSON enters this package.
 */
@NullMarked
package dev.cairn.internal.codec;

import org.jspecify.annotations.NullMarked;
