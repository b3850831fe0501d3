/**
 * The physical log: segments, their rotation and preallocation, and the one reader of frames.
 *
 * <h2>Overview</h2>
 *
 * {@link dev.cairn.internal.segment.SegmentWriter} appends documents to preallocated segment files through Chronicle Queue
 * and forces them; {@link dev.cairn.internal.segment.SegmentCatalog} knows all segments of all epochs;
 * {@link dev.cairn.internal.segment.LogCursor} reads frames from the mapped files and checks them. The queue only ever sees
 * the directory of its own opening: nothing written earlier, and nothing damaged, is read by its code.
 *
 * <h2>Files</h2>
 *
 * <pre>
 *  LOCK                          held by the writer for life
 *  identity                      who the directory is
 *  control                       mapped: what other processes may read
 *  watermark                     two slots: the durable offset after a power cut
 *  clean                         where the log ended at the last clean close
 *  log/EPOCH/NUMBER.cq4          a segment
 *  log/EPOCH/NUMBER.manifest     its seal
 *  log/EPOCH/NUMBER.precreated   the next segment, prepared
 *  log/EPOCH/metadata.cq4t       the queue's own, while the opening lasts; never trusted
 * </pre>
 *
 * This package is the only user of Chronicle Queue.
 */
@NullMarked
package dev.cairn.internal.segment;

import org.jspecify.annotations.NullMarked;
